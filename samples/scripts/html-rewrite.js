// Adds a script to each page while it streams through: nothing waits for the end of the page.
//
//   filters: [ script: html-rewrite.js ]

const END = "</head>";
const ADDED = '<script src="/consent.js" defer></script>';

/** @type {Penstock.OnRequest} */
export function onRequest(exchange) {
  exchange.request.headers.delete("accept-encoding"); // so that we can read it
}

/** @type {Penstock.OnResponseBody} */
export function onResponseBody(exchange, part) {
  if (exchange.done || !exchange.response.headers.get("content-type")?.startsWith("text/html")) return;
  const text = (exchange.held ?? "") + part.text();
  const at = text.indexOf(END);
  exchange.done = at >= 0 || part.last;
  if (at >= 0) return text.slice(0, at) + ADDED + text.slice(at);
  // The tag may be cut in two: the beginning of one waits for the next part.
  let keep = part.last ? 0 : END.length - 1;
  while (keep > 0 && !END.startsWith(text.slice(-keep))) keep--;
  exchange.held = text.slice(text.length - keep);
  return text.slice(0, text.length - keep);
}
