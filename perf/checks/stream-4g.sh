#!/bin/sh
# Passes 4 GiB up and 4 GiB down through a gateway with 64 MiB of heap, checks each byte, and says how long it took
# and how much memory the process had at most.
#
#   perf/checks/stream-4g.sh [GIB]

. "$(dirname -- "$0")/gateway.sh"
gib=${1:-4}

"$java" "$root/perf/checks/Stream.java" serve "$work/port" &
server=$!
until [ -s "$work/port" ]; do kill -0 $server && sleep 0.1; done

cat > "$work/gateway.yaml" <<YAML
listeners: { web: { bind: "127.0.0.1:0" } }
upstreams: { up: { endpoints: [ "127.0.0.1:$(cat "$work/port")" ] } }
routes: { all: { upstream: up } }
access-log: { to: off }
YAML
start_gateway "$work/gateway.yaml" -Xmx64m -XX:MaxDirectMemorySize=64m

status=0
"$java" "$root/perf/checks/Stream.java" pass "$address" "$gib" || status=$?
echo "peak resident memory of the gateway: $(($(peak_kib) / 1024)) MiB (heap limit 64 MiB)"
kill $server
exit $status
