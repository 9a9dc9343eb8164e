import { test, assert, route } from "penstock:test";

/** @param {number} share */
const split = (share) => route("ab-split.js", {
  env: { share }, upstreams: { "shop-a": () => new Response("old"), "shop-b": () => new Response("new") },
});

test("a new client gets a variant and a cookie", async () => {
  const response = await split(1).fetch("/");
  assert.equal(await response.text(), "new");
  assert.match(response.headers.get("set-cookie") ?? "", /^variant=b;/);
});

test("a known client stays, without a new cookie", async () => {
  const response = await split(1).fetch("/", { headers: { cookie: "theme=dark; variant=a" } });
  assert.equal(await response.text(), "old");
  assert.equal(response.headers.get("set-cookie"), null);
});
