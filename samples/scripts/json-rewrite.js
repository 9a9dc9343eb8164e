// Takes fields that clients must not see out of JSON answers. Needs the whole body, so it has a limit.
//
//   - script: { file: json-rewrite.js, body: whole, max-body: 256KiB }

const SECRET = new Set(["passwordHash", "internalNotes", "ssn"]);

/** @type {Penstock.OnRequest} */
export function onRequest(exchange) {
  exchange.request.headers.delete("accept-encoding");
}

/** @type {Penstock.OnResponseBody} */
export function onResponseBody(exchange, part) {
  if (!exchange.response.headers.get("content-type")?.startsWith("application/json")) return;
  return JSON.stringify(JSON.parse(part.text(), (key, value) => (SECRET.has(key) ? undefined : value)));
}
