// Refuses what looks like an attack, before it costs the application anything. A start; the filters of the waf package know more.
//
//   filters: [ script: waf.js ]

/** @type {[string, RegExp][]} */
const RULES = [
  ["sql injection", /\bunion\b.+\bselect\b|\bor\b\s+\d+\s*=\s*\d+|;\s*drop\s+table/i],
  ["cross-site scripting", /<\s*script|javascript:|\bon(?:error|load)\s*=/i],
  ["path traversal", /(?:^|[\\/])\.\.(?:[\\/]|$)|\/etc\/passwd/],
];

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/** @type {Penstock.OnRequest} */
export function onRequest(exchange) {
  const { path, query } = exchange.request;
  const text = decoded(`${path}?${query}`);
  const hit = RULES.find(([, pattern]) => pattern.test(text));
  if (!hit) return;
  exchange.log.warn("refused", hit[0], "from", exchange.clientIp);
  return new Response("This request was refused.\n", { status: 403 });
}
