import { test, assert, route } from "penstock:test";

const jwt = route.bind(null, "jwt-check.js", { env: { jwtKey: "not so secret" } });

/** @param {string | Uint8Array} value */
const base64url = (value) => btoa(typeof value === "string" ? value : String.fromCharCode(...value))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** @param {object} claims @param {string} [secret] @param {string} [alg] */
async function token(claims, secret = "not so secret", alg = "HS256") {
  const text = `${base64url(JSON.stringify({ alg, typ: "JWT" }))}.${base64url(JSON.stringify(claims))}`;
  const encoder = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return `${text}.${base64url(new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(text))))}`;
}

/** @param {string} [bearer] */
const ask = (bearer) => jwt().fetch("/", { headers: { "x-user": "root", ...bearer && { authorization: `Bearer ${bearer}` } } });
const soon = () => Date.now() / 1000 + 60;

test("a good token passes, and the upstream learns who it is", async () => {
  const response = await ask(await token({ sub: "ada", exp: soon() }));
  assert.equal(response.status, 200);
  assert.equal(response.upstreamRequest?.headers.get("x-user"), "ada");
});

test("others do not", async () => {
  assert.equal((await ask()).status, 401);
  assert.match(await (await ask(await token({ sub: "ada", exp: soon() }, "guessed"))).text(), /not ours/);
  assert.match(await (await ask(await token({ sub: "ada", exp: soon() }, undefined, "none"))).text(), /not ours/);
  assert.match(await (await ask(await token({ sub: "ada", exp: 1 }))).text(), /expired/);
  assert.match(await (await ask("a.b.c")).text(), /cannot be read/);
});
