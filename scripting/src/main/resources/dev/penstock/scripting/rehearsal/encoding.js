export function exercise() {
  new TextDecoder().decode(new TextEncoder().encode(atob(btoa('text'))));
}
