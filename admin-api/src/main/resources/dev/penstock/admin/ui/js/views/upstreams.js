// Upstreams and their endpoints: how they are, how they were, and taking them out and in.

import { html, useState } from "../lib/preact.js";
import { all, call } from "../lib/api.js";
import { href, replaceQuery } from "../lib/router.js";
import { useEvents, useResource, useTitle } from "../lib/hooks.js";
import { count, millis, percent, plural } from "../lib/format.js";
import { Badge, Button, Card, Empty, Field, Head, Loaded, ProblemNote, Search, Time } from "../ui/parts.js";
import { Confirm, Dialog } from "../ui/dialog.js";
import { useWrite } from "../ui/writes.js";
import { Rows } from "../ui/rows.js";
import { HealthStrip, stateOf } from "../ui/health.js";

export function Upstreams({ parts, query }) {
  return parts[0] ? html`<${Upstream} key=${parts[0]} name=${parts[0]} />` : html`<${List} query=${query} />`;
}

function List({ query }) {
  useTitle("Upstreams");
  const upstreams = useResource((signal) => all("/upstreams", {}, { signal }), [], { everyMillis: 5000 });
  useEvents(["config-applied", "endpoint-"], upstreams.reload);
  const text = (query.search ?? "").toLowerCase();
  return html`<div class="page full tall"><${Head} title="Upstreams" description="Named sets of servers that routes send requests to." />
    <${Loaded} resource=${upstreams} what="The upstreams" rows=${8}>${(items) => {
      if (items.length === 0) return html`<section class="card"><${Empty} title="No upstreams" actions=${html`<a class="button primary" href="#/config">Open the configuration</a>`}>An upstream is a named set of servers. Routes that answer by themselves, redirect or run a script need none.<//></section>`;
      const shown = text ? items.filter((one) => [one.name, one.balancer, ...one.endpoints.map((endpoint) => endpoint.address)].join(" ").toLowerCase().includes(text)) : items;
      return html`<section class="card fill"><div class="toolbar"><${Search} label="Search upstreams" placeholder="Search name, balancer or address" value=${query.search ?? ""} onInput=${(value) => replaceQuery({ ...query, search: value })} /></div>
        ${shown.length === 0 ? html`<${Empty} title="No upstream matches">Nothing has “${query.search}” in its name or addresses.<//>`
          : html`<${Rows} label="Upstreams" rows=${shown} columns=${COLUMNS} keyOf=${(one) => one.name} hrefOf=${(one) => href(["upstreams", one.name])} />`}</section>`;
    }}<//></div>`;
}

const COLUMNS = [
  { name: "Upstream", width: "minmax(130px, 1.2fr)", cell: (one) => html`<a class="clip strong" href=${href(["upstreams", one.name])}>${one.name}</a>${one.panic && html`<${Badge} kind="bad" title="Too few are healthy: all are asked">panic<//>`}` },
  { name: "Balancer", width: "minmax(110px, 1fr)", wide: true, cell: (one) => html`<span class="muted">${one.balancer}</span>` },
  { name: "Endpoints", width: "minmax(120px, 1.2fr)", cell: (one) => {
    const able = one.endpoints.filter((endpoint) => stateOf(endpoint).able).length;
    return html`<span class="beads" aria-hidden="true">${one.endpoints.slice(0, 24).map((endpoint) => html`<i key=${endpoint.name} class=${stateOf(endpoint).kind} title=${`${endpoint.name}: ${stateOf(endpoint).text}`}></i>`)}</span>
      <span class=${able < one.endpoints.length ? "warn" : "muted"}>${count(able)} of ${count(one.endpoints.length)}</span>`;
  } },
  { name: "In flight", width: "84px", number: true, cell: (one) => count(one.inFlight) },
  { name: "Waiting", width: "78px", number: true, wide: true, cell: (one) => html`<span class=${one.waiting ? "warn" : "muted"}>${count(one.waiting ?? 0)}</span>` },
  { name: "Requests", width: "110px", number: true, wide: true, cell: (one) => count(one.traffic?.requests ?? 0) },
  { name: "Retries", width: "84px", number: true, wide: true, cell: (one) => html`<span class="muted">${count(one.traffic?.retries ?? 0)}</span>` },
  { name: "Rejected", width: "84px", number: true, wide: true, cell: (one) => html`<span class=${one.traffic?.rejected ? "bad" : "muted"}>${count(one.traffic?.rejected ?? 0)}</span>` },
];

function Upstream({ name }) {
  useTitle(name);
  const path = `/upstreams/${encodeURIComponent(name)}`;
  const upstream = useResource(async (signal) => {
    const { data, etag } = await call(path, { signal });
    return { ...data, etag };
  }, [name], { everyMillis: 3000 });
  useEvents(["config-applied", "endpoint-"], upstream.reload);
  const { busy, run } = useWrite(upstream.reload);
  const [asked, setAsked] = useState(null);
  const endpointPath = (endpoint) => `${path}/endpoints/${encodeURIComponent(endpoint.name)}`;

  return html`<div class="page"><${Head} title=${name} crumbs=${html`<a href="#/upstreams">Upstreams</a>`}
      actions=${html`<${Button} icon="plus" kind="primary" role="deployer" onClick=${() => setAsked({ add: true })}>Add an endpoint<//>`} />
    <${Loaded} resource=${upstream} what="The upstream" rows=${6}>${(data) => html`
      ${data.panic && html`<div class="note bad" role="alert"><div><strong>Panic.</strong> Too few endpoints are able to serve, so all of them are asked.</div></div>`}
      <dl class="tiles quiet">${[
        ["Balancer", data.balancer, "small"], ["In flight", count(data.inFlight)], ["Waiting", count(data.waiting ?? 0), data.waiting ? "warn" : ""],
        ["Requests", count(data.traffic?.requests ?? 0)], ["Retries", count(data.traffic?.retries ?? 0)], ["Rejected", count(data.traffic?.rejected ?? 0), data.traffic?.rejected ? "bad" : ""],
      ].map(([label, value, kind]) => html`<div class=${`tile ${kind ?? ""}`} key=${label}><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
      <${Card} title="Endpoints" id="endpoints" flush>${data.endpoints.length === 0
        ? html`<${Empty} title="No endpoints">Requests to this upstream are answered with 503 until it has one.<//>`
        : html`<div class="table"><table><thead><tr><th scope="col">Endpoint</th><th scope="col">State</th><th scope="col">Health history</th><th scope="col" class="num">Weight</th>
          <th scope="col" class="num">In flight</th><th scope="col" class="num">Requests</th><th scope="col" class="num">Failures</th><th scope="col" class="num">Latency</th><th scope="col"><span class="sr">Actions</span></th></tr></thead>
        <tbody>${data.endpoints.map((endpoint) => html`<${EndpointRow} key=${endpoint.name} endpoint=${endpoint} busy=${busy}
          onWeight=${(weight) => run(`weight ${endpoint.name}`, () => call(endpointPath(endpoint), { method: "PATCH", body: { weight } }), `${endpoint.name} has weight ${weight}.`)}
          onDrain=${() => run(endpoint.name, () => call(`${endpointPath(endpoint)}/drain`, { method: "POST" }), `${endpoint.name} gets no new requests.`)}
          onUndrain=${() => run(endpoint.name, () => call(`${endpointPath(endpoint)}/undrain`, { method: "POST" }), `${endpoint.name} serves again.`)}
          onRemove=${() => setAsked({ remove: endpoint })} />`)}</tbody></table></div>`}<//>
      <${History} endpoints=${data.endpoints} />
      ${asked?.remove && html`<${Confirm} title=${`Remove ${asked.remove.name}?`} yes="Remove" danger onClose=${() => setAsked(null)}
        onYes=${() => run(asked.remove.name, () => call(endpointPath(asked.remove), { method: "DELETE" }), `${asked.remove.name} is removed.`)}>
        <p>It leaves the configuration; exchanges under way there end as they would. A roll-back brings it back.</p>
        ${asked.remove.inFlight > 0 && html`<p class="warn">${plural(asked.remove.inFlight, "exchange")} ${asked.remove.inFlight === 1 ? "is" : "are"} under way there. Draining first is gentler.</p>`}<//>`}
      ${asked?.add && html`<${AddEndpoint} path=${path} etag=${data.etag} onClose=${() => setAsked(null)} run=${run} />`}`}<//></div>`;
}

function EndpointRow({ endpoint, busy, onWeight, onDrain, onUndrain, onRemove }) {
  const state = stateOf(endpoint);
  const total = (endpoint.requests ?? 0) || 1;
  const isSlow = endpoint.effectiveWeight !== undefined && endpoint.effectiveWeight < endpoint.weight;
  return html`<tr><td><div class="strong">${endpoint.name}</div>
      ${(endpoint.addresses ?? [endpoint.address]).filter((address) => address !== endpoint.name).map((address) => html`<div class="mono muted" key=${address}>${address}</div>`)}</td>
    <td><${Badge} kind=${state.kind} dot>${state.text}<//>${endpoint.backup && html` <${Badge} kind="line">backup<//>`}
      ${endpoint.ejected && endpoint.ejectedForMillis > 0 && html`<div class="muted">for ${millis(endpoint.ejectedForMillis)}</div>`}</td>
    <td><${HealthStrip} history=${endpoint.history ?? []} now=${state} /></td>
    <td class="num"><${Weight} value=${endpoint.weight} name=${endpoint.name} busy=${busy === `weight ${endpoint.name}`} onChange=${onWeight} />
      ${isSlow && html`<div class="muted" title="Starts slowly">now ${count(endpoint.effectiveWeight)}</div>`}</td>
    <td class="num">${count(endpoint.inFlight)}<div class="muted">${count(endpoint.connections ?? 0)} conn.</div></td>
    <td class="num">${count(endpoint.requests ?? 0)}</td>
    <td class=${`num ${endpoint.failures / total > 0.01 ? "bad" : endpoint.failures ? "" : "muted"}`}>${count(endpoint.failures ?? 0)}<div class="muted">${percent((endpoint.failures ?? 0) / total)}</div></td>
    <td class="num">${millis(endpoint.latencyMillis)}</td>
    <td><div class="row end">${endpoint.draining || endpoint.weight === 0
      ? html`<${Button} small icon="play" role="deployer" busy=${busy === endpoint.name} onClick=${onUndrain}>Undrain<//>`
      : html`<${Button} small icon="drain" role="deployer" busy=${busy === endpoint.name} onClick=${onDrain}>Drain<//>`}
      <${Button} small square kind="quiet" icon="trash" role="deployer" label=${`Remove ${endpoint.name}`} onClick=${onRemove} /></div></td></tr>`;
}

/** A weight that is set on leaving the field or Enter, so that typing 10 is not first 1. */
function Weight({ value, name, busy, onChange }) {
  const [text, setText] = useState(null);
  const commit = () => {
    const weight = Number(text);
    if (text !== null && Number.isInteger(weight) && weight >= 0 && weight !== value) onChange(weight);
    setText(null);
  };
  return html`<input class="input weight" type="number" min="0" max="1000" step="1" aria-label=${`Weight of ${name}`} disabled=${busy} value=${text ?? value}
    onInput=${(event) => setText(event.target.value)} onBlur=${commit} onKeyDown=${(event) => { if (event.key === "Enter") commit(); if (event.key === "Escape") setText(null); }} />`;
}

function History({ endpoints }) {
  const entries = endpoints.flatMap((endpoint) => (endpoint.history ?? []).map((entry) => ({ ...entry, endpoint: endpoint.name }))).sort((a, b) => new Date(b.at) - new Date(a.at)).slice(0, 40);
  if (entries.length === 0) return null;
  const kinds = { healthy: "ok", restored: "ok", unhealthy: "bad", ejected: "warn" };
  return html`<${Card} title="What happened" id="history" flush><div class="table"><table><thead class="sr"><tr><th scope="col">State</th><th scope="col">Endpoint</th><th scope="col">Reason</th><th scope="col">When</th></tr></thead>
    <tbody>${entries.map((entry) => html`<tr key=${entry.endpoint + entry.at}><td style=${{ width: "110px" }}><${Badge} kind=${kinds[entry.state]} dot>${entry.state}<//></td><td class="strong">${entry.endpoint}</td>
      <td class="soft">${entry.reason}</td><td class="num muted"><${Time} at=${entry.at} /></td></tr>`)}</tbody></table></div><//>`;
}

function AddEndpoint({ path, etag, onClose, run }) {
  const [form, setForm] = useState({ address: "", weight: "1", name: "", backup: false });
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const input = (name) => ({ id: `endpoint-${name}`, class: "input", value: form[name], onInput: (event) => setForm({ ...form, [name]: event.target.value }) });
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    const body = { address: form.address.trim(), weight: Number(form.weight), ...(form.name ? { name: form.name.trim() } : {}), ...(form.backup ? { backup: true } : {}) };
    try {
      const answer = await call(`${path}/endpoints`, { method: "POST", body, ifMatch: etag ?? undefined });
      await run("add", async () => answer, `${body.name ?? body.address} is added.`);
      onClose();
    } catch (failure) {
      setProblem(failure);
      setBusy(false);
    }
  };
  return html`<${Dialog} title="Add an endpoint" onClose=${onClose}><form class="body stack" onSubmit=${submit}>
    <${Field} label="Address" for="endpoint-address" hint="Host and port, as 10.0.3.13:9001"><input ...${input("address")} class="input mono" required autofocus spellcheck=${false} placeholder="10.0.3.13:9001" /><//>
    <div class="row"><div class="grow"><${Field} label="Name" for="endpoint-name" hint="Its address, if empty"><input ...${input("name")} spellcheck=${false} /><//></div>
      <div style=${{ width: "110px" }}><${Field} label="Weight" for="endpoint-weight" hint="0 starts it drained"><input ...${input("weight")} type="number" min="0" max="1000" required /><//></div></div>
    <label class="check"><input type="checkbox" checked=${form.backup} onChange=${(event) => setForm({ ...form, backup: event.target.checked })} />Backup: asked only when no other is able to serve</label>
    <${ProblemNote} problem=${problem} />
    <div class="row end"><${Button} onClick=${onClose}>Cancel<//><${Button} type="submit" kind="primary" busy=${busy}>Add<//></div></form><//>`;
}
