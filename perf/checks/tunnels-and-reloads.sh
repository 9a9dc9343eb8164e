#!/bin/sh
# Holds WebSockets open and requests going while the configuration is replaced again and again by SIGHUP; nothing may
# fail and no WebSocket may break.
#
#   perf/checks/tunnels-and-reloads.sh [WEBSOCKETS] [RELOADS]

. "$(dirname -- "$0")/gateway.sh"
sockets=${1:-1000}
reloads=${2:-500}
ulimit -n "$(ulimit -H -n)"

"$java" "$root/perf/checks/Tunnels.java" serve "$work/port" &
server=$!
until [ -s "$work/port" ]; do kill -0 $server && sleep 0.1; done
cat > "$work/gateway.yaml" <<YAML
listeners: { web: { bind: "127.0.0.1:0" } }
upstreams: { up0: { endpoints: [ "127.0.0.1:$(cat "$work/port")" ], timeouts: { tunnel-idle: 10m } } }
routes: { r0: { upstream: up0 } }
access-log: { to: off }
admin: { bind: "127.0.0.1:0" }
YAML
start_gateway "$work/gateway.yaml" -Xmx256m
status=0
"$java" "$root/perf/checks/Tunnels.java" run "$address" "$admin" "$gateway" "$work/gateway.yaml" "$sockets" "$reloads" \
  || status=$?
echo "peak resident memory of the gateway: $(($(peak_kib) / 1024)) MiB"
kill $server
exit $status
