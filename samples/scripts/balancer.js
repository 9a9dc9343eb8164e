// A balancer: the same cart always meets the same server while that is not busy; otherwise the one with the least to do.
//
//   upstreams:
//     carts: { balancer: { script: balancer.js }, endpoints: [ … ] }

const BUSY = 50;

/** @param {string} text */
function hash(text) {
  let h = 2166136261;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
  h ^= h >>> 15;
  h = Math.imul(h, 0x85ebca6b);
  return (h ^ (h >>> 13)) >>> 0;
}

/** @type {Penstock.SelectEndpoint} */
export function selectEndpoint(exchange, endpoints) {
  const cart = exchange.request.headers.get("x-cart");
  if (cart) {
    // Rendezvous hashing: when a server leaves, only its own carts move.
    const home = endpoints.reduce((a, b) => (hash(a.name + cart) > hash(b.name + cart) ? a : b));
    if (home.inFlight < BUSY) return home;
  }
  return endpoints.reduce((a, b) => (b.inFlight / b.weight < a.inFlight / a.weight ? b : a));
}
