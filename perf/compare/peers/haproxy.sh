#!/bin/bash
# peer: haproxy   modes: proxy   needs: haproxy
# haproxy-lua.sh starts it with MODE=script or compute. It can log to a descriptor at best: standard output is a file here.
. "$(dirname "$0")/common.sh"
load= rules=
if [ "$MODE" != proxy ]; then
  load="lua-load $here/../handlers/haproxy.lua"
  rules="http-request lua.$MODE
  http-response set-header X-Script %[var(txn.tag)]"
fi
route() { echo "/svc/$1/ svc$1"; }
each_route route >"$WORK/routes.map"
servers() { printf 'backend svc%s\n  server origin %s\n' "$1" "$BACKEND"; }
cat >"$WORK/haproxy.cfg" <<CONF
global
  nbthread $CORES
  maxconn $(( ($(ulimit -n) - 100) / 2 ))
  log stdout format raw local0
  $load
defaults
  mode http
  log global
  option httplog
  option forwardfor
  timeout client 300s
  timeout server 300s
  timeout connect 5s
  timeout http-keep-alive 300s
  http-reuse always
frontend web
  bind 127.0.0.1:$PORT backlog 4096
  unique-id-format %{+X}o\ %ci:%cp_%fi:%fp_%Ts_%rt:%pid
  unique-id-header X-Request-Id
  http-request set-header X-Forwarded-Proto http
  http-request set-header X-Forwarded-Host %[req.hdr(host)]
  http-request set-header X-Forwarded-Port $PORT
  $rules
  use_backend %[path,map_beg($WORK/routes.map,rest)]
backend rest
  server origin $BACKEND
$(each_route servers)
CONF
exec haproxy -db -f "$WORK/haproxy.cfg" >>"$WORK/access.log"
