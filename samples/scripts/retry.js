// Retries what is safe to ask again, twice at most, and says so politely when nothing helps.
//
//   filters: [ script: retry.js ]      # and at its upstream, retry: { attempts: 3 }, the most that a script can ask for

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** @type {Penstock.OnUpstreamError} */
export function onUpstreamError(exchange, error) {
  const again = error.retryable || SAFE.has(exchange.request.method);
  if (again && exchange.attempt < 3) return "retry";
  return Response.json(
    { error: "The service cannot be reached.", attempts: exchange.attempt },
    { status: 503, headers: { "retry-after": "5" } },
  );
}
