#!/bin/bash
# peer: nginx   modes: proxy   deploy: hup   needs: nginx
# nginx-lua.sh and nginx-njs.sh start it with their module and MODE=script or compute.
. "$(dirname "$0")/common.sh"
modules=${NGINX_MODULES:-/usr/lib/nginx/modules}
load= http= location=
case ${NGINX_SCRIPTS:-none} in
  none) ;;
  lua)
    load="load_module $modules/ndk_http_module.so; load_module $modules/ngx_http_lua_module.so;"
    http="lua_package_path '$here/../handlers/?.lua;/usr/share/lua/5.1/?.lua;;';
  lua_package_cpath '/usr/lib/$(uname -m)-linux-gnu/lua/5.1/?.so;;';
  init_by_lua_block { require 'resty.core'; handlers = require 'nginx' }"
    location="rewrite_by_lua_block { handlers.$MODE() } header_filter_by_lua_block { handlers.tag() }"
    ;;
  njs)
    load="load_module $modules/ngx_http_js_module.so;"
    http="js_path $here/../handlers; js_import handlers from nginx.mjs; js_set \$target handlers.$MODE;
  js_var \$subject ''; js_var \$extra '';"
    location="set \$to \$target; if (\$to = '') { return 401; } js_header_filter handlers.${MODE}Tag;
    proxy_set_header $([ "$MODE" = script ] && echo X-User-Id || echo X-Sub) \$subject;
    proxy_set_header $([ "$MODE" = script ] && echo X-Client || echo X-Hash) \$extra;"
    ;;
esac
forwarded='proxy_set_header Host $http_host; proxy_set_header Connection ""; proxy_set_header X-Request-Id $request_id;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Forwarded-Host $host; proxy_set_header X-Forwarded-Port $server_port;'
route() { echo "    location /svc/$1/ { proxy_pass http://origin; }"; }
to='http://origin'
[ "${NGINX_SCRIPTS:-none}" != njs ] || to='http://origin$to'
cat >"$WORK/nginx.conf" <<CONF
$load
daemon off; user root; worker_processes $CORES; worker_rlimit_nofile 65536; pid $WORK/nginx.pid; error_log $WORK/error.log warn;
env JWT_SECRET;
events { worker_connections 30000; }
http {
  access_log $WORK/access.log combined buffer=64k flush=1s;
  keepalive_requests 1000000000; keepalive_timeout 300s; client_max_body_size 0; client_body_buffer_size 64k;
  client_body_temp_path $WORK/body; proxy_temp_path $WORK/proxy; fastcgi_temp_path $WORK/fastcgi;
  uwsgi_temp_path $WORK/uwsgi; scgi_temp_path $WORK/scgi;
  proxy_http_version 1.1;
  upstream origin { server $BACKEND; keepalive 256; keepalive_requests 1000000000; keepalive_timeout 300s; }
  $http
  server {
    listen 127.0.0.1:$PORT backlog=4096;
    $forwarded
$(each_route route)
    location / { $location ${location:+$forwarded} proxy_pass $to; }
  }
}
CONF
exec nginx -p "$WORK" -c "$WORK/nginx.conf"
