// What penstock.d.ts lets a script say, one line for each part of it, and what it does not. Checked by tsc, never run.
import { test, assert, route } from "penstock:test";

interface MyEnv {
  greeting: string;
  users: Penstock.Fetcher;
  sessions: Penstock.Kv;
}

export const onRequest: Penstock.OnRequest<MyEnv> = async (exchange, env) => {
  const id: string = exchange.id + exchange.route + exchange.clientIp;
  const upstream: string | null = exchange.upstream;
  exchange.upstream = "users";
  exchange.request.method = "PUT";
  exchange.request.path = `/v2${exchange.request.path}`;
  exchange.request.query = exchange.request.query.toLowerCase();
  exchange.request.url = new URL("/x", exchange.request.url).href;
  exchange.request.headers.set("x-id", id);
  exchange.request.replaceBody(await exchange.request.text());
  const parts: [any, Uint8Array, ArrayBuffer, FormData] = [await exchange.request.json(), await exchange.request.bytes(),
    await exchange.request.arrayBuffer(), await exchange.request.formData()];
  const version: "1.0" | "1.1" | "2" = exchange.request.httpVersion;
  exchange.vars.tenant = exchange.params.tenant;
  exchange.log.info("text", { any: parts }, version, upstream);
  exchange.signal.addEventListener("abort", () => exchange.log.warn("gone"));
  exchange.waitUntil(env.sessions.put("a", { b: 1 }, { ttl: 60 }));
  exchange.earlyHints({ link: "</a.css>; rel=preload" });
  const who: string | undefined = exchange.identity?.subject ?? exchange.identity?.groups[0];
  if (exchange.secure && exchange.elapsed > 5 && who === undefined) return new Response(null, { status: 401 });

  const text: string | null = await env.sessions.get("a");
  const json: { b: number } | null = await env.sessions.get<{ b: number }>("a", "json");
  const bytes: Uint8Array<ArrayBuffer> | null = await env.sessions.get("a", "bytes");
  const count: number = await env.sessions.increment("hits", 1, { ttl: 10 });
  const swapped: boolean = await env.sessions.compareAndSet("a", text, "next");
  const made: number = await env.sessions.getOrCompute("n", async (key) => key.length);
  const { keys, list_complete } = await env.sessions.list({ prefix: "a", limit: 10 });
  const gone: boolean = await env.sessions.delete(keys[0]!.name);
  const answer: Response = await env.users.fetch("http://users/7", { method: "POST", body: bytes, duplex: "half" });
  exchange.log.debug(json, count, swapped, made, list_complete, gone, answer.status);

  // @ts-expect-error: only the gateway says who the client is
  exchange.clientIp = "1.2.3.4";
  // @ts-expect-error: a port is part of the host, and the host cannot be changed
  exchange.request.host = "other";
  // @ts-expect-error: in a response phase only
  exchange.response = new Response();
  // @ts-expect-error: `upstreams` of env is what the interface says
  env.orders.fetch("/");
  // @ts-expect-error: no such type of value
  env.sessions.get("a", "yaml");
  // @ts-expect-error: headers are strings
  exchange.request.headers.set("x", 1);
};

export const onRequestBody: Penstock.OnRequestBody = (exchange, part) => {
  if (part.last && part.size > 3) return part.text().toUpperCase();
  part.replace(part.bytes);
  part.drop();
  exchange.vars.seen = part.json();
};
export const selectEndpoint: Penstock.SelectEndpoint = (exchange, endpoints) =>
  endpoints.filter((e) => e.healthy && !e.backup).sort((a, b) => a.inFlight / a.effectiveWeight - b.inFlight / b.weight + a.latency);
// @ts-expect-error: it must not wait
export const badSelect: Penstock.SelectEndpoint = async (exchange, endpoints) => endpoints[0];
export const onUpstreamRequest: Penstock.OnUpstreamRequest = (exchange) => {
  exchange.upstreamRequest.path = "/x";
  exchange.upstreamRequest.query = "a=b";
  exchange.upstreamRequest.headers.delete("cookie");
  // @ts-expect-error: the method is the request's
  exchange.upstreamRequest.method = "GET";
};
export const onUpstreamError: Penstock.OnUpstreamError = (exchange, error) =>
  error.retryable && error.side === "upstream" && exchange.attempt < 2 ? "retry" : Response.json(error, { status: error.status });
// @ts-expect-error: "again" is no decision
export const badDecision: Penstock.OnUpstreamError = () => "again";
export const onUpstreamResponse: Penstock.OnUpstreamResponse = (exchange) => {
  if (!exchange.response.ok) exchange.response.status = 502;
};
export const onResponse: Penstock.OnResponse = (exchange) => {
  exchange.response.headers.set("x-endpoint", exchange.endpoint ?? "");
  exchange.response = new Response("instead");
};
export const onResponseBody: Penstock.OnResponseBody = (exchange, part) => new Uint8Array(part.size);
export const onLog: Penstock.OnLog = (exchange) => {
  exchange.vars.kind = exchange.error?.kind ?? "none";
};
export const scheduled: Penstock.Scheduled<MyEnv> = async (tick, env, ctx) => {
  ctx.waitUntil(env.sessions.put("at", tick.scheduledTime));
};

export default {
  async fetch(request, env, ctx) {
    ctx.passThroughOnException();
    ctx.waitUntil(Promise.resolve(ctx.exchange.id));
    const matched = new URLPattern({ pathname: "/users/:id" }).exec(request.url);
    const id: string | undefined = matched?.pathname.groups.id;
    const clone = structuredClone({ id });
    for await (const text of request.textStream()) console.log(text.length);
    // @ts-expect-error: fetch has to answer
    const wrong: Penstock.FetchHandler = { async fetch() {} };
    return Response.json({ clone, greeting: env.greeting, wrong });
  },
} satisfies Penstock.FetchHandler<MyEnv>;

test("types of tests", async () => {
  const r = route("contract.ts", { env: { sessions: "kv", users: async () => new Response() }, clientIp: "10.0.0.1" });
  const response = await r.fetch("/x", { method: "POST", body: "a" });
  assert(response.upstream === "users");
  assert.equal(response.upstreamRequest?.method, "POST");
  assert.match(await response.text(), /a/);
  await assert.rejects(() => r.fetch("/y"), /no/);
  // @ts-expect-error: a test has a function
  test("nothing");
});
