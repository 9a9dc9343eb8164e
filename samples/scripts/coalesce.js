// A hundred clients ask for the same slow report: the upstream is asked once, and its answer is kept for ten seconds.
//
//   script: { file: coalesce.js, env: { upstreams: [ reports ], kv: { answers: { max-entries: 1000, max-value: 1MiB } } } }

export default {
  /** @type {Penstock.FetchHandler["fetch"]} */
  async fetch(request, env) {
    const { pathname, search } = new URL(request.url);
    if (request.method !== "GET") return new Response("GET only\n", { status: 405, headers: { allow: "GET" } });
    const answer = await env.answers.getOrCompute(pathname + search, async () => {
      const response = await env.reports.fetch(`http://reports${pathname}${search}`);
      return { status: response.status, type: response.headers.get("content-type") ?? "text/plain", body: await response.text() };
    }, { ttl: 10 });
    return new Response(answer.body, { status: answer.status, headers: { "content-type": answer.type } });
  },
};
