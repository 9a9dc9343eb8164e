# Sourced by the start script of each peer. The second line of a script says what it can do:
#   # peer: NAME   modes: proxy script compute filter   kind: jvm   deploy: rewrite   needs: nginx libnginx-mod-http-lua
# modes: what it can serve (below); kind: jvm asks for a longer warm-up; deploy: how a new version of its script is put in
# force (rewrite the file in $WORK/handlers, or send HUP); needs: Debian packages. Two blanks part the fields.
#
# The script replaces itself by the proxy, in the foreground, and finds in its environment:
#   PORT      serve plain HTTP/1.1 on 127.0.0.1:PORT
#   BACKEND   host:port of the origin, HTTP/1.1 with keep-alive
#   MODE      proxy: pass on what comes, by a table of ROUTES routes; script, compute: the handlers of ../handlers;
#             filter: the same as script, in the proxy's own language
#   CORES     I/O threads
#   WORK      a folder for configuration and logs, this run's own
#   JWT_SECRET  the HMAC key for compute
set -eu
here=$(cd "$(dirname "$0")" && pwd)
: "${PORT:=8080}" "${BACKEND:=127.0.0.1:9000}" "${MODE:=proxy}" "${CORES:=1}" "${ROUTES:=100}"
: "${WORK:=${TMPDIR:-/tmp}/penstock-compare}" "${JWT_SECRET:=a-secret-of-the-comparison-0123456789}"
export JWT_SECRET
mkdir -p "$WORK"

# Runs "$1 N" for the routes of the table but the last, which takes all the rest: /svc/1/ to /svc/(ROUTES - 1)/
each_route() {
  local n
  for ((n = 1; n < ROUTES; n++)); do "$1" "$n"; done
}
