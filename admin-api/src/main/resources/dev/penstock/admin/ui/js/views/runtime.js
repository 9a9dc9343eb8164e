// What runs: build, JVM, workers, extensions, log levels.

import { html } from "../lib/preact.js";
import { all, call, get } from "../lib/api.js";
import { session } from "../lib/session.js";
import { useResource, useTitle } from "../lib/hooks.js";
import { bytes, count, dateTime, millis } from "../lib/format.js";
import { Badge, Card, Head, Loaded } from "../ui/parts.js";
import { useWrite } from "../ui/writes.js";

const SOON = 14 * 86_400_000;

function Certificates({ items }) {
  return html`<${Card} title="Certificates" id="certificates" flush><div class="table"><table><thead><tr><th scope="col">Names</th><th scope="col">Issuer</th><th scope="col">Key</th><th scope="col">Listeners</th><th scope="col">Until</th></tr></thead>
    <tbody>${items.map((one) => { const left = new Date(one.notAfter) - Date.now(); return html`<tr key=${one.id}><td class="strong">${one.names.join(", ") || one.subject}</td><td>${one.issuer}</td><td>${one.key}</td><td>${one.listeners.join(", ")}</td>
      <td class="nowrap">${dateTime(one.notAfter)} ${left < 0 ? html`<${Badge} kind="bad">expired<//>` : left < SOON && html`<${Badge} kind="warn">soon<//>`}</td></tr>`; })}</tbody></table></div><//>`;
}

export function Runtime() {
  useTitle("Runtime");
  const runtime = useResource((signal) => get("/runtime", {}, signal), [], { everyMillis: 5000 });
  const extensions = useResource((signal) => get("/extensions", {}, signal).then((page) => page.items), []);
  const certificates = useResource((signal) => all("/certificates", {}, { signal }), []);
  const loggers = useResource((signal) => all("/loggers", {}, { signal }), []);
  return html`<div class="page"><${Head} title="Runtime" description="The process behind this page." />
    <${Loaded} resource=${runtime} what="The runtime" rows=${8}>${(data) => html`
      <dl class="tiles quiet">${[["Heap", `${bytes(data.heap?.usedBytes)} of ${bytes(data.heap?.maxBytes)}`, "small"], ["Direct memory", bytes(data.directBytes), "small"], ["Threads", count(data.threads)], ["Open files", count(data.openFiles)], ["Processors", count(data.processors)], ["Process", String(data.pid ?? "–")]]
        .map(([name, value, kind]) => html`<div class=${`tile ${kind ?? ""}`} key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
      <div class="split"><${Card} title="Workers" id="workers" flush><div class="table"><table><thead><tr><th scope="col">Worker</th><th scope="col" class="num">Exchanges</th><th scope="col" class="num">Turn</th><th scope="col" class="num">Timers</th><th scope="col" class="num">Buffered</th></tr></thead>
          <tbody>${(data.workers ?? []).map((worker) => html`<tr key=${worker.index}><td>${worker.index}</td><td class="num">${count(worker.exchanges)}</td><td class="num">${millis(worker.turnMillis)}</td><td class="num">${count(worker.timers)}</td><td class="num">${bytes(worker.bufferedBytes)}</td></tr>`)}</tbody></table></div><//>
        <${Card} title="Garbage collection" id="gc" flush><div class="table"><table><thead><tr><th scope="col">Collector</th><th scope="col" class="num">Collections</th><th scope="col" class="num">Time</th></tr></thead>
          <tbody>${(data.gc ?? []).map((one) => html`<tr key=${one.name}><td>${one.name}</td><td class="num">${count(one.collections)}</td><td class="num">${millis(one.millis)}</td></tr>`)}</tbody></table></div><//></div>
      <${Card} title="Build and machine" id="build"><dl class="facts">${[["Penstock", data.version], ["Java", data.java], ["VM", data.vm], ["System", data.os], ...Object.entries(data.details ?? {}), ["Flags", html`<code>${(data.flags ?? []).join(" ") || "none"}</code>`]]
        .map(([name, value]) => html`<div key=${name} class=${name === "Flags" ? "wide" : undefined}><dt>${name}</dt><dd>${value !== null && value?.constructor === Object ? JSON.stringify(value) : value}</dd></div>`)}</dl><//>`}<//>
    ${certificates.data?.length > 0 && html`<${Certificates} items=${certificates.data} />`}
    <div class="split"><${Loaded} resource=${extensions} what="The extensions" rows=${3}>${(items) => html`<${Card} title="Extensions" id="extensions" flush><div class="table"><table><thead><tr><th scope="col">Extension</th><th scope="col" class="num">Filters</th><th scope="col" class="num">Balancers</th></tr></thead>
        <tbody>${items.map((one) => html`<tr key=${one.name}><td class="strong">${one.name}</td><td class="num">${count((one.filters ?? []).length)}</td><td class="num">${count((one.balancers ?? []).length)}</td></tr>`)}</tbody></table></div><//>`}<//>
      <${Loaded} resource=${loggers} what="The log levels" rows=${3}>${(items) => html`<${Loggers} items=${items} reload=${loggers.reload} />`}<//></div></div>`;
}

const LEVELS = ["off", "error", "warn", "info", "debug", "trace"];

function Loggers({ items, reload }) {
  const { busy, run } = useWrite(reload);
  return html`<${Card} title="Log levels" id="loggers" flush><div class="table"><table><thead><tr><th scope="col">Logger</th><th scope="col">Level</th></tr></thead><tbody>${items.map((one) => html`<tr key=${one.name}><td class="mono">${one.name}</td>
    <td><select class="input small" aria-label=${`Level of ${one.name}`} disabled=${!session.may("admin") || busy === one.name} value=${(one.level ?? "").toLowerCase()}
      onChange=${(event) => run(one.name, () => call(`/loggers/${encodeURIComponent(one.name)}`, { method: "PUT", body: { level: event.target.value || null } }), `${one.name} logs ${event.target.value || "as its parent"}.`)}>
      ${one.name !== "root" && html`<option value="">inherited</option>`}${LEVELS.map((level) => html`<option key=${level} value=${level}>${level}</option>`)}</select></td></tr>`)}</tbody></table></div><//>`;
}
