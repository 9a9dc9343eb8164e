#!/bin/sh
# Three nginx processes as endpoints; one is killed with -9 under the load of wrk and started again. No GET may fail,
# and the endpoint must serve again by itself.
#
#   perf/checks/killed-upstream.sh [SECONDS] [FIRST PORT]

. "$(dirname -- "$0")/gateway.sh"
seconds=${1:-20}
port=${2:-18110}
mkdir "$work/nginx"
server() { # NUMBER
  cat > "$work/nginx/$1.conf" <<CONF
daemon off; worker_processes 1; pid $work/nginx/$1.pid; error_log $work/nginx/$1.log;
events {}
http {
  access_log off; keepalive_requests 1000000;
  client_body_temp_path $work/nginx/body; proxy_temp_path $work/nginx/proxy; fastcgi_temp_path $work/nginx/fastcgi;
  uwsgi_temp_path $work/nginx/uwsgi; scgi_temp_path $work/nginx/scgi;
  server { listen 127.0.0.1:$((port + $1)); location / { return 200 "server $1\n"; } }
}
CONF
  nginx -c "$work/nginx/$1.conf" &
  eval "nginx_$1=$!"
}
kill_server() { # NUMBER: master and worker at once, so that its sockets are reset
  eval "master=\$nginx_$1"
  kill -9 "$master" $(cat "/proc/$master/task/$master/children")
}
stop_servers() { for n in 1 2 3; do eval "kill \$nginx_$n" 2>/dev/null || true; done; }
trap 'stop_servers; end' EXIT
server 1; server 2; server 3
sleep 1
cat > "$work/gateway.yaml" <<YAML
listeners: { web: { bind: "127.0.0.1:0", limits: { max-requests: 1000000000 } } }
upstreams:
  up:
    endpoints: [ "127.0.0.1:$((port + 1))", "127.0.0.1:$((port + 2))", "127.0.0.1:$((port + 3))" ]
    retry: { attempts: 3 }
    health-check: { path: /, interval: 1s, timeout: 500ms }
routes: { all: { upstream: up } }
access-log: { to: off }
admin: { bind: "127.0.0.1:0" }
YAML
start_gateway "$work/gateway.yaml" -Xmx256m
served() { curl -s "http://$admin/metrics" | grep '^penstock_endpoint_attempts_total' | grep ":$((port + 2))\"" \
  | awk '{ sum += $NF } END { print sum + 0 }'; }
cat > "$work/count.lua" <<'LUA'
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("requests %d, not 2xx or 3xx %d, connect %d, read %d, write %d, time-outs %d\n",
    summary.requests, e.status, e.connect, e.read, e.write, e.timeout))
end
LUA
wrk -t1 -c64 -d"${seconds}s" -s "$work/count.lua" "http://$address/" > "$work/wrk.txt" &
load=$!
sleep $((seconds / 4)); kill_server 2
sleep $((seconds / 4)); dead=$(served); server 2
sleep $((seconds / 4)); again=$(served)
wait $load
tail -n 1 "$work/wrk.txt"
echo "attempts at the killed endpoint: $dead while dead, $again after its return"
curl -s "http://$admin/metrics" | grep -E '^penstock_(worker_shed|upstream_retries)_total|^penstock_errors_total' || true
grep -q 'not 2xx or 3xx 0, connect 0, read 0, write 0, time-outs 0' "$work/wrk.txt" || { echo "FAILED: requests failed"; exit 1; }
[ "$again" -gt "$dead" ] || { echo "FAILED: the endpoint did not come back"; exit 1; }
