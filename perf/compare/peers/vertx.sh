#!/bin/bash
# peer: vertx   modes: proxy filter   kind: jvm
PEER=Vertx exec bash "$(dirname "$0")/java.sh"
