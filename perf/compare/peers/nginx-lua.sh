#!/bin/bash
# peer: nginx-lua   modes: script compute   deploy: hup   needs: nginx libnginx-mod-http-lua lua-cjson
NGINX_SCRIPTS=lua exec bash "$(dirname "$0")/nginx.sh"
