import { test, assert, route } from "penstock:test";

test("paths and fields are the service's on one side and ours on the other", async () => {
  const rewrite = route("rewrite.js", {
    clientIp: "192.0.2.9",
    upstreams: { default: () => new Response("ok", { headers: { "x-powered-by": "magic" } }) },
  });
  const response = await rewrite.fetch("/api/v1/users/7?x=1", { headers: { "x-debug": "1" } });
  const seen = response.upstreamRequest;
  assert.ok(seen);
  assert.equal(new URL(seen.url).pathname, "/internal/users/7");
  assert.equal(new URL(seen.url).search, "?x=1");
  assert.equal(seen.headers.get("x-client"), "192.0.2.9");
  assert.equal(seen.headers.get("x-debug"), null);
  assert.equal(response.headers.get("x-powered-by"), null);
  assert.equal(response.headers.get("x-frame-options"), "DENY");
});
