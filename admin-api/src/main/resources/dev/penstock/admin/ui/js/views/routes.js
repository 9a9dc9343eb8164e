// All routes, however many; one route; and which of them takes a request.

import { html, useMemo, useState } from "../lib/preact.js";
import { all, call } from "../lib/api.js";
import { search } from "../lib/fuzzy.js";
import { go, href, replaceQuery } from "../lib/router.js";
import { useEvents, useResource, useSettled, useTitle } from "../lib/hooks.js";
import { count, millis, percent, plural } from "../lib/format.js";
import { write } from "../lib/yaml.js";
import { Badge, Button, Card, Empty, Head, Loaded, Search } from "../ui/parts.js";
import { Rows } from "../ui/rows.js";
import { Icon } from "../ui/icons.js";
import { Explain } from "../ui/explain.js";

export function Routes({ parts, query }) {
  return parts[0] ? html`<${Route} key=${parts[0]} id=${parts[0]} />` : html`<${List} query=${query} />`;
}

function List({ query }) {
  useTitle("Routes");
  const [seen, setSeen] = useState({ items: undefined, total: 0 });
  const routes = useResource((signal) => all("/routes", {}, { signal, onPage: (items, total) => setSeen({ items: items.slice(), total }) }), []);
  useEvents(["config-applied"], routes.reload);
  const text = query.search ?? "";
  const settled = useSettled(text, 90);
  const explain = query.explain === "1";
  const set = (change) => replaceQuery({ ...query, ...change });
  // The first page is shown while the others come.
  const items = routes.data ?? (seen.items?.length ? seen.items : undefined);
  const shown = useMemo(() => items && sorted(found(items, settled), query.sort), [items, settled, query.sort]);

  return html`<div class="page full tall">
    <${Head} title="Routes" description=${items ? `${plural(Math.max(items.length, routes.data ? 0 : seen.total), "route")}, in the order of the document.` : undefined}
      actions=${html`<${Button} icon="bolt" aria-expanded=${String(explain)} onClick=${() => set({ explain: explain ? "" : "1" })}>Explain a request<//>
        <${Button} icon="refresh" square label="Read again" busy=${routes.loading && routes.data !== undefined} onClick=${routes.reload} />`} />
    ${explain && html`<${Explain} onClose=${() => set({ explain: "" })} />`}
    <${Loaded} resource=${{ ...routes, data: items }} what="The routes" rows=${10}>${() => items.length === 0
      ? html`<section class="card"><${Empty} title="No routes yet" actions=${html`<a class="button primary" href="#/config">Open the configuration</a>`}>
          A route says which requests it takes and where they go. Until there is one, every request is answered with 404.<//></section>`
      : html`<section class="card fill"><div class="toolbar"><${Search} label="Search routes" placeholder="Search name, host, path, filter or target" value=${text} onInput=${(value) => set({ search: value })} />
          <span class="muted nowrap" role="status">${settled ? `${count(shown.length)} of ${count(items.length)}` : routes.loading && !routes.data ? `${count(items.length)} of ${count(seen.total)}…` : ""}</span></div>
        ${shown.length === 0 ? html`<${Empty} title="No route matches" actions=${html`<${Button} onClick=${() => set({ search: "" })}>Clear the search<//>`}>Nothing has “${settled}” in its name, hosts, paths, filters or target.<//>`
          : html`<${Rows} label="Routes" rows=${shown} columns=${COLUMNS} keyOf=${(route) => route.id} hrefOf=${(route) => href(["routes", route.id])} sort=${query.sort} onSort=${(sort) => set({ sort })} />`}
      </section>`}<//>
  </div>`;
}

const COLUMNS = [
  { name: "Route", width: "minmax(130px, 1.1fr)", sort: "name", cell: (route) => html`<a href=${href(["routes", route.id])} class="clip strong">${route.id}</a>
    ${route.warnings?.length > 0 && html`<span class="warn" title=${route.warnings.join("\n")}><${Icon} name="alert" size=${14} /><span class="sr">has a warning</span></span>`}` },
  { name: "Takes", width: "minmax(160px, 1.8fr)", cell: (route) => html`<span class="clip mono" title=${matchText(route)}>${(route.methods ?? []).length > 0 && html`<b>${route.methods.join(" ")}</b> `}<span class="muted">${(route.hosts ?? []).join(", ")}</span>${(route.paths ?? []).join(", ") || "/**"}</span>` },
  { name: "Filters", width: "minmax(110px, 1.1fr)", wide: true, cell: (route) => html`<span class="clip">${(route.filters ?? []).map((name) => html`<code class="chip">${name}</code> `)}</span>` },
  { name: "Target", width: "minmax(110px, 0.9fr)", wide: true, cell: (route) => html`<span class="clip">${route.target}</span>` },
  { name: "Requests", width: "104px", number: true, sort: "requests", cell: (route) => html`<span class=${route.traffic?.requests ? "" : "muted"}>${count(route.traffic?.requests ?? 0)}</span>` },
  { name: "Errors", width: "84px", number: true, sort: "errors", wide: true, cell: (route) => {
    const share = route.traffic?.requests ? route.traffic.errors / route.traffic.requests : 0;
    return html`<span class=${share > 0.01 ? "bad" : share > 0 ? "" : "muted"}>${route.traffic?.requests ? percent(share) : "–"}</span>`;
  } },
  { name: "p99", width: "84px", number: true, sort: "p99", cell: (route) => html`<span class=${route.traffic?.p99Millis === undefined ? "muted" : ""}>${millis(route.traffic?.p99Millis)}</span>` },
];

const matchText = (route) => [(route.methods ?? []).join(" "), (route.hosts ?? []).join(", "), (route.paths ?? []).join(", ")].filter(Boolean).join(" ");

const haystack = (route) => [route.id, ...(route.hosts ?? []), ...(route.paths ?? []), ...(route.filters ?? []), route.target].join(" ");

/** Words must occur; only when none does, letters in order are enough. */
function found(items, query) {
  if (!query.trim()) return items;
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const exact = items.filter((route) => {
    const text = haystack(route).toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return exact.length ? exact : search(query, items, (route) => route.id, 200).map((hit) => hit.item);
}

function sorted(items, by) {
  if (by === "name") return items.slice().sort((a, b) => a.id.localeCompare(b.id));
  const key = { requests: (route) => route.traffic?.requests ?? 0, errors: (route) => (route.traffic?.requests ? route.traffic.errors / route.traffic.requests : 0), p99: (route) => route.traffic?.p99Millis ?? 0 }[by];
  return key ? items.slice().sort((a, b) => key(b) - key(a)) : items;
}

function Route({ id }) {
  useTitle(id);
  const route = useResource(async (signal) => (await call(`/routes/${encodeURIComponent(id)}`, { signal })).data, [id], { everyMillis: 10_000 });
  return html`<div class="page">
    <${Head} title=${id} crumbs=${html`<a href="#/routes">Routes</a>`} actions=${html`<${Button} onClick=${() => go(["config"], { path: `routes.${id}` })} icon="config">Edit the configuration<//>`} />
    <${Loaded} resource=${route} what="The route" rows=${6}>${(data) => html`
      ${data.warnings?.length > 0 && html`<div class="note warn"><${Icon} name="alert" /><div class="stack tight">${data.warnings.map((warning) => html`<div>${warning}</div>`)}</div></div>`}
      <${Pipeline} route=${data} />
      <dl class="tiles quiet">${[
        ["Requests", count(data.traffic?.requests ?? 0)],
        ["Errors", data.traffic?.requests ? percent(data.traffic.errors / data.traffic.requests) : "–", data.traffic?.errors / data.traffic?.requests > 0.01 ? "bad" : ""],
        ["p50", millis(data.traffic?.p50Millis)], ["p95", millis(data.traffic?.p95Millis)], ["p99", millis(data.traffic?.p99Millis)], ["Priority", count(data.priority ?? 0)],
      ].map(([name, value, kind]) => html`<div class=${`tile ${kind ?? ""}`} key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
      <${Card} title="Configuration" id="route-config" flush actions=${html`<${Badge}>routes.${id}<//>`}><pre class="code" tabindex="0" aria-label="Configuration of the route">${write(data.config ?? {})}</pre><//>`}<//>
  </div>`;
}

/** The way of a request, from left to right. */
function Pipeline({ route }) {
  const steps = [
    { kind: "Takes", body: html`${(route.methods ?? []).length ? html`<b>${route.methods.join(" ")}</b>` : html`<span class="muted">all methods</span>`}
      <code>${(route.hosts ?? []).join(", ") || "any host"}</code><code>${(route.paths ?? []).join(", ") || "/**"}</code>` },
    ...(route.filters ?? []).map((name) => ({ kind: "Filter", body: html`<b>${name}</b>` })),
    { kind: "Goes to", target: true, body: route.upstreams?.length === 1 ? html`<a href=${href(["upstreams", route.upstreams[0]])}>${route.target}</a>` : html`<b>${route.target}</b>` },
  ];
  return html`<ol class="pipeline" aria-label="The way of a request">${steps.map((step, index) => html`<li key=${index} class=${step.target ? "target" : ""}><span class="muted">${step.kind}</span>${step.body}</li>`)}</ol>`;
}
