// Plugins: what each JAR brings, its settings as a form, putting in and taking out.

import { html, useRef, useState } from "../lib/preact.js";
import { all, call, get } from "../lib/api.js";
import { href } from "../lib/router.js";
import { useOffers } from "../lib/offers.js";
import { session } from "../lib/session.js";
import { useEvents, useResource, useTitle } from "../lib/hooks.js";
import { bytes, plural } from "../lib/format.js";
import { format } from "../lib/pointer.js";
import { write } from "../lib/yaml.js";
import { Badge, Button, Card, Empty, Head, Loaded, ProblemNote, Search, Time } from "../ui/parts.js";
import { Confirm, Dialog, toast } from "../ui/dialog.js";
import { SchemaForm, problemsOf } from "../ui/schemaform.js";
import { Icon } from "../ui/icons.js";

export function Plugins({ parts }) {
  if (parts[0] === "filter" && parts[1]) return html`<${Filter} key=${parts[1]} name=${parts[1]} />`;
  return parts[0] ? html`<${Plugin} key=${parts[0]} id=${parts[0]} />` : html`<${List} />`;
}

function List() {
  useTitle("Plugins");
  const hasPlugins = useOffers()("GET", "/plugins");
  const plugins = useResource((signal) => (hasPlugins ? all("/plugins", {}, { signal }) : Promise.resolve([])), [hasPlugins]);
  const filters = useResource((signal) => all("/filters", {}, { signal }), []);
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState("");
  useEvents(["config-applied"], plugins.reload);
  const upload = hasPlugins && html`<${Button} icon="upload" kind="primary" role="admin" onClick=${() => setOpen(true)}>Add a plugin<//>`;
  return html`<div class="page"><${Head} title="Plugins" description="JARs that bring filters and balancers of their own, loaded and replaced while traffic flows." actions=${upload} />
    <${Loaded} resource=${plugins} what="The plugins" rows=${3}>${(items) => (items.length === 0
      ? html`<section class="card"><${Empty} title="No plugins" actions=${upload}>A plugin is a JAR against a small Java API. ${hasPlugins ? "Drop one into the plugins folder, or add it here; nothing is restarted." : "This gateway does not load any over its API."}<//></section>`
      : html`<ul class="cards">${items.map((one) => html`<li key=${one.id} class="card plugin"><header><h2><a class="strong" href=${href(["plugins", one.id])}>${one.id}</a></h2><${Badge}>${one.version}<//></header>
          <div class="body stack"><div class="row wrap">${(one.filters ?? []).map((name) => html`<code class="chip" key=${name}>${name}</code>`)}${(one.balancers ?? []).map((name) => html`<code class="chip" key=${name}>${name}, a balancer</code>`)}</div>
          <div class="muted">${(one.uses ?? []).length ? `Used by ${one.uses.join(", ")}` : "Not used"}</div><div class="muted">${bytes(one.bytes)}, loaded <${Time} at=${one.loadedAt} /></div></div></li>`)}</ul>`)}<//>
    <${Loaded} resource=${filters} what="The filters" rows=${4}>${(items) => {
      const shown = items.filter((one) => one.name.toLowerCase().includes(text.toLowerCase()));
      return html`<${Card} title="All filters a route may name" id="filters" flush actions=${html`<${Search} label="Search filters" placeholder="Search" value=${text} onInput=${setText} />`}>
        ${shown.length === 0 ? html`<p class="nothing muted">None is called that.</p>` : html`<ul class="names">${shown.map((one) => html`<li key=${one.name}><a href=${href(["plugins", "filter", one.name])}>${one.name}</a></li>`)}</ul>`}<//>`;
    }}<//>
    ${isOpen && html`<${Upload} known=${plugins.data ?? []} onClose=${() => setOpen(false)} onDone=${() => { plugins.reload(); filters.reload(); }} />`}</div>`;
}

function Plugin({ id }) {
  useTitle(id);
  const path = `/plugins/${encodeURIComponent(id)}`;
  const plugin = useResource((signal) => get(path, {}, signal), [id]);
  const schemas = useResource((signal) => get(`${path}/schema`, {}, signal), [id]);
  const [sheet, setSheet] = useState(null);
  return html`<div class="page"><${Head} title=${id} crumbs=${html`<a href="#/plugins">Plugins</a>`} actions=${html`<${Button} icon="upload" role="admin" onClick=${() => setSheet("upload")}>Replace<//>
      <${Button} icon="trash" kind="danger" role="admin" onClick=${() => setSheet("remove")}>Remove<//>`} />
    <${Loaded} resource=${plugin} what="The plugin" rows=${4}>${(data) => html`<${Card} title="About" id="about"><dl class="facts">${[["Version", data.version], ["Built for API", data.api], ["Loaded", html`<${Time} at=${data.loadedAt} />`], ["Size", bytes(data.bytes)],
        ["Digest", html`<code>${(data.digest ?? "").slice(0, 23)}</code>`], ["Used by", (data.uses ?? []).join(", ") || "nothing"], ...Object.entries(data.details ?? {})].map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${typeof value === "object" && value?.constructor === Object ? JSON.stringify(value) : value}</dd></div>`)}</dl><//>
      ${sheet === "upload" && html`<${Upload} known=${[data]} id=${id} onClose=${() => setSheet(null)} onDone=${() => { plugin.reload(); schemas.reload(); }} />`}
      ${sheet === "remove" && html`<${Confirm} title=${`Remove ${id}?`} yes="Remove" danger onClose=${() => setSheet(null)} onYes=${() => call(path, { method: "DELETE" }).then(() => { toast(`${id} is removed.`); location.hash = "#/plugins"; })}>
        <p>Its filters can no longer be named by routes. It is refused while a route still does.</p><//>`}`}<//>
    <${Loaded} resource=${schemas} what="Its settings" rows=${5}>${(data) => html`${Object.entries(data.filters ?? {}).map(([name, schema]) => html`<${Settings} key=${name} name=${name} schema=${schema} kind="filter" />`)}
      ${Object.entries(data.balancers ?? {}).map(([name, schema]) => html`<${Settings} key=${name} name=${name} schema=${schema} kind="balancer" />`)}`}<//></div>`;
}

function Filter({ name }) {
  useTitle(name);
  const filter = useResource((signal) => get(`/filters/${encodeURIComponent(name)}`, {}, signal), [name]);
  return html`<div class="page"><${Head} title=${name} crumbs=${html`<a href="#/plugins">Plugins and filters</a>`} />
    <${Loaded} resource=${filter} what="The filter" rows=${6}>${(data) => html`<${Settings} name=${name} schema=${data.schema ?? {}} kind="filter" isPlain />`}<//></div>`;
}

/** Settings as a form, what they are in YAML, and putting them on a route. */
function Settings({ name, schema, kind, isPlain }) {
  const [value, setValue] = useState({});
  const [sheet, setSheet] = useState(null);
  const entry = { [name]: value };
  const problems = problemsOf(value, schema);
  const copy = () => navigator.clipboard.writeText(write([entry])).then(() => toast("Copied as YAML."), () => toast("The browser does not allow copying here.", { kind: "bad" }));
  return html`<${Card} title=${isPlain ? "Settings" : name} id=${`settings-${name}`} actions=${isPlain ? null : html`<${Badge}>${kind}<//>`}
    footer=${html`<span class=${`grow ${problems.size ? "muted" : "ok"}`}>${problems.size ? `${plural(problems.size, "field")} to fill in or correct` : "Complete"}</span>
      <${Button} icon="copy" onClick=${copy}>Copy as YAML<//>${kind === "filter" && html`<${Button} kind="primary" icon="plus" role="deployer" disabled=${problems.size > 0} onClick=${() => setSheet("route")}>Add to a route<//>`}`}>
    <div class="settings"><${SchemaForm} schema=${schema} value=${value} onChange=${setValue} id=${`set-${name}`} /><pre class="well" tabindex="0" aria-label="As YAML">${kind === "filter" ? write([entry]) : write({ balancer: entry })}</pre></div>
    ${sheet === "route" && html`<${AddToRoute} entry=${entry} name=${name} onClose=${() => setSheet(null)} />`}<//>`;
}

function AddToRoute({ entry, name, onClose }) {
  const [route, setRoute] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const routes = useResource((signal) => get("/routes", { search: route, limit: 50 }, signal), [route]);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    const path = `/config${format(["routes", route]).split("/").map(encodeURIComponent).join("/")}`;
    try {
      const { data } = await call(path);
      const filters = [...(data.filters ?? []), entry];
      const answer = await call(`${path}/filters`, { method: "PUT", body: filters, query: { note: `${name} on ${route}` } });
      toast(`${name} is on ${route}. Revision ${answer.data.revision} is in force.`);
      onClose();
    } catch (failure) {
      setProblem(failure);
      setBusy(false);
    }
  };
  return html`<${Dialog} title=${`Add ${name} to a route`} onClose=${onClose}><form class="body stack" onSubmit=${submit}>
    <div class="field"><label for="route-name">Route</label><input id="route-name" class="input" list="route-names" autofocus required value=${route} onInput=${(event) => setRoute(event.target.value)} />
      <datalist id="route-names">${(routes.data?.items ?? []).map((one) => html`<option key=${one.id} value=${one.id} />`)}</datalist><div class="hint">It is put behind the filters that the route has.</div></div>
    <${ProblemNote} problem=${problem} /><div class="row end"><${Button} onClick=${onClose}>Cancel<//><${Button} type="submit" kind="primary" busy=${busy}>Add<//></div></form><//>`;
}

function Upload({ known, id, onClose, onDone }) {
  const [file, setFile] = useState(null);
  const [name, setName] = useState(id ?? "");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const [isOver, setOver] = useState(false);
  const input = useRef(null);
  const take = (next) => {
    if (!next) return;
    setFile(next);
    setProblem(null);
    if (!id) setName(next.name.replace(/\.jar$/, "").replace(/-\d[\w.-]*$/, ""));
  };
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await call(`/plugins/${encodeURIComponent(name)}`, { method: "PUT", body: file, type: "application/java-archive" });
      toast(`${name} is loaded.`);
      onDone();
      onClose();
    } catch (failure) {
      setProblem(failure);
      setBusy(false);
    }
  };
  const replaces = known.find((one) => one.id === name);
  return html`<${Dialog} title=${id ? `Replace ${id}` : "Add a plugin"} onClose=${onClose}><form class="body stack loose" onSubmit=${submit}>
    <div class=${`drop-zone ${isOver ? "over" : ""}`} onDragOver=${(event) => { event.preventDefault(); setOver(true); }} onDragLeave=${() => setOver(false)} onDrop=${(event) => { event.preventDefault(); setOver(false); take(event.dataTransfer.files[0]); }}>
      <${Icon} name="upload" size=${20} /><div>${file ? html`<strong>${file.name}</strong>, ${bytes(file.size)}` : "Drop a JAR here, or"}</div><input ref=${input} type="file" accept=".jar" class="sr" id="plugin-file" aria-label="JAR file" onChange=${(event) => take(event.target.files[0])} />
      <${Button} small onClick=${() => input.current.click()}>${file ? "Another file" : "Choose a file"}<//></div>
    ${!id && html`<div class="field"><label for="plugin-id">Id</label><input id="plugin-id" class="input mono" required value=${name} onInput=${(event) => setName(event.target.value)} /><div class="hint">As its manifest says</div></div>`}
    ${replaces && file && html`<div class="note">It replaces ${replaces.version}: loaded beside it, switched in at once, the old one closed when its last exchange is over.</div>`}
    <${ProblemNote} problem=${problem} /><div class="row end"><${Button} onClick=${onClose}>Cancel<//><${Button} type="submit" kind="primary" busy=${busy} disabled=${!file || !name || !session.may("admin")}>${replaces ? "Replace" : "Load"}<//></div></form><//>`;
}
