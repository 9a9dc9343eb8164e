// Tells the upstream from which country and in which currency a visitor pays. The filter geo, before this one, knows the country.
//
//   filters:
//     - geo: { database: GeoLite2-Country.mmdb }
//     - script: geo-header.js

/** @type {Record<string, string>} */
const CURRENCIES = { GB: "GBP", CH: "CHF", SE: "SEK", US: "USD" };

/** @type {Penstock.OnRequest} */
export function onRequest(exchange) {
  const country = String(exchange.vars["geo.country"] ?? "XX");
  exchange.request.headers.set("x-country", country);
  exchange.request.headers.set("x-currency", CURRENCIES[country] ?? "EUR");
}
