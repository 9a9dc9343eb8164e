// Server-sent events: a stream that the handler writes for as long as the client listens.
//
//   script: events.js

export default {
  /** @type {Penstock.FetchHandler["fetch"]} */
  fetch(request) {
    const count = Math.min(Number(new URL(request.url).searchParams.get("count") ?? 10), 1000);
    const encoder = new TextEncoder();
    let n = 0;
    const body = new ReadableStream({
      async pull(controller) { // asked for only as fast as the client reads
        if (n === count) return controller.close();
        if (n > 0) await new Promise((done) => setTimeout(done, 100));
        controller.enqueue(encoder.encode(`id: ${++n}\nevent: tick\ndata: ${JSON.stringify({ n })}\n\n`));
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream", "cache-control": "no-store" } });
  },
};
