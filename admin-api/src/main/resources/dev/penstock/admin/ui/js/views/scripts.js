// Scripts: the list, and the workbench of one.

import { html, useState } from "../lib/preact.js";
import { all, call } from "../lib/api.js";
import { go, href, replaceQuery } from "../lib/router.js";
import { useEvents, useResource, useTitle } from "../lib/hooks.js";
import { count, percent, plural } from "../lib/format.js";
import { Badge, Button, Empty, Field, Head, Loaded, ProblemNote, Search } from "../ui/parts.js";
import { Dialog } from "../ui/dialog.js";
import { Workbench } from "../ui/workbench.js";

export function Scripts({ parts, query }) {
  return parts[0] ? html`<${Workbench} key=${parts[0]} name=${parts[0]} query=${query} />` : html`<${List} query=${query} />`;
}

function List({ query }) {
  useTitle("Scripts");
  const scripts = useResource((signal) => all("/scripts", {}, { signal }), []);
  useEvents(["config-applied", "script-"], scripts.reload);
  const set = (change) => replaceQuery({ ...query, ...change });
  const text = (query.search ?? "").toLowerCase();
  const create = html`<${Button} icon="plus" kind="primary" role="deployer" onClick=${() => set({ new: "1" })}>New script<//>`;
  return html`<div class="page"><${Head} title="Scripts" description="JavaScript that runs on the way of a request. Each deployment is a version that can be rolled back." actions=${create} />
    <${Loaded} resource=${scripts} what="The scripts" rows=${6}>${(items) => {
      if (items.length === 0) return html`<section class="card"><${Empty} title="No scripts yet" actions=${create}>A script can look at each request and response of a route, change them, choose where they go, or answer by itself. Scripts that routes name by their file follow the file, and are not listed here.<//></section>`;
      const shown = text ? items.filter((one) => [one.name, ...(one.uses ?? [])].join(" ").toLowerCase().includes(text)) : items;
      return html`<section class="card">${items.length > 8 && html`<div class="toolbar"><${Search} label="Search scripts" placeholder="Search name or route" value=${query.search ?? ""} onInput=${(value) => set({ search: value })} /></div>`}
        <div class="table"><table><thead><tr><th scope="col">Script</th><th scope="col">In force</th><th scope="col">Used by</th></tr></thead>
        <tbody>${shown.map((one) => html`<tr key=${one.name}><td><a class="strong" href=${href(["scripts", one.name])}>${one.name}</a>${one.file && html`<div class="muted mono">${one.file}</div>`}</td>
          <td><code class="chip">${(one.version ?? "").slice(0, 8) || "–"}</code> ${one.canary && html`<${Badge} kind="accent" dot>canary ${percent(one.canary.weight)}<//>`}</td>
          <td>${(one.uses ?? []).length ? html`<span class="row wrap">${one.uses.slice(0, 4).map((use) => html`<${Use} key=${use} use=${use} />`)}${one.uses.length > 4 && html`<span class="muted">and ${count(one.uses.length - 4)} more</span>`}</span>` : html`<span class="muted">no route</span>`}</td></tr>`)}</tbody></table></div>
        <footer class="muted">${plural(shown.length, "script")}</footer></section>`;
    }}<//>
    ${query.new === "1" && html`<${NewScript} taken=${(scripts.data ?? []).map((one) => one.name)} onClose=${() => set({ new: "" })} />`}</div>`;
}

function Use({ use }) {
  const [kind, ...name] = use.split(" ");
  return kind === "route" ? html`<a href=${href(["routes", name.join(" ")])}>${name.join(" ")}</a>` : html`<span>${use}</span>`;
}

const STARTS = {
  filter: { title: "Looks at requests", text: `/** @type {Penstock.OnRequest} */
export function onRequest(exchange) {
  exchange.log.info(exchange.request.method, exchange.request.path);
}
` },
  fetch: { title: "Answers by itself", text: `export default {
  async fetch(request, env, ctx) {
    const name = new URL(request.url).searchParams.get("name") ?? "you";
    return new Response(\`Hello, \${name}!\\n\`);
  },
};
` },
  response: { title: "Changes responses", text: `/** @type {Penstock.OnResponse} */
export function onResponse(exchange) {
  exchange.response.headers.set("x-served-by", "penstock");
}
` },
  balancer: { title: "Chooses an endpoint", text: `/** @type {Penstock.SelectEndpoint} */
export function selectEndpoint(exchange, endpoints) {
  return endpoints.toSorted((a, b) => a.inFlight - b.inFlight);
}
` },
};

function NewScript({ taken, onClose }) {
  const [name, setName] = useState("");
  const [start, setStart] = useState("filter");
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const invalid = taken.includes(name) ? "There is a script of that name." : name && !/^[a-z0-9_-]{1,64}$/.test(name) ? "Up to 64 lower-case letters, digits, dashes and underscores." : null;
  const submit = async (event) => {
    event.preventDefault();
    if (invalid || !name) return;
    setBusy(true);
    try {
      await call(`/scripts/${encodeURIComponent(name)}`, { method: "PUT", query: { note: "first version" }, body: { files: { "main.js": { text: STARTS[start].text } } }, headers: { "If-None-Match": "*" } });
      onClose();
      go(["scripts", name]);
    } catch (failure) {
      setProblem(failure);
      setBusy(false);
    }
  };
  return html`<${Dialog} title="New script" onClose=${onClose}><form class="body stack loose" onSubmit=${submit}>
    <${Field} label="Name" for="script-name" error=${invalid} hint=${html`Routes use it as <code>script: "@${name || "name"}"</code>`}><input id="script-name" class="input mono" autofocus required spellcheck=${false} value=${name} onInput=${(event) => setName(event.target.value.trim())} /><//>
    <fieldset class="choices"><legend>It begins as one that…</legend>${Object.entries(STARTS).map(([key, one]) => html`<label key=${key} class="choice"><input type="radio" name="start" value=${key} checked=${start === key} onChange=${() => setStart(key)} />
      <span class="strong">${one.title}</span><code class="muted">${{ filter: "onRequest", fetch: "default.fetch", response: "onResponse", balancer: "selectEndpoint" }[key]}</code></label>`)}</fieldset>
    <${ProblemNote} problem=${problem} />
    <div class="row end"><${Button} onClick=${onClose}>Cancel<//><${Button} type="submit" kind="primary" busy=${busy} disabled=${!name || Boolean(invalid)}>Create<//></div></form><//>`;
}
