import { test, assert, route } from "penstock:test";

async function signed(body: string, secret: string): Promise<Response & { upstreamRequest?: Request }> {
  const encoder = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const sum = new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(body)));
  const hex = Array.from(sum, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return route("webhook.ts", { env: { secret: "s3cret" } as const })
    .fetch("/hook", { method: "POST", body, headers: { "x-signature-256": `sha256=${hex}` } });
}

test("a signed body goes on", async () => {
  const response = await signed('{"paid":true}', "s3cret");
  assert.equal(response.status, 200);
  assert.equal(await response.upstreamRequest!.text(), '{"paid":true}');
});

test("others do not", async () => {
  assert.equal((await signed("x", "guessed")).status, 401);
  assert.equal((await route("webhook.ts").fetch("/hook", { method: "POST", body: "x" })).status, 401);
});
