// What caches hold, how often they help, and how to be rid of something.

import { html, useState } from "../lib/preact.js";
import { all, call } from "../lib/api.js";
import { href, replaceQuery } from "../lib/router.js";
import { useResource, useTitle } from "../lib/hooks.js";
import { bytes, count, percent, plural } from "../lib/format.js";
import { Badge, Button, Card, Empty, Field, Head, Loaded, ProblemNote } from "../ui/parts.js";
import { Dialog, toast } from "../ui/dialog.js";

/** The share of requests that were answered from what was stored, as text. */
function share(cache) {
  const helped = cache.hits + cache.stale + cache.collapsed;
  const asked = helped + cache.misses + cache.revalidations;
  return asked === 0 ? html`<span class="muted">–</span>` : percent(helped / asked);
}

export function Caches({ parts, query }) {
  return parts[0] ? html`<${Cache} key=${parts[0]} name=${parts[0]} query=${query} />` : html`<${List} />`;
}

function List() {
  useTitle("Caches");
  const caches = useResource((signal) => all("/caches", {}, { signal }), [], { everyMillis: 5000 });
  return html`<div class="page"><${Head} title="Caches" description="Responses that are kept, so that upstreams need not be asked again." />
    <${Loaded} resource=${caches} what="The caches" rows=${3}>${(items) => {
      if (items.length === 0) return html`<section class="card"><${Empty} title="No caches" actions=${html`<a class="button primary" href="#/config">Open the configuration</a>`}>A route with <code>cache: true</code> keeps what its upstream answers, for as long as the answers say.<//></section>`;
      return html`<section class="card"><div class="table"><table><thead><tr><th scope="col">Cache</th><th scope="col" class="num">From it</th><th scope="col" class="num">Hits</th><th scope="col" class="num">Stale</th><th scope="col" class="num">Misses</th><th scope="col" class="num">Responses</th><th scope="col" class="num">Heap</th></tr></thead>
        <tbody>${items.map((one) => html`<tr key=${one.name}><td><a class="strong" href=${href(["caches", one.name])}>${one.name}</a></td><td class="num">${share(one)}</td><td class="num">${count(one.hits)}</td><td class="num">${count(one.stale)}</td>
          <td class="num">${count(one.misses)}</td><td class="num">${count(one.entries)}</td><td class="num">${bytes(one.bytes)} <span class="muted">of ${bytes(one.heap)}</span></td></tr>`)}</tbody></table></div>
        <footer class="muted">${plural(items.length, "cache")}</footer></section>`;
    }}<//></div>`;
}

const TILES = [
  ["From it", share], ["Hits", (one) => count(one.hits)], ["Stale", (one) => count(one.stale)], ["Joined", (one) => count(one.collapsed)], ["Misses", (one) => count(one.misses)], ["Confirmed", (one) => count(one.revalidations)],
  ["Bypassed", (one) => count(one.bypasses)], ["Stored", (one) => count(one.stored)], ["Evicted", (one) => count(one.evicted)], ["Purged", (one) => count(one.purged)], ["Responses", (one) => count(one.entries)], ["Heap", (one) => bytes(one.bytes)],
];

function Cache({ name, query }) {
  useTitle(name);
  const path = `/caches/${encodeURIComponent(name)}`;
  const cache = useResource(async (signal) => (await call(path, { signal })).data, [name], { everyMillis: 3000 });
  const address = query.address ?? "";
  const stored = useResource((signal) => (address ? all(`${path}/responses`, { key: address }, { signal }) : Promise.resolve([])), [name, address]);
  const [asked, setAsked] = useState(false);
  const [typed, setTyped] = useState(address);
  const lookUp = (event) => {
    event.preventDefault();
    replaceQuery({ ...query, address: typed.trim() });
    stored.reload();
  };
  return html`<div class="page"><${Head} title=${name} crumbs=${html`<a href="#/caches">Caches</a>`}
      actions=${html`<${Button} kind="danger" icon="trash" role="deployer" onClick=${() => setAsked(true)}>Purge<//>`} />
    <${Loaded} resource=${cache} what="The cache" rows=${4}>${(data) => html`<dl class="tiles quiet">${TILES.map(([title, show]) => html`<div class="tile" key=${title}><dt>${title}</dt><dd>${show(data)}</dd></div>`)}</dl>`}<//>
    <${Card} title="What is stored for an address" id="look-up"><form class="row" onSubmit=${lookUp}><input class="input mono grow" aria-label="Address" placeholder="http://shop.example.com/path?query" value=${typed} onInput=${(event) => setTyped(event.target.value)} />
        <${Button} type="submit" icon="search">Look up<//></form>
      ${address && html`<${Loaded} resource=${stored} what="What is stored" rows=${2}>${(items) => (items.length === 0
        ? html`<p class="muted">Nothing is stored for <code>${address}</code>.</p>`
        : html`<div class="table"><table><thead><tr><th scope="col">Route</th><th scope="col">Status</th><th scope="col">Age</th><th scope="col">Fresh for</th><th scope="col">Varies by</th><th scope="col">Tags</th><th scope="col" class="num">Size</th></tr></thead>
          <tbody>${items.map((one, index) => html`<tr key=${index}><td><a href=${href(["routes", one.route])}>${one.route}</a><div class="muted">${one.upstream}</div></td><td>${one.status}</td><td>${count(one.age)} s</td>
            <td>${one.ttl > 0 ? `${count(one.ttl)} s` : html`<${Badge} kind="warn">stale<//>`}</td><td class="mono">${Object.entries(one.vary ?? {}).map(([field, value]) => `${field}: ${value}`).join(", ") || "–"}</td>
            <td class="mono">${(one.tags ?? []).join(", ") || "–"}</td><td class="num">${bytes(one.bytes)}</td></tr>`)}</tbody></table></div>`)}<//>`}<//>
    ${asked && html`<${Purge} path=${path} name=${name} address=${address} onClose=${() => setAsked(false)} onDone=${() => { cache.reload(); stored.reload(); }} />`}</div>`;
}

const WHAT = [["key", "One address", "http://shop.example.com/path"], ["prefix", "All addresses that begin so", "http://shop.example.com/images/"], ["tag", "All with a tag", "product-7"], ["all", "Everything", ""]];

function Purge({ path, name, address, onClose, onDone }) {
  const [form, setForm] = useState({ what: "key", value: address, soft: false });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const body = { [form.what]: form.what === "all" ? true : form.value.trim(), ...(form.soft ? { soft: true } : {}) };
      const { data } = await call(`${path}/purge`, { method: "POST", body });
      toast(`${plural(data.purged, "response")} ${form.soft ? "made stale" : "taken out"}.`);
      onDone();
      onClose();
    } catch (failure) {
      setProblem(failure);
      setBusy(false);
    }
  };
  const example = WHAT.find(([key]) => key === form.what)[2];
  return html`<${Dialog} title=${`Purge ${name}`} onClose=${onClose}><form class="body stack loose" onSubmit=${submit}>
    <fieldset class="choices"><legend>What</legend>${WHAT.map(([what, text]) => html`<label class="choice" key=${what}><input type="radio" name="what" checked=${form.what === what} onChange=${() => setForm({ ...form, what })} /><span class="strong">${text}</span></label>`)}</fieldset>
    ${form.what !== "all" && html`<${Field} label=${form.what === "tag" ? "Tag" : "Address"} for="purge-value"><input id="purge-value" class="input mono" required placeholder=${example} value=${form.value} onInput=${(event) => setForm({ ...form, value: event.target.value })} /><//>`}
    <label class="check"><input type="checkbox" checked=${form.soft} onChange=${(event) => setForm({ ...form, soft: event.target.checked })} />Keep it as stale: upstreams are asked whether it still holds</label>
    <${ProblemNote} problem=${problem} /><div class="row end"><${Button} onClick=${onClose}>Cancel<//><${Button} type="submit" kind="danger" busy=${busy}>Purge<//></div></form><//>`;
}
