// Each tenant has an upstream of its own: `x-tenant: acme` goes to the upstream pool-acme.
//
//   filters: [ script: tenant-routing.js ]

/** @type {Penstock.OnRequest} */
export function onRequest(exchange) {
  const tenant = exchange.request.headers.get("x-tenant");
  if (!tenant || !/^[a-z0-9-]+$/.test(tenant)) return new Response("x-tenant is required\n", { status: 400 });
  try {
    exchange.upstream = `pool-${tenant}`;
  } catch {
    return new Response(`there is no tenant ${tenant}\n`, { status: 404 });
  }
}
