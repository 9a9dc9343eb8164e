// Old addresses and where they went, in a JSON file beside the script; saving the file puts it in force.
//
//   script: redirects.js      # or as a filter: what has no new address goes on

import moved from "./redirects.json" with { type: "json" };

const targets = new Map(Object.entries(moved));

/** @type {Penstock.OnRequest} */
export function onRequest({ request }) {
  const target = targets.get(request.path);
  if (target === undefined) return;
  return new Response(null, { status: 301, headers: { location: target + (request.query && `?${request.query}`) } });
}
