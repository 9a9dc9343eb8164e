#!/bin/bash
# peer: undertow   modes: proxy filter   kind: jvm
PEER=Undertow exec bash "$(dirname "$0")/java.sh"
