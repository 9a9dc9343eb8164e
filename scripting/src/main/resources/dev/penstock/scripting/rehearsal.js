// Exercises what handlers commonly use, once per process, so that the first real ones find it parsed and compiled.
const encoder = new TextEncoder();
export async function onRequest(exchange) {
  const { request } = exchange;
  request.headers.set('x-rehearsal', `${request.method} ${request.path}`);
  exchange.vars.seen = true;
  const url = new URL(request.url);
  url.searchParams.set('a', 'b c');
  const response = Response.json({ path: url.pathname, query: url.search });
  const stream = response.body.pipeThrough(new TransformStream({
    transform(chunk, controller) { controller.enqueue(chunk); },
  }));
  const text = await new Response(stream).text();
  const parts = new ReadableStream({
    start(controller) {
      controller.enqueue(encoder.encode(text));
      controller.close();
    },
  });
  return new Response(parts, { headers: { 'content-type': 'text/plain' } });
}
export function onResponse(exchange) {
  exchange.response.headers.append('x-rehearsal', btoa('done'));
}
