import { test, assert, route } from "penstock:test";

test("each key has its own count", async () => {
  const api = route("throttle.js", { env: { perMinute: 2, counts: "kv" } });
  const ask = (/** @type {string} */ key) => api.fetch("/", { headers: { "x-api-key": key } });
  assert.equal((await ask("a")).headers.get("x-requests-left"), "1");
  assert.equal((await ask("a")).status, 200);
  assert.equal((await ask("a")).status, 429);
  assert.equal((await ask("b")).status, 200);
});
