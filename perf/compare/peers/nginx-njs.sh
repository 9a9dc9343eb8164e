#!/bin/bash
# peer: nginx-njs   modes: script compute   deploy: hup   needs: nginx libnginx-mod-http-js
NGINX_SCRIPTS=njs exec bash "$(dirname "$0")/nginx.sh"
