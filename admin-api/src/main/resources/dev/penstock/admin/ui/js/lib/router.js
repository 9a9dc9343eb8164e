// Addresses are in the fragment (#/routes/users?search=x), so that the server needs to know one page only.

const listeners = new Set();

export function read() {
  const text = location.hash.replace(/^#\/?/, "");
  const question = text.indexOf("?");
  const path = question < 0 ? text : text.slice(0, question);
  return {
    parts: path.split("/").filter(Boolean).map(decodeURIComponent),
    query: Object.fromEntries(new URLSearchParams(question < 0 ? "" : text.slice(question + 1))),
  };
}

export function href(parts, query = {}) {
  const kept = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(kept).toString();
  return `#/${parts.map(encodeURIComponent).join("/")}${text ? `?${text}` : ""}`;
}

export function go(parts, query) {
  location.hash = href(parts, query);
}

/** Changes the query without a new entry in the history: for filters as one types. */
export function replaceQuery(query) {
  history.replaceState(null, "", href(read().parts, query));
  announce();
}

/** A view may object to being left, as with an edit that is not saved: it returns the question to ask. */
let guard = null;
export function setGuard(question) {
  guard = question;
}

let last = location.hash;
window.addEventListener("hashchange", () => {
  const question = guard?.();
  if (question && !window.confirm(question)) {
    history.replaceState(null, "", last || "#/");
    return;
  }
  guard = null;
  last = location.hash;
  announce();
});
window.addEventListener("beforeunload", (event) => {
  if (guard?.()) event.preventDefault();
});

export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function announce() {
  for (const listener of listeners) listener();
}
