#!/bin/sh
# Opens many connections that each made one request and now wait, and says what one of them costs.
#
#   perf/checks/idle-connections.sh [CONNECTIONS]     raise "ulimit -n" first if it is too low

. "$(dirname -- "$0")/gateway.sh"
count=${1:-10000}
ulimit -n "$(ulimit -H -n)"

cat > "$work/gateway.yaml" <<YAML
listeners: { web: { bind: "127.0.0.1:0", timeouts: { keep-alive: 1h } } }
routes: { all: { respond: { status: 200, body: ok } } }
access-log: { to: off }
YAML
start_gateway "$work/gateway.yaml" -Xmx256m
heap() { jcmd=${java%java}jcmd; "$jcmd" "$gateway" GC.run >/dev/null; "$jcmd" "$gateway" GC.heap_info \
  | sed -n 's/.*used \([0-9]*\)K.*/\1/p' | head -n 1; }
"$java" "$root/perf/checks/Idle.java" "$address" 200 </dev/null >/dev/null
before_heap=$(heap)
before=$(resident_kib)
mkfifo "$work/hold"
"$java" "$root/perf/checks/Idle.java" "$address" "$count" < "$work/hold" > "$work/idle.txt" &
client=$!
exec 3> "$work/hold"
until grep -q open "$work/idle.txt" || ! kill -0 $client; do sleep 0.2; done
cat "$work/idle.txt"
after_heap=$(heap)
after=$(resident_kib)
exec 3>&-
wait $client
echo "heap: $before_heap KiB before, $after_heap KiB with them: $(((after_heap - before_heap) * 1024 / count)) bytes each"
echo "resident: $before KiB before, $after KiB with them: $(((after - before) * 1024 / count)) bytes each"
