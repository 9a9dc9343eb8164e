// Small parts that every view uses, and the designed states of a view that has nothing to show yet.

import { html, useEffect, useState } from "../lib/preact.js";
import { ago, dateTime } from "../lib/format.js";
import { session } from "../lib/session.js";
import { useSettled } from "../lib/hooks.js";
import { Flow, Icon } from "./icons.js";

/** A button; `busy` while what it does is under way. `role`: what the token must be for it to work. */
export function Button({ icon, kind = "", small, square, busy, role, label, children, disabled, title, ...rest }) {
  const may = !role || session.may(role);
  const reason = may ? title : `Takes a token with the role ${role}`;
  return html`<button type="button" ...${rest} disabled=${disabled || busy || !may} title=${reason ?? (square ? label : undefined)}
    aria-label=${square ? label : undefined}
    class=${`button ${kind} ${small ? "small" : ""} ${square ? "square" : ""}`}>
    ${busy ? html`<span class="spin"></span>` : icon && html`<${Icon} name=${icon} size=${small ? 14 : 16} />`}
    ${square ? null : children}</button>`;
}

export function Badge({ kind = "", dot, children, title }) {
  return html`<span class=${`badge ${kind}`} title=${title}>${dot && html`<span class=${`dot ${kind}`}></span>`}${children}</span>`;
}

export function Head({ title, crumbs, children, actions, description }) {
  return html`<div class="page-head">
    <div class="titles">
      ${crumbs && html`<nav class="crumbs" aria-label="Where you are">${crumbs}<${Icon} name="right" size=${12} /></nav>`}
      <h1 tabindex="-1">${title}</h1>
      ${description && html`<p>${description}</p>`}
      ${children}
    </div>
    ${actions && html`<div class="actions">${actions}</div>`}
  </div>`;
}

export function Card({ title, actions, children, footer, flush, id }) {
  return html`<section class="card" aria-labelledby=${title && id ? id : undefined}>
    ${title && html`<header><h2 id=${id}>${title}</h2>${actions}</header>`}
    ${flush ? children : html`<div class="body">${children}</div>`}
    ${footer && html`<footer>${footer}</footer>`}
  </section>`;
}

export function Search({ value, onInput, placeholder, label, hotkey = true, ...rest }) {
  return html`<div class="search grow"><${Icon} name="search" />
    <input class="input" type="search" value=${value} onInput=${(event) => onInput(event.target.value)} aria-label=${label ?? placeholder}
      placeholder=${placeholder} autocomplete="off" spellcheck=${false} data-search=${hotkey ? "" : undefined} ...${rest} />
    ${hotkey && !value && html`<kbd aria-hidden="true">/</kbd>`}</div>`;
}

export function Segmented({ label, options, value, onChange }) {
  return html`<div class="segmented" role="group" aria-label=${label}>${options.map(([key, text]) => html`<button type="button" key=${key}
    aria-pressed=${String(key === value)} onClick=${() => onChange(key)}>${text}</button>`)}</div>`;
}

export function Field({ label, hint, error, children, for: id }) {
  return html`<div class="field"><label for=${id}>${label}</label>${children}
    ${error ? html`<div class="error" id=${`${id}-error`}>${error}</div>` : hint && html`<div class="hint" id=${`${id}-hint`}>${hint}</div>`}</div>`;
}

/** A moment: how long ago, with the exact time on hover; keeps itself current. */
export function Time({ at }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((before) => before + 1), 15_000);
    return () => clearInterval(timer);
  }, []);
  if (!at) return html`<span class="muted">–</span>`;
  return html`<time datetime=${at} title=${dateTime(at)} class="nowrap">${ago(at)}</time>`;
}

export function Empty({ title, children, actions }) {
  return html`<div class="blank"><${Flow} /><h2>${title}</h2><p>${children}</p>${actions && html`<div class="row">${actions}</div>`}</div>`;
}

export function Failed({ problem, retry, what = "This" }) {
  const isRole = problem.status === 403;
  return html`<div class="blank bad" role="alert"><${Flow} broken=${true} />
    <h2>${isRole ? "Your token may not see this" : problem.status === 0 ? problem.title : `${what} could not be read`}</h2>
    <p>${problem.detail ?? problem.title}</p>
    ${problem.requestId && html`<p class="muted">Request <code>${problem.requestId}</code></p>`}
    ${!isRole && retry && html`<div class="row"><${Button} icon="refresh" onClick=${retry}>Try again<//></div>`}</div>`;
}

/** Above what was read before, when reading again has failed. */
export function Stale({ problem, retry }) {
  return html`<div class="note warn" role="status"><${Icon} name="alert" /><div class="grow"><strong>Not current.</strong> ${" "}${problem.message}</div>
    <button class="button small" type="button" onClick=${retry}>Try again</button></div>`;
}

export function Bones({ rows = 6, label = "Loading" }) {
  const visible = useSettled(true, 120);
  const widths = [62, 84, 48, 73, 56, 90, 66, 78];
  return html`<div class="card"><div class="body stack loose" role="status" aria-label=${label}>${visible && Array.from({ length: rows }, (_, index) =>
    html`<span class="bone" key=${index} style=${{ width: `${widths[index % widths.length]}%` }}></span>`)}</div></div>`;
}

/** Chooses among the states of a resource: failed, loading, there. */
export function Loaded({ resource, what, rows, children }) {
  const { data, problem, reload } = resource;
  if (data === undefined && problem) return html`<div class="card"><${Failed} problem=${problem} retry=${reload} what=${what} /></div>`;
  if (data === undefined) return html`<${Bones} rows=${rows} label=${`Loading ${(what ?? "").toLowerCase()}`} />`;
  return html`${problem && html`<${Stale} problem=${problem} retry=${reload} />`}${children(data)}`;
}

/** The problems that the gateway lists, with where and what to do. */
export function ProblemNote({ problem, onGo }) {
  if (!problem) return null;
  return html`<div class="note bad" role="alert"><${Icon} name="alert" /><div class="grow stack tight">
    <div><strong>${problem.title}.</strong> ${problem.detail && problem.detail !== problem.title ? problem.detail : ""}</div>
    ${problem.errors?.map((error) => html`<div>
      ${(error.line || error.path) && html`<button type="button" class="linkish" disabled=${!onGo} onClick=${() => onGo?.(error)}>
        ${error.file ? `${error.file}:` : ""}${error.line ? `${error.line}:${error.column ?? 1}` : error.path}</button> `}
      ${error.message}${error.remedy ? html` <span class="remedy">${error.remedy}</span>` : ""}
      ${error.frame && html`<pre class="frame">${error.frame}</pre>`}</div>`)}
    ${problem.status >= 500 && problem.requestId && html`<div>Request <code>${problem.requestId}</code></div>`}
  </div></div>`;
}
