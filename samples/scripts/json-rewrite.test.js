import { test, assert, route } from "penstock:test";

test("secret fields are gone at any depth", async () => {
  const json = route("json-rewrite.js", {
    upstreams: { default: () => Response.json({ users: [{ name: "Ada", passwordHash: "x" }], internalNotes: "hm" }) },
  });
  assert.deepEqual(await (await json.fetch("/")).json(), { users: [{ name: "Ada" }] });
});
