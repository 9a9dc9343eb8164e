const encoder = new TextEncoder();
export async function exercise() {
  const parts = new ReadableStream({
    start(controller) {
      controller.enqueue(encoder.encode('part'));
      controller.close();
    },
  });
  const through = parts.pipeThrough(new TransformStream({
    transform(chunk, controller) { controller.enqueue(chunk); },
  }));
  const text = await new Response(through).text();
  return new Response(new Response(text).body);
}
