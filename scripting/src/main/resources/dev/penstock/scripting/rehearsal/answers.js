export async function exercise({ request }) {
  const answer = Response.json({ path: request.path });
  return new Response(await answer.text(), { status: 201, headers: { 'content-type': 'text/plain' } });
}
