// Dialogs (native, so that focus and Escape work as everywhere), questions, and short messages.

import { html, useEffect, useRef, useState } from "../lib/preact.js";
import { Button } from "./parts.js";
import { Icon } from "./icons.js";

export function Dialog({ title, onClose, children, footer, wide, class: className = "", label }) {
  const ref = useRef(null);
  useEffect(() => {
    const before = document.activeElement;
    ref.current.showModal();
    return () => before instanceof HTMLElement && before.isConnected && before.focus();
  }, []);
  return html`<dialog ref=${ref} class=${`${wide ? "wide" : ""} ${className}`} aria-label=${label ?? title}
    onCancel=${(event) => { event.preventDefault(); onClose(); }}
    onClick=${(event) => event.target === ref.current && onClose()}>
    ${title && html`<header><h2>${title}</h2><${Button} kind="quiet" small square icon="close" label="Close" onClick=${onClose} /></header>`}
    ${children}
    ${footer && html`<footer>${footer}</footer>`}
  </dialog>`;
}

/** Asks before something that cannot be taken back at once. `onYes` may be async; its problem is shown. */
export function Confirm({ title, yes = "Continue", danger, onYes, onClose, children }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const run = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await onYes();
      onClose();
    } catch (failure) {
      setProblem(failure);
      setBusy(false);
    }
  };
  return html`<${Dialog} title=${title} onClose=${onClose} footer=${html`
      <${Button} onClick=${onClose}>Cancel<//><${Button} kind=${danger ? "primary danger" : "primary"} busy=${busy} onClick=${run}>${yes}<//>`}>
    <div class="body stack">${children}${problem && html`<div class="note bad" role="alert">${problem.message}</div>`}</div><//>`;
}

const listeners = new Set();
let shown = [];
let number = 0;

/** Says something short at the edge of the page: `kind` is ok, bad or plain. */
export function toast(text, { kind = "ok", title, millis = 6000 } = {}) {
  const item = { id: ++number, text, title, kind };
  tell([...shown.slice(-3), item]);
  if (millis) setTimeout(() => tell(shown.filter((other) => other !== item)), kind === "bad" ? millis * 2 : millis);
}

export const failed = (problem, title) => toast(problem.message, { kind: "bad", title: title ?? problem.title });

function tell(next) {
  shown = next;
  for (const listener of listeners) listener();
}

export function Toasts() {
  const [, redraw] = useState(0);
  useEffect(() => {
    const listener = () => redraw((before) => before + 1);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, []);
  return html`<div class="toasts" role="status" aria-live="polite">${shown.map((item) => html`<div class="toast" key=${item.id}>
    <span class=${item.kind === "plain" ? "muted" : item.kind}><${Icon} name=${item.kind === "bad" ? "alert" : item.kind === "ok" ? "check" : "info"} /></span>
    <div class="grow">${item.title && html`<h3>${item.title}</h3>`}<p class="soft">${item.text}</p></div>
    <${Button} kind="quiet" small square icon="close" label="Dismiss" onClick=${() => tell(shown.filter((other) => other !== item))} />
  </div>`)}</div>`;
}
