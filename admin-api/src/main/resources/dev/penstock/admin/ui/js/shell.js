// The frame around every view: where one is, how the gateway is, and what the keyboard does.

import { html, useEffect, useErrorBoundary, useMemo, useRef, useState } from "./lib/preact.js";
import { get } from "./lib/api.js";
import { events } from "./lib/live.js";
import { bind, caps, isMac } from "./lib/keys.js";
import { go, read, subscribe } from "./lib/router.js";
import { session } from "./lib/session.js";
import { theme } from "./lib/theme.js";
import { count, uptime } from "./lib/format.js";
import { useEvents, useMe, useResource, useStore } from "./lib/hooks.js";
import { Button, Failed } from "./ui/parts.js";
import { Toasts } from "./ui/dialog.js";
import { Palette } from "./ui/palette.js";
import { Help } from "./ui/help.js";
import { Icon, Mark } from "./ui/icons.js";
import { groups, viewOf } from "./views.js";

export function Shell() {
  const route = useStore({ subscribe }, read);
  const [sheet, setSheet] = useState(null);
  const [isOpen, setOpen] = useState(false);
  const main = useRef(null);
  const status = useResource((signal) => get("/status", {}, signal), [], { everyMillis: 30_000 });
  useEvents(["config-applied", "config-refused", "endpoint-", "draining"], status.reload);
  const path = route.parts.join("/");

  useEffect(() => {
    const views = groups.flatMap((group) => group.views);
    const undo = [
      bind("mod+k", "Search and commands", "Everywhere", () => setSheet("palette")),
      bind("/", "Search in this view", "Everywhere", () => {
        const field = document.querySelector("[data-search]");
        if (field) field.focus();
        else setSheet("palette");
      }),
      bind("?", "This sheet", "Everywhere", () => setSheet("help")),
      bind("d", "Dark or light", "Everywhere", () => theme.toggle()),
      ...views.map((view) => bind(`g ${view.key}`, view.title, "Go to", () => go(view.path ? [view.path] : []))),
    ];
    return () => undo.forEach((one) => one());
  }, []);

  // A new view: announce it, and let the keyboard begin at its top.
  const first = useRef(true);
  useEffect(() => {
    setOpen(false);
    if (first.current) {
      first.current = false;
      return;
    }
    window.scrollTo(0, 0);
    main.current?.focus();
  }, [path]);

  const commands = useMemo(() => [
    ...groups.flatMap((group) => group.views.map((view) => ({ icon: view.icon, text: view.title, where: group.title, run: () => go(view.path ? [view.path] : []) }))),
    { icon: "bolt", text: "Explain a request", where: "Routes", run: () => go(["routes"], { explain: "1" }) },
    { icon: "plus", text: "New script", where: "Scripts", run: () => go(["scripts"], { new: "1" }) },
    { icon: "plus", text: "New token", where: "Tokens", run: () => go(["tokens"], { new: "1" }) },
    { icon: "moon", text: "Switch between dark and light", where: "Appearance", run: () => theme.toggle() },
    { icon: "sun", text: "Appearance as the system says", where: "Appearance", run: () => theme.choose("system") },
    { icon: "help", text: "Keyboard shortcuts", where: "Help", run: () => setSheet("help") },
    { icon: "file", text: "API reference", where: "Help", run: () => window.open("/api/docs", "_blank", "noopener") },
    { icon: "leave", text: "Sign out", where: "Session", run: () => session.end() },
  ], []);

  return html`<a class="skip" href="#main" onClick=${(event) => { event.preventDefault(); main.current.focus(); }}>Skip to content</a>
    <div class="shell">
      <header class="topbar"><${Button} kind="quiet" square icon="menu" label="Menu" aria-expanded=${String(isOpen)} onClick=${() => setOpen(true)} />
        <a class="brand" href="#/"><${Mark} size=${22} />Penstock</a>
        <${Button} kind="quiet" square icon="search" label="Search and commands" onClick=${() => setSheet("palette")} /></header>
      ${isOpen && html`<button class="veil" type="button" aria-label="Close the menu" onClick=${() => setOpen(false)}></button>`}
      <${Side} isOpen=${isOpen} route=${route} status=${status} onPalette=${() => setSheet("palette")} onHelp=${() => setSheet("help")} />
      <main class="main" id="main" tabindex="-1" ref=${main}><${Guarded} key=${path}><${View} route=${route} status=${status.data} /><//></main>
    </div>
    <${Toasts} />
    ${sheet === "palette" && html`<${Palette} commands=${commands} onClose=${() => setSheet(null)} />`}
    ${sheet === "help" && html`<${Help} onClose=${() => setSheet(null)} />`}`;
}

function View({ route, status }) {
  const view = viewOf(route.parts);
  return html`<${view.component} parts=${route.parts.slice(1)} query=${route.query} status=${status} />`;
}

/** A view that breaks takes only itself along. */
function Guarded({ children }) {
  const [problem, reset] = useErrorBoundary((error) => console.error(error));
  if (!problem) return children;
  return html`<div class="page"><div class="card"><${Failed} problem=${{ title: "This view broke", detail: `${problem.message}. The rest of the dashboard still works.` }} what="This view" retry=${reset} /></div></div>`;
}

function Side({ isOpen, route, status, onPalette, onHelp }) {
  const here = route.parts[0] ?? "";
  const me = useMe();
  const isDark = useStore(theme, () => theme.isDark);
  return html`<aside class=${`side ${isOpen ? "open" : ""}`} aria-label="Navigation">
    <a class="brand" href="#/"><${Mark} size=${24} />Penstock</a>
    <button class="finder" type="button" onClick=${onPalette} aria-keyshortcuts=${isMac ? "Meta+K" : "Control+K"}><${Icon} name="search" size=${14} /><span>Search</span>
      ${caps("mod+k").map((cap) => html`<kbd aria-hidden="true">${cap}</kbd>`)}</button>
    <nav aria-label="Views">${groups.map((group) => html`<div key=${group.title}><h2>${group.title}</h2><ul>
      ${group.views.filter((view) => !view.role || session.may(view.role)).map((view) => html`<li key=${view.path}><a href=${`#/${view.path}`} aria-current=${here === view.path ? "page" : undefined}>
        <${Icon} name=${view.icon} />${view.title}
        ${view.path === "upstreams" && status.data?.endpointsDown > 0 && html`<span class="badge bad"><span aria-hidden="true">${count(status.data.endpointsDown)}</span><span class="sr">${status.data.endpointsDown} endpoints down</span></span>`}</a></li>`)}</ul></div>`)}</nav>
    <${Pulse} status=${status} />
    <div class="who"><div class="name clip">${me?.name ?? "…"}<small>${me?.role ?? ""}</small></div>
      <${Button} kind="quiet" small square icon="help" label="Keyboard shortcuts" onClick=${onHelp} />
      <${Button} kind="quiet" small square icon=${isDark ? "sun" : "moon"} label=${isDark ? "Light appearance" : "Dark appearance"} onClick=${() => theme.toggle()} />
      <${Button} kind="quiet" small square icon="leave" label="Sign out" onClick=${() => session.end()} /></div>
  </aside>`;
}

function Pulse({ status }) {
  const stream = useStore({ subscribe: (listener) => events.onState(listener) }, () => events.state);
  const data = status.data;
  const [kind, text] = stream === "waiting" || (status.problem && !data) ? ["bad", "Not reachable"]
    : !data ? ["", "Connecting…"]
    : data.draining ? ["warn", "Draining"]
    : !data.ready ? ["warn", "Not ready"]
    : data.notice ? ["warn", "Running, with a notice"]
    : ["ok", "Running"];
  return html`<div class="pulse"><div class="row" role="status"><span class=${`dot ${kind}`}></span><strong>${text}</strong></div>
    ${data && html`<dl><dt>Revision</dt><dd>${count(data.revision)}</dd><dt>Up for</dt><dd>${uptime(data.uptimeMillis)}</dd></dl>`}</div>`;
}
