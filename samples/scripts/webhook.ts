// TypeScript: lets a webhook through when its body is signed with our secret. Types are taken away when the file is read.
//
//   - script: { file: webhook.ts, env: { secrets: { secret: "${file:/run/secrets/webhook}" } } }

interface Env extends Penstock.Env {
  readonly secret: string;
}

const encoder = new TextEncoder();

function bytesOfHex(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

export async function onRequest(exchange: Penstock.RequestExchange<Env>, env: Env): Promise<Response | void> {
  const signature = exchange.request.headers.get("x-signature-256")?.match(/^sha256=([0-9a-f]{64})$/)?.[1];
  if (!signature) return new Response("not signed\n", { status: 401 });
  const algorithm = { name: "HMAC", hash: "SHA-256" } satisfies HmacImportParams;
  const key = await crypto.subtle.importKey("raw", encoder.encode(env.secret), algorithm, false, ["verify"]);
  const body = await exchange.request.arrayBuffer(); // it is forwarded all the same
  if (!(await crypto.subtle.verify("HMAC", key, bytesOfHex(signature!), body))) {
    return new Response("wrong signature\n", { status: 401 });
  }
}
