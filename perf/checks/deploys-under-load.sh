#!/bin/sh
# Deploys a script again and again over the admin API while wrk loads its route: no request may fail, and the 99th
# percentile may be at most 1.1 times that of the same load without deployments.
#
#   perf/checks/deploys-under-load.sh [DEPLOYMENTS] [SECONDS OF THE STEADY STATE]
#
# Needs wrk and curl, and a built distribution: ./penstock check samples/gateway.yaml builds it.

set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd -P)
deployments=${1:-500}
steady=${2:-20}
work=$(mktemp -d)
gateway=
load=
end() {
  [ -z "$load" ] || kill "$load" 2>/dev/null || true
  [ -z "$gateway" ] || { kill "$gateway" 2>/dev/null || true; wait "$gateway" 2>/dev/null || true; }
  rm -rf "$work"
}
trap end EXIT
trap 'exit 1' HUP INT TERM

token=pst_only-for-this-check
cat > "$work/script.js" <<'JS'
export function onRequest(exchange) { return new Response("version 0\n"); }
JS
cat > "$work/gateway.yaml" <<YAML
listeners: { web: { bind: "127.0.0.1:0" } }
scripts: { answer: script.js }
routes: { all: { filters: [ { script: { file: "@answer", warm-up: 100ms } } ], respond: 404 } }
access-log: { to: off }
shutdown: { pre-stop: 0s, grace: 1s }
admin: { bind: "127.0.0.1:0", state: state, token: "$token" }
YAML
"$root/penstock" run "$work/gateway.yaml" > "$work/out.txt" 2> "$work/err.txt" &
gateway=$!
tries=0
until grep -q '^admin' "$work/out.txt"; do
  tries=$((tries + 1))
  if [ $tries -gt 600 ] || ! kill -0 "$gateway" 2>/dev/null; then cat "$work/err.txt" >&2; exit 70; fi
  sleep 0.1
done
web=$(sed -n 's|^web .*\(http://[0-9.:]*\).*|\1|p' "$work/out.txt")
admin=$(sed -n 's|^admin .*\(http://[0-9.:]*\).*|\1|p' "$work/out.txt")

# milliseconds LINE: what wrk writes as 1.23ms, 456.00us or 1.20s
milliseconds() { awk '{ v = $2; u = v; gsub(/[0-9.]/, "", u); gsub(/[a-z]/, "", v)
  print u == "us" ? v / 1000 : u == "s" ? v * 1000 : v }'; }
percentile() { grep '99%' "$1" | milliseconds; }

wrk -t1 -c16 -d10s "$web/" > /dev/null # the compiler's turn
wrk -t1 -c16 -d"${steady}s" --latency "$web/" > "$work/steady.txt"
wrk -t1 -c16 -d3600s --latency "$web/" > "$work/deploying.txt" &
load=$!
refused=0
i=1
while [ "$i" -le "$deployments" ]; do
  status=$(printf 'export function onRequest(exchange) { return new Response("version %d\\n"); }\n' "$i" |
    curl -s -o "$work/answer.json" -w '%{http_code}' -X PUT -H "Authorization: Bearer $token" \
      -H 'Content-Type: text/javascript' --data-binary @- "$admin/api/v1/scripts/answer")
  [ "$status" = 201 ] || { refused=$((refused + 1)); cat "$work/answer.json" >&2; }
  i=$((i + 1))
done
kill -INT "$load" && wait "$load" || true
load=
last=$(curl -s "$web/")
failed=$(awk '/Non-2xx/ { n += $NF } /Socket errors/ { gsub(",", ""); n += $4 + $6 + $8 + $10 } END { print n + 0 }' "$work/deploying.txt")
before=$(percentile "$work/steady.txt")
during=$(percentile "$work/deploying.txt")
echo "$deployments deployments, $refused refused; $(grep 'requests in' "$work/deploying.txt" | sed 's/^ *//')"
echo "failed requests: $failed; p99 ${before} ms without, ${during} ms with; last answer: $last"
[ "$failed" = 0 ] && [ "$refused" = 0 ] && [ "$last" = "version $deployments" ] &&
  awk "BEGIN { exit !($during <= 1.1 * $before) }"
