// Sends one client in five to the new version, and keeps each client where it is by a cookie.
//
//   - script: { file: ab-split.js, env: { vars: { share: 0.2 } } }

/** @type {Penstock.OnRequest} */
export function onRequest(exchange, env) {
  const known = exchange.request.headers.get("cookie")?.match(/(?:^|; )variant=([ab])(?:;|$)/)?.[1];
  const variant = known ?? (Math.random() < env.share ? "b" : "a");
  exchange.upstream = `shop-${variant}`;
  exchange.vars.variant = variant; // for the access log too: {var.variant}
  exchange.isNew = known === undefined;
}

/** @type {Penstock.OnResponse} */
export function onResponse(exchange) {
  if (exchange.isNew) {
    exchange.response.headers.append("set-cookie", `variant=${exchange.vars.variant}; Path=/; Max-Age=604800; SameSite=Lax`);
  }
}
