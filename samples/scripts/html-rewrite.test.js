import { test, assert, route } from "penstock:test";

/** @param {string} body @param {string} type */
const page = async (body, type = "text/html; charset=utf-8") => {
  const html = route("html-rewrite.js", { upstreams: { default: () => new Response(body, { headers: { "content-type": type } }) } });
  return (await html.fetch("/", { headers: { "accept-encoding": "gzip" } })).text();
};

test("pages get the script, once", async () => {
  assert.equal(await page("<head></head><p></head>"), '<head><script src="/consent.js" defer></script></head><p></head>');
});

test("a page without head and what is no page stay as they are", async () => {
  assert.equal(await page("<p>hello</he"), "<p>hello</he");
  assert.equal(await page('{"html":"</head>"}', "application/json"), '{"html":"</head>"}');
});
