#!/bin/sh
# An upstream that serves ten at a time, 10 ms each, under 200 connections of wrk: once plainly, once behind
# adaptive-concurrency. Behind it, no answer to a probe may take more than 60 ms (plainly, 200), and the upstream must still
# give 6,000 of the 8,000 answers that it can. Needs node, wrk and curl.
#
#   perf/checks/adaptive-concurrency.sh [FIRST PORT]

set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd -P)
port=${1:-18710}
work=$(mktemp -d)
cat > "$work/upstream.js" <<'JS'
const http = require('http');
const port = Number(process.argv[2]);
let busy = 0, done = 0;
const line = [];
function next() {
  while (busy < 10 && line.length) {
    const response = line.shift();
    busy++;
    setTimeout(() => { busy--; done++; response.end('ok'); next(); }, 10);
  }
}
http.createServer((_, response) => { line.push(response); next(); }).listen(port, '127.0.0.1');
http.createServer((_, response) => { response.end(String(done)); done = 0; }).listen(port + 1, '127.0.0.1');
JS
cat > "$work/gateway.yaml" <<YAML
listeners: { web: { bind: "127.0.0.1:$port" } }
access-log: { to: off }
upstreams: { app: { endpoints: [ "127.0.0.1:$((port + 1))" ] } }
routes:
  plain: { match: { path: /plain }, upstream: app }
  adaptive:
    match: { path: /adaptive }
    filters: [ { adaptive-concurrency: { initial-limit: 8, max-limit: 400 } } ]
    upstream: app
YAML
node "$work/upstream.js" $((port + 1)) &
upstream=$!
"$root/penstock" run "$work/gateway.yaml" > "$work/gateway.log" 2>&1 &
gateway=$!
trap 'kill $upstream $gateway 2>/dev/null; rm -rf "$work"' EXIT
tries=0
until curl -s -o "$work/up" "http://127.0.0.1:$port/plain"; do
  tries=$((tries + 1))
  [ $tries -lt 240 ] || { cat "$work/gateway.log" >&2; exit 70; }
  sleep 0.5
done

failed=0
for route in plain adaptive; do
  wrk -t1 -c4 -d3s "http://127.0.0.1:$port/$route" > "$work/idle" # what an idle upstream takes is measured
  curl -s "http://127.0.0.1:$((port + 2))/" > "$work/before"
  wrk -t1 -c200 -d8s "http://127.0.0.1:$port/$route" > "$work/wrk" &
  load=$!
  sleep 2
  end=$(($(date +%s) + 4))
  : > "$work/probes"
  while [ "$(date +%s)" -lt $end ]; do
    curl -s -o "$work/body" -w '%{http_code} %{time_total}\n' "http://127.0.0.1:$port/$route" >> "$work/probes"
  done
  wait $load
  done=$(curl -s "http://127.0.0.1:$((port + 2))/")
  slowest=$(awk '$1 == 200 && $2 > m { m = $2 } END { printf "%d", m * 1000 }' "$work/probes")
  printf '%s: %s answers in 8 s, slowest of the probes %s ms, ' "$route" "$done" "$slowest"
  awk '{ n[$1]++ } END { for (s in n) printf "%d times %s ", n[s], s; print "" }' "$work/probes"
  if [ $route = adaptive ] && { [ "$slowest" -gt 60 ] || [ "$done" -lt 6000 ]; }; then failed=1; fi
done
exit $failed
