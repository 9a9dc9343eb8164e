import { test, assert, route } from "penstock:test";

// SHA-256 of "correct horse"
const ada = "4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631";

/** @param {string} [credentials] */
const ask = async (credentials) => {
  return route("basic-auth.js", { env: { ada } })
    .fetch("/", { headers: credentials === undefined ? {} : { authorization: `Basic ${btoa(credentials)}` } });
};

test("who knows the password gets in, and the upstream does not see it", async () => {
  const response = await ask("ada:correct horse");
  assert.equal(response.status, 200);
  assert.equal(response.upstreamRequest?.headers.get("authorization"), null);
});

test("others are asked", async () => {
  for (const credentials of [undefined, "ada:wrong", "bob:correct horse", "ada", "toString:x", ":"]) {
    const response = await ask(credentials);
    assert.equal(response.status, 401, credentials);
    assert.match(response.headers.get("www-authenticate") ?? "", /^Basic realm=/);
  }
});
