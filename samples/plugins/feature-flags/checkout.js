// Sends users who have the flag to the new checkout.
//   filters: [{ script: { file: checkout.js, env: { bindings: { flags: { feature-flags: flags.properties } } } } }]
export async function onRequest(exchange, env) {
  const user = exchange.request.headers.get("X-User") ?? exchange.clientIp;
  if (!env.flags.isOn("new-checkout", user)) return;
  await env.flags.note("new-checkout", user);
  exchange.request.headers.set("X-Checkout", "new");
}
