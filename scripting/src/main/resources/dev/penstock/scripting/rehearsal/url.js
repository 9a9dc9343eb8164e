export function exercise({ request }) {
  const url = new URL(request.url);
  url.searchParams.set('a', 'b c');
  new URLSearchParams(url.search).get('a');
}
