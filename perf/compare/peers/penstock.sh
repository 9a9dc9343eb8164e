#!/bin/bash
# peer: penstock   modes: proxy script compute filter   kind: jvm   deploy: rewrite
# Starts the distribution with the flags that its launcher ships. PENSTOCK_HOME: where it lies; otherwise what ./penstock
# or ./mvnw has built here, the newer. PENSTOCK_PERF: classes of this room, for MODE=filter.
. "$(dirname "$0")/common.sh"
tree=$(cd "$here/../../.." && pwd)
: "${PENSTOCK_HOME:=$(ls -td "$tree"/dist/target/penstock "$tree"/dist/target/quick/penstock 2>/dev/null | head -n 1)}"
[ -x "$PENSTOCK_HOME/bin/penstock" ] || { echo "penstock.sh: nothing is built; run ./mvnw package or ./penstock version" >&2; exit 1; }

: "${PENSTOCK_CACHE:=off}" # by default: no start-up cache, since the first run would write one in the middle of a measurement
export PENSTOCK_CACHE
rm -rf "$WORK/handlers" "$WORK/state"
export XDG_STATE_HOME="$WORK/state" # no revision of an earlier run
mkdir -p "$WORK/handlers"
cp "$here"/../handlers/*.js "$WORK/handlers/"
filters= watch=
case $MODE in
  proxy) ;;
  script) filters="- script: handlers/rewrite.js" watch=--watch ;;
  compute) filters="- script: { file: handlers/jwt.js, env: { secrets: { JWT_SECRET: \"\${JWT_SECRET}\" } } }" watch=--watch ;;
  filter)
    : "${PENSTOCK_PERF:=$(ls -td "$tree"/perf/target/classes "$tree"/perf/target/quick/classes 2>/dev/null | head -n 1)}"
    filters="- compare-rewrite: {}"
    export PENSTOCK_JAVA_OPTS="-cp $PENSTOCK_PERF:$PENSTOCK_HOME/lib/* ${PENSTOCK_JAVA_OPTS-}" # the last -cp wins
    ;;
  *) echo "penstock.sh: no mode $MODE" >&2; exit 2 ;;
esac
route() { echo "  svc-$1: { match: { path: /svc/$1/** }, upstream: origin }"; }
cat >"$WORK/gateway.yaml" <<YAML
listeners:
  web:
    bind: "127.0.0.1:$PORT"
    limits: { max-requests: 1000000000 }
    timeouts: { keep-alive: 300s, max-age: 1d }
upstreams:
  origin:
    endpoints: [ "$BACKEND" ]
    pool: { max-idle: 256 }
routes:
$(each_route route)
  rest:
    match: { path: /** }
    filters:
      ${filters:-[]}
    upstream: origin
access-log: { to: file, file: access.log, format: combined, rotation: { size: 0B } }
admin: { bind: "127.0.0.1:0" }
workers: $CORES
shutdown: { pre-stop: 0s, grace: 1s }
YAML
cd "$WORK"
exec "$PENSTOCK_HOME/bin/penstock" run $watch gateway.yaml
