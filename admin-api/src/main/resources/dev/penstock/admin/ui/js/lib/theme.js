// Light, dark, or as the system says. The page's `data-theme` is always the one in use.

const KEY = "penstock.theme";
const listeners = new Set();
const system = window.matchMedia("(prefers-color-scheme: dark)");
let choice = read();

export const theme = {
  /** light, dark or system */
  get choice() {
    return choice;
  },
  get isDark() {
    return document.documentElement.dataset.theme === "dark";
  },
  choose(next) {
    choice = next;
    try {
      if (next === "system") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, next);
    } catch {
      // The choice then lasts as long as the page.
    }
    apply();
  },
  toggle() {
    const next = this.isDark ? "light" : "dark";
    this.choose(next === (system.matches ? "dark" : "light") ? "system" : next);
  },
  subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

system.addEventListener("change", apply);

function apply() {
  const isDark = choice === "system" ? system.matches : choice === "dark";
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
  for (const listener of listeners) listener();
}

function read() {
  try {
    return localStorage.getItem(KEY) ?? "system";
  } catch {
    return "system";
  }
}
