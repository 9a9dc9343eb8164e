// The public API lives under /api/v1, the service knows /internal and wants to know who asks; clients need not see what it runs on.
//
//   filters: [ script: rewrite.js ]

/** @type {Penstock.OnRequest} */
export function onRequest(exchange) {
  const { request } = exchange;
  request.path = request.path.replace(/^\/api\/v1/, "/internal");
  request.headers.set("x-client", exchange.clientIp);
  request.headers.delete("x-debug");
}

/** @type {Penstock.OnResponse} */
export function onResponse({ response }) {
  response.headers.delete("x-powered-by");
  response.headers.set("x-frame-options", "DENY");
}
