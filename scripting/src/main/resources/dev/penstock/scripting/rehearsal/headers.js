export function exercise(exchange) {
  const { request } = exchange;
  request.headers.set('x-rehearsal', `${request.method} ${request.path}`);
  exchange.vars.seen = request.headers.get('x-rehearsal');
}
