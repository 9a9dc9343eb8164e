// Sixty requests a minute for each API key, counted over all workers.
//
//   - script: { file: throttle.js, env: { vars: { perMinute: 60 }, kv: { counts: { max-entries: 100000, max-value: 64B } } } }

/** @param {Penstock.RequestExchange} exchange @param {Penstock.Env} env */
export async function onRequest(exchange, env) {
  const key = exchange.request.headers.get("x-api-key") ?? exchange.clientIp;
  const minute = Math.floor(Date.now() / 60_000);
  const count = await env.counts.increment(`${key} ${minute}`, 1, { ttl: 120 });
  exchange.vars.left = Math.max(0, env.perMinute - count);
  if (count > env.perMinute) return new Response("slower, please\n", { status: 429, headers: { "retry-after": "60" } });
}

/** @type {Penstock.OnResponse} */
export function onResponse(exchange) {
  exchange.response.headers.set("x-requests-left", String(exchange.vars.left));
}
