// The same as the plugin hello-filter: filters: [ { script: hello-filter.js } ]
export function onResponse(exchange) {
  exchange.response.headers.set("X-Greeting", "hello");
}
