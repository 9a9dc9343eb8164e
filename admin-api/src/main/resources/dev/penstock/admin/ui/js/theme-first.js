// Before the first paint, and so not a module: a page that flashes white at night is a bug.
(() => {
  let theme = null;
  try {
    theme = localStorage.getItem("penstock.theme");
  } catch {
    // Storage may be forbidden; the system's preference is a good answer.
  }
  const isDark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
})();
