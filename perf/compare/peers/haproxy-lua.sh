#!/bin/bash
# peer: haproxy-lua   modes: script compute   needs: haproxy
exec bash "$(dirname "$0")/haproxy.sh"
