// Lets in who brings a JSON Web Token signed with our key (HS256), and tells the upstream who it is.
//
//   - script: { file: jwt-check.js, env: { secrets: { jwtKey: "${file:/run/secrets/jwt}" } } }

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** @type {Promise<CryptoKey> | undefined} */
let key;

/** @param {string} text */
const bytesOf = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

/** @param {string} why */
const refuse = (why) => new Response(`${why}\n`, {
  status: 401, headers: { "www-authenticate": 'Bearer error="invalid_token"' },
});

/** @param {Penstock.RequestExchange} exchange @param {Penstock.Env} env */
export async function onRequest(exchange, env) {
  exchange.request.headers.delete("x-user"); // never the client's word
  const token = exchange.request.headers.get("authorization")?.match(/^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/);
  if (!token) return refuse("a bearer token is required");
  const [, head, body, signature] = token;
  key ??= crypto.subtle.importKey("raw", encoder.encode(env.jwtKey), { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  try {
    const { alg } = JSON.parse(decoder.decode(bytesOf(head)));
    const signed = encoder.encode(`${head}.${body}`);
    if (alg !== "HS256" || !await crypto.subtle.verify("HMAC", await key, bytesOf(signature), signed)) {
      return refuse("the token is not ours");
    }
    const claims = JSON.parse(decoder.decode(bytesOf(body)));
    if (!(claims.exp * 1000 > Date.now())) return refuse("the token has expired");
    exchange.request.headers.set("x-user", claims.sub);
  } catch {
    return refuse("the token cannot be read");
  }
}
