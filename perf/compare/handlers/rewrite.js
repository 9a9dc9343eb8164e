// GET /api/v1/users/42 becomes /1k/users/42, with two fields for the upstream and one for the client.
export function onRequest({ request }) {
  const [, , , kind, id] = request.path.split('/');
  const headers = request.headers;
  headers.set('x-user-id', id);
  headers.set('x-client', `${(headers.get('user-agent') ?? '').toUpperCase()};${headers.get('x-api-key') ?? ''}`);
  request.path = `/1k/${kind}/${id}`;
}

export function onResponse({ request, response }) {
  response.headers.set('x-script', `done-${request.headers.get('x-user-id')}`);
}
