// Exchanges: those that end, as they end; and those under way now.

import { html, useMemo, useState } from "../lib/preact.js";
import { get } from "../lib/api.js";
import { href, replaceQuery } from "../lib/router.js";
import { useResource, useSettled, useTitle } from "../lib/hooks.js";
import { bytes, clock, count, millis, plural } from "../lib/format.js";
import { Badge, Button, Empty, Failed, Head, Loaded, Segmented } from "../ui/parts.js";
import { Dialog } from "../ui/dialog.js";
import { useStream } from "../ui/scriptlog.js";

export function Tail({ query }) {
  useTitle("Live tail");
  const mode = query.mode ?? "tail";
  const set = (change) => replaceQuery({ ...query, ...change });
  return html`<div class="page full tall"><${Head} title="Live tail" description="Exchanges as they end, or those that are under way now." actions=${html`<${Segmented} label="Which" options=${[["tail", "As they end"], ["now", "Under way"]]} value=${mode} onChange=${(next) => set({ mode: next === "tail" ? "" : next })} />`} />
    ${mode === "now" ? html`<${Now} />` : html`<${Ended} query=${query} set=${set} />`}</div>`;
}

const STATUSES = [["", "Any status"], ["2xx", "2xx"], ["3xx", "3xx"], ["4xx", "4xx"], ["5xx", "5xx"]];

function Ended({ query, set }) {
  const wanted = useMemo(() => ({ status: query.status, method: query.method, route: query.route, host: query.host, path: query.path, minMillis: query.minMillis, sample: query.sample }), [query]);
  const settled = useSettled(JSON.stringify(wanted), 350);
  const tail = useStream("/exchanges/tail", JSON.parse(settled), { keep: 300, types: ["exchange"] });
  const [chosen, setChosen] = useState(null);
  const shown = useMemo(() => tail.items.slice().reverse(), [tail.items]);
  const field = (name, label, width, placeholder) => html`<input class="input mono" style=${{ width }} aria-label=${label} placeholder=${placeholder ?? label} value=${query[name] ?? ""} spellcheck=${false} onInput=${(event) => set({ [name]: event.target.value })} />`;
  const [kind, state] = tail.isPaused ? ["warn", `Paused${tail.waiting ? `, ${plural(tail.waiting, "exchange")} waiting` : ""}`] : tail.status === "open" ? ["ok", "Live"] : tail.status === "refused" ? ["bad", "Refused"] : ["warn", "Connecting…"];
  return html`<section class="card fill tail"><div class="toolbar wrap"><select class="input" style=${{ width: "116px" }} aria-label="Status" value=${query.status ?? ""} onChange=${(event) => set({ status: event.target.value })}>${STATUSES.map(([key, text]) => html`<option key=${key} value=${key}>${text}</option>`)}</select>
      ${field("method", "Method", "90px")}${field("route", "Route", "150px", "Route, or api-*")}${field("host", "Host", "150px")}${field("path", "Path", "150px", "Path, or /users/*")}${field("minMillis", "Slower than, in milliseconds", "100px", "Slower, ms")}${field("sample", "Sampling, 0 to 1", "110px", "Sample 0–1")}
      <span class="row tail-state"><span class=${`dot ${kind}`}></span><span class="muted nowrap" role="status">${state}</span>${tail.dropped > 0 && html`<${Badge} kind="warn" title="The browser did not keep up">${count(tail.dropped)} left out<//>`}
        <${Button} small icon=${tail.isPaused ? "play" : "pause"} onClick=${() => tail.setPaused(!tail.isPaused)}>${tail.isPaused ? "Go on" : "Pause"}<//><${Button} small square kind="quiet" icon="trash" label="Clear" onClick=${tail.clear} /></span></div>
    ${tail.status === "refused" ? html`<${Failed} problem=${tail.problem} what="The tail" />`
      : shown.length === 0 ? html`<${Empty} title=${tail.status === "open" ? "Listening" : "Connecting…"}>${Object.values(JSON.parse(settled)).some(Boolean) ? "No exchange that fits has ended yet." : "The next exchange that ends appears here."}<//>`
      : html`<div class="table scroll" tabindex="0" role="region" aria-label="Exchanges, newest first"><table><thead><tr><th scope="col">Time</th><th scope="col">Status</th><th scope="col">Request</th><th scope="col">Route</th><th scope="col">Endpoint</th><th scope="col" class="num">Took</th><th scope="col" class="num">Sent</th></tr></thead>
        <tbody>${shown.map((one) => html`<tr key=${one.key} class="open" onClick=${(event) => !event.target.closest("a") && setChosen(one)}><td class="mono muted nowrap"><button type="button" class="linkish" onClick=${() => setChosen(one)}>${clock(one.at, true)}</button></td><td><${Status} status=${one.status} /></td>
          <td class="request"><span class="clip mono"><b>${one.method}</b> <span class="muted">${one.host}</span>${one.path}</span>${one.error && html`<div class="bad clip">${one.error}</div>`}</td>
          <td>${one.route ? html`<a href=${href(["routes", one.route])}>${one.route}</a>` : html`<span class="muted">none</span>`}</td><td class="mono muted nowrap">${one.endpoint ?? "–"}${one.attempts > 1 && html` <${Badge} kind="warn">${one.attempts} tries<//>`}</td>
          <td class=${`num ${one.durationMillis > 1000 ? "warn" : ""}`}>${millis(one.durationMillis)}</td><td class="num muted">${bytes(one.responseBytes)}</td></tr>`)}</tbody></table></div>`}
    ${chosen && html`<${Details} exchange=${chosen} onClose=${() => setChosen(null)} />`}</section>`;
}

function Status({ status }) {
  const kind = !status || status >= 500 ? "bad" : status >= 400 ? "warn" : status >= 300 ? "" : "ok";
  return html`<${Badge} kind=${kind}>${status || "none"}<//>`;
}

function Details({ exchange, onClose }) {
  const rows = [["Id", html`<code>${exchange.id}</code>`], ["Ended", clock(exchange.at, true)], ["Request", html`<code>${exchange.method} ${exchange.host}${exchange.path}</code>`], ["Status", html`<${Status} status=${exchange.status} />`],
    ["Error", exchange.error && html`<span class="bad">${exchange.error}</span>`], ["Client", exchange.client], ["Listener", exchange.listener], ["Route", exchange.route && html`<a href=${href(["routes", exchange.route])}>${exchange.route}</a>`],
    ["Upstream", exchange.upstream && html`<a href=${href(["upstreams", exchange.upstream])}>${exchange.upstream}</a>`], ["Endpoint", exchange.endpoint], ["Attempts", count(exchange.attempts)], ["Took", millis(exchange.durationMillis)], ["Head after", millis(exchange.headMillis)],
    ["Received", bytes(exchange.requestBytes)], ["Sent", bytes(exchange.responseBytes)], ["Termination", exchange.termination && html`<code>${exchange.termination}</code>`]];
  return html`<${Dialog} title="Exchange" onClose=${onClose}><dl class="body pairs">${rows.filter(([, value]) => value !== undefined && value !== null && value !== "").map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl><//>`;
}

/** Read every two seconds while it is seen: there is no stream of what has not ended. */
function Now() {
  const exchanges = useResource((signal) => get("/exchanges", { limit: 200 }, signal), [], { everyMillis: 2000 });
  return html`<${Loaded} resource=${exchanges} what="The exchanges" rows=${8}>${({ items, total }) => {
    if (items.length === 0) return html`<section class="card"><${Empty} title="Nothing is under way">Exchanges that take longer than a moment are seen here, the oldest first, with what each is waiting for.<//></section>`;
    const longest = Math.max(...items.map((one) => one.ageMillis), 1);
    return html`<section class="card fill"><div class="toolbar"><span class="muted" role="status">${plural(total ?? items.length, "exchange")} under way, the oldest first</span></div><div class="table scroll" tabindex="0" role="region" aria-label="Exchanges under way"><table>
      <thead><tr><th scope="col">Request</th><th scope="col">Route</th><th scope="col">Endpoint</th><th scope="col">Phase</th><th scope="col">Timeline</th><th scope="col" class="num">Age</th></tr></thead>
      <tbody>${items.map((one) => html`<tr key=${one.id}><td class="request"><span class="clip mono"><b>${one.method}</b> <span class="muted">${one.host}</span>${one.path}</span></td><td>${one.route ?? "–"}</td><td class="mono muted">${one.endpoint ?? "–"}</td><td><${Badge}>${one.phase}<//></td>
        <td><${Timeline} exchange=${one} longest=${longest} /></td><td class=${`num ${one.ageMillis > 5000 ? "warn" : ""}`}>${millis(one.ageMillis)}</td></tr>`)}</tbody></table></div></section>`;
  }}<//>`;
}

function Timeline({ exchange, longest }) {
  const steps = exchange.timeline ?? [];
  const text = steps.map((step) => `${step.step} ${millis(step.atMillis)}`).join(", ");
  return html`<div class="timeline" role="img" aria-label=${text} title=${text} style=${{ width: `${Math.max(4, (exchange.ageMillis / longest) * 100)}%` }}>${steps.map((step, index) => {
    const end = steps[index + 1]?.atMillis ?? exchange.ageMillis;
    return html`<i key=${step.step} class=${step.step} style=${{ flexGrow: Math.max(0.001, end - step.atMillis) }}></i>`;
  })}</div>`;
}
