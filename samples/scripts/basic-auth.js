// A user name and a password before a part of the site. Names and hashes of passwords come from the configuration:
//
//   - script: { file: basic-auth.js, env: { secrets: { ada: "6b86…" } } }   # hex of SHA-256, for long random passwords only

/** @param {string} text */
async function sha256(text) {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** In the same time for any text. @param {string} a @param {string} b */
function equal(a, b) {
  let different = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) different |= a.charCodeAt(i) ^ b.charCodeAt(i % b.length);
  return different === 0;
}

/** @param {Penstock.RequestExchange} exchange @param {Penstock.Env} env */
export async function onRequest(exchange, env) {
  const given = exchange.request.headers.get("authorization")?.match(/^Basic ([\w+/]+=*)$/i)?.[1];
  if (given !== undefined) {
    const [name, password] = atob(given).split(/:(.*)/s);
    const known = Object.hasOwn(env, name) ? env[name] : "-";
    if (equal(await sha256(password ?? ""), known)) {
      exchange.vars.user = name;
      exchange.request.headers.delete("authorization");
      return;
    }
  }
  return new Response("Who are you?\n", { status: 401, headers: { "www-authenticate": 'Basic realm="team", charset="UTF-8"' } });
}
