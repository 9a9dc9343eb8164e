// Who is signed in: by a token, which stays in this tab unless its owner asked to be remembered on the device, or by a
// certificate that the browser shows, then without a token.

const KEY = "penstock.token";
const listeners = new Set();
let current = { token: read(), me: null, reason: null };
let hasEnded = false;

export const session = {
  get token() {
    return current.token;
  },
  /** Whether somebody has been signed out since the page was loaded. */
  get hasEnded() {
    return hasEnded;
  },
  get isOpen() {
    return Boolean(current.token || current.me);
  },
  get me() {
    return current.me;
  },
  /** Why the last session ended, for the sign-in page. */
  get reason() {
    return current.reason;
  },
  begin(token, me, remember) {
    store(token, remember);
    update({ token, me, reason: null });
  },
  know(me) {
    update({ ...current, me });
  },
  end(reason = null) {
    if (!current.token && !current.me && current.reason === reason) return;
    hasEnded = true;
    store(null, false);
    update({ token: null, me: null, reason });
  },
  may(role) {
    const order = ["viewer", "deployer", "admin"];
    return order.indexOf(current.me?.role) >= order.indexOf(role);
  },
  subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

function update(next) {
  current = next;
  for (const listener of listeners) listener();
}

function read() {
  try {
    return sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function store(token, remember) {
  try {
    sessionStorage.removeItem(KEY);
    localStorage.removeItem(KEY);
    if (token) (remember ? localStorage : sessionStorage).setItem(KEY, token);
  } catch {
    // Without storage the session lasts as long as the page.
  }
}
