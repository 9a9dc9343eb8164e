import { test, assert, route } from "penstock:test";

const tenants = () => route("tenant-routing.js", {
  upstreams: { "pool-acme": () => new Response("acme's") },
});

test("a tenant's requests go to its upstream", async () => {
  const response = await tenants().fetch("/", { headers: { "x-tenant": "acme" } });
  assert.equal(await response.text(), "acme's");
  assert.equal(response.upstream, "pool-acme");
});

test("no tenant, a strange one, an unknown one", async () => {
  assert.equal((await tenants().fetch("/")).status, 400);
  assert.equal((await tenants().fetch("/", { headers: { "x-tenant": "../x" } })).status, 400);
  assert.equal((await tenants().fetch("/", { headers: { "x-tenant": "initech" } })).status, 404);
});
