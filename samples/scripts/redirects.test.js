import { test, assert, route } from "penstock:test";

test("old addresses lead to new ones, with their query", async () => {
  const response = await route("redirects.js").fetch("/about-us?from=mail");
  assert.equal(response.status, 301);
  assert.equal(response.headers.get("location"), "/company?from=mail");
  assert.equal((await route("redirects.js").fetch("/docs")).headers.get("location"), "https://docs.example.com/");
});

test("the rest goes on", async () => {
  assert.equal((await route("redirects.js").fetch("/contact")).status, 200);
});
