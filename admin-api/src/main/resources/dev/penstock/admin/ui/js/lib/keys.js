// Keyboard shortcuts: single keys, sequences of two as "g r", and "mod+k" for Ctrl or Command.

const bindings = new Map();
let first = null;
let firstAt = 0;

/** @returns a function that takes the binding away */
export function bind(keys, description, group, action) {
  const binding = { keys, description, group, action };
  bindings.set(keys, binding);
  return () => bindings.get(keys) === binding && bindings.delete(keys);
}

export const all = () => [...bindings.values()];

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** How keys are shown: ["Ctrl", "K"]. */
export function caps(keys) {
  return keys.split(/[+ ]/).map((key) => ({ mod: isMac ? "⌘" : "Ctrl", enter: "↵", shift: "⇧", escape: "Esc" })[key]
    ?? (key.length === 1 ? key.toUpperCase() : key));
}

window.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const mod = event.ctrlKey || event.metaKey;
  if (mod && !event.altKey) {
    run(`mod+${event.shiftKey ? "shift+" : ""}${event.key.toLowerCase()}`, event);
    return;
  }
  if (event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const now = performance.now();
  const sequence = first !== null && now - firstAt < 1000 ? `${first} ${event.key}` : null;
  if (sequence && run(sequence, event)) {
    first = null;
    return;
  }
  if ([...bindings.keys()].some((keys) => keys.startsWith(`${event.key} `))) {
    first = event.key;
    firstAt = now;
    return;
  }
  first = null;
  run(event.key, event);
});

function run(keys, event) {
  const binding = bindings.get(keys);
  if (!binding) return false;
  event.preventDefault();
  binding.action(event);
  return true;
}

function isTyping(target) {
  return target instanceof Element && target.closest("input:not([type=checkbox]):not([type=range]), textarea, select, [contenteditable], .monaco-editor") !== null;
}
