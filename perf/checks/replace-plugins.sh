#!/bin/sh
# Replaces a plugin again and again by SIGHUP while wrk asks the gateway; no request may fail, and the memory of classes
# may not grow.
#
#   perf/checks/replace-plugins.sh [REPLACEMENTS] [CONNECTIONS]

rooms=plugins
. "$(dirname -- "$0")/gateway.sh"
replacements=${1:-500}
connections=${2:-16}

mkdir "$work/plugins"
cat > "$work/gateway.yaml" <<YAML
listeners: { web: { bind: "127.0.0.1:0" } }
routes: { all: { filters: [ versioned ], respond: 500 } }
access-log: { to: off }
admin: { bind: "127.0.0.1:0" }
workers: 2
YAML
driver="$java -cp $(class_path) $root/perf/checks/ReplacePlugins.java"
$driver first "$work/plugins"
start_gateway "$work/gateway.yaml" -Xmx256m -XX:+UseSerialGC --sun-misc-unsafe-memory-access=allow
wrk -t 1 -c "$connections" -d 2h "http://$address/" > "$work/wrk.txt" &
wrk=$!
status=0
$driver run "$work/plugins" "$address" "$gateway" "$replacements" || status=$?
kill -INT $wrk
wait $wrk || true
cat "$work/wrk.txt"
grep -c 'is loaded' "$work/err.txt" | sed 's/$/ versions were loaded/'
if grep -E 'Non-2xx|Socket errors' "$work/wrk.txt"; then status=1; fi
if grep -E 'ERROR|classes stay in memory' "$work/err.txt"; then status=1; fi
exit $status
