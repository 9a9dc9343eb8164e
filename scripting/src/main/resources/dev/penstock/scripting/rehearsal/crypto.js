const HMAC = { name: 'HMAC', hash: 'SHA-256' };
const bytes = new Uint8Array([1, 2, 3]);
export async function exercise() {
  const { subtle } = crypto;
  const key = await subtle.importKey('raw', bytes, HMAC, false, ['sign', 'verify']);
  await subtle.verify('HMAC', key, await subtle.sign('HMAC', key, bytes), bytes);
  await subtle.digest('SHA-256', crypto.getRandomValues(new Uint8Array(8)));
}
