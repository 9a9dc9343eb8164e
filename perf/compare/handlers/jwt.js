// Checks a bearer token (HS256), runs a loop of 200 steps over the path, and forwards who asks.
const HMAC = { name: 'HMAC', hash: 'SHA-256' };
const encoder = new TextEncoder();
let key = null;

const fromBase64Url = (text) => atob(text.replaceAll('-', '+').replaceAll('_', '/'));

const bytesOf = (binary) => {
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
};

const refused = () => new Response(null, { status: 401 });

export async function onRequest(exchange, env) {
  const { request } = exchange;
  const [scheme, token] = (request.headers.get('authorization') ?? '').split(' ');
  const parts = scheme === 'Bearer' && token !== undefined ? token.split('.') : [];
  if (parts.length !== 3) return refused();
  key ??= await crypto.subtle.importKey('raw', encoder.encode(env.JWT_SECRET), HMAC, false, ['verify']);
  let signature;
  try {
    signature = bytesOf(fromBase64Url(parts[2]));
  } catch {
    return refused();
  }
  const signed = encoder.encode(token.slice(0, parts[0].length + 1 + parts[1].length));
  if (!(await crypto.subtle.verify('HMAC', key, signature, signed))) return refused();
  const claims = JSON.parse(fromBase64Url(parts[1]));
  if (claims.exp * 1000 < Date.now()) return refused();
  const path = request.path;
  let hash = 0;
  for (let i = 0; i < 200; i++) hash = (Math.imul(hash, 31) + path.charCodeAt(i % path.length)) | 0;
  request.headers.set('x-sub', claims.sub);
  request.headers.set('x-hash', (hash >>> 0).toString(16));
  request.path = `/1k/${claims.sub}`;
}

export function onResponse({ request, response }) {
  const sub = request.headers.get('x-sub');
  if (sub !== null) response.headers.set('x-script', `sub-${sub}`);
}
