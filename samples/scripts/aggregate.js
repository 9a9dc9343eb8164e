// One answer of two services, asked at the same time; a page without recommendations is better than no page.
//
//   script: { file: aggregate.js, env: { upstreams: [ users, reviews ] } }

export default {
  /** @type {Penstock.FetchHandler["fetch"]} */
  async fetch(request, env) {
    const id = encodeURIComponent(new URL(request.url).pathname.split("/").at(-1) ?? "");
    const [user, reviews] = await Promise.all([
      env.users.fetch(`http://users/users/${id}`),
      env.reviews.fetch(`http://reviews/reviews?user=${id}`, { signal: AbortSignal.timeout(300) })
        .then((/** @type {Response} */ r) => (r.ok ? r.json() : []))
        .catch(() => []),
    ]);
    if (!user.ok) return new Response("no such user\n", { status: user.status });
    return Response.json({ ...await user.json(), reviews });
  },
};
