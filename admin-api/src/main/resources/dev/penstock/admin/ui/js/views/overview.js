// The start page: how the traffic is, right now and in the last hour.

import { html, useEffect, useMemo, useRef, useState } from "../lib/preact.js";
import { get } from "../lib/api.js";
import { points as livePoints } from "../lib/live.js";
import { useKept, useResource, useSize, useTitle } from "../lib/hooks.js";
import { bytes, bytesParts, compact, count, millis, millisParts, percent, plural, short, uptime } from "../lib/format.js";
import { href } from "../lib/router.js";
import { Badge, Card, Empty, Head, Loaded, Segmented } from "../ui/parts.js";
import { Chart, cursorGroup, Spark } from "../ui/chart.js";
import { bucketed, byteTicks, joinPoints, ticks } from "../ui/scale.js";
import { EventFeed } from "../ui/feed.js";
import { Icon } from "../ui/icons.js";

const RANGES = [[300, "5 min"], [900, "15 min"], [3600, "1 h"]];

export function Overview({ status }) {
  useTitle("Overview");
  const [seconds, setSeconds] = useKept("overview.seconds", 900);
  const series = useSeries();
  return html`<div class="page">
    <${Head} title="Overview" actions=${html`<${Segmented} label="Time range" options=${RANGES} value=${seconds} onChange=${setSeconds} />`} />
    ${status?.notice && html`<div class="note warn" role="alert"><${Icon} name="alert" /><div><strong>Not what the file says.</strong> ${status.notice}</div></div>`}
    <${Loaded} resource=${series} what="The numbers" rows=${8}>${(data) => html`<${Numbers} data=${data} seconds=${seconds} status=${status} />`}<//>
  </div>`;
}

/** The last hour, and what arrives from then on. */
function useSeries() {
  const resource = useResource((signal) => get("/series", { seconds: 3600 }, signal), []);
  const [live, setLive] = useState([]);
  useEffect(() => livePoints.listen((event) => {
    if (event.type === "point") setLive((before) => [...before.slice(-1800), event.data]);
  }), []);
  const data = useMemo(() => {
    if (!resource.data) return undefined;
    const step = resource.data.stepMillis ?? 2000;
    const known = resource.data.points.map(timed);
    const last = known.at(-1)?.time ?? 0;
    return { step, points: [...known, ...live.map(timed).filter((point) => point.time > last)].slice(-Math.ceil(3_600_000 / step)) };
  }, [resource.data, live]);
  return { ...resource, data };
}

const timed = (point) => ({ ...point, time: new Date(point.at).getTime() });

function Numbers({ data, seconds, status }) {
  const box = useRef(null);
  const { width } = useSize(box);
  const cursor = useMemo(cursorGroup, []);
  const to = data.points.at(-1)?.time ?? Date.now();
  const from = to - seconds * 1000;
  const within = useMemo(() => data.points.filter((point) => point.time >= from), [data, from]);
  const wide = width > 820;
  const shown = useMemo(() => bucketed(within, Math.max(60, Math.floor((wide ? width / 2 : width) / 3)), joinPoints)
    .map((point) => ({ ...point, time: new Date(point.at).getTime() })), [within, width]);
  const perSecond = (name) => (point) => ((point[name] ?? 0) * 1000) / (data.step * (point.steps ?? 1));
  const common = { points: shown, from, to, cursor };
  const silent = within.every((point) => !point.requests);

  return html`<div class="stack" ref=${box} style=${{ gap: "16px" }}>
    <${Tiles} points=${data.points} step=${data.step} />
    ${silent && !data.points.some((point) => point.requests) && html`<section class="card"><${Empty} title="No traffic yet"
      actions=${status?.listeners?.map((listener) => html`<code class="chip" key=${listener.name}>curl http://${listener.address}/</code>`)}>
      The gateway is up and waits. Send it a request; what it does appears here within two seconds.<//></section>`}
    <div class="charts">
      <${Card} title="Requests" id="chart-requests"><${Chart} ...${common} label="Requests per second over time" format=${(value) => (value === undefined ? "–" : compact(value))} floor=${1}
        series=${[
          { name: "Served", colour: "--chart-1", fill: true, stacked: true,
            value: (point) => Math.max(0, perSecond("requests")(point) - perSecond("errors")(point) - perSecond("clientErrors")(point)) },
          { name: "Client errors", colour: "--chart-warn", value: perSecond("clientErrors"), fill: true, stacked: true },
          { name: "Server errors", colour: "--chart-bad", value: perSecond("errors"), fill: true, stacked: true },
        ]} /><//>
      <${Card} title="Latency" id="chart-latency"><${Chart} ...${common} label="Latency percentiles over time" format=${millis} floor=${1}
        series=${[
          { name: "p50", colour: "--chart-1", value: (point) => point.p50Millis, fill: true },
          { name: "p95", colour: "--chart-2", value: (point) => point.p95Millis },
          { name: "p99", colour: "--chart-3", value: (point) => point.p99Millis },
        ]} /><//>
      <${Card} title="Loop lag" id="chart-lag"><${Chart} ...${common} height=${120} label="Event loop lag over time" format=${millis} floor=${1}
        series=${[{ name: "p99 of a turn", colour: "--chart-1", value: (point) => point.lagMillis, fill: true }]} /><//>
      <${Card} title="Memory" id="chart-memory"><${Chart} ...${common} height=${120} label="Heap in use over time" format=${bytes} scale=${byteTicks} floor=${16 * 1048576}
        series=${[{ name: "Heap in use", colour: "--chart-1", value: (point) => point.heapBytes, fill: true }]} /><//>
      <${Card} title="Under way" id="chart-flight"><${Chart} ...${common} height=${120} label="Exchanges in flight and connections over time" format=${(value) => compact(Math.round(value ?? 0))} scale=${ticks} floor=${4}
        series=${[{ name: "Exchanges", colour: "--chart-1", value: (point) => point.inFlight, fill: true }, { name: "Connections", colour: "--chart-3", value: (point) => point.connections }]} /><//>
      <${Card} title="Bytes" id="chart-bytes"><${Chart} ...${common} height=${120} label="Bytes per second over time" format=${(value) => `${bytes(value)}/s`} scale=${byteTicks} floor=${1024}
        series=${[{ name: "Out", colour: "--chart-1", value: perSecond("bytesOut"), fill: true }, { name: "In", colour: "--chart-3", value: perSecond("bytesIn") }]} /><//>
    </div>
    <div class="split">
      <${Busiest} />
      <${Card} title="What happened" id="feed" flush><${EventFeed} /><//>
    </div>
    ${status && html`<${Gateway} status=${status} />`}
  </div>`;
}

/** Now means the last ten seconds: one step alone jumps too much to be read. */
function Tiles({ points, step }) {
  const recent = points.slice(-5);
  const last = points.at(-1);
  const sum = (name) => recent.reduce((total, point) => total + (point[name] ?? 0), 0);
  const requests = sum("requests");
  const rate = recent.length ? (requests * 1000) / (step * recent.length) : undefined;
  const errorShare = requests ? sum("errors") / requests : requests === 0 && recent.length ? 0 : undefined;
  const p99 = Math.max(0, ...recent.map((point) => point.p99Millis ?? 0));
  const heap = bytesParts(last?.heapBytes);
  const lag = millisParts(last?.lagMillis);
  const late = millisParts(requests ? p99 : undefined);
  const history = bucketed(points.slice(-150), 50, joinPoints);
  const tiles = [
    { name: "Requests", number: rate === undefined ? "–" : short(rate < 10 ? rate : Math.round(rate)), unit: "/s", values: history.map((point) => point.requests) },
    { name: "Errors", number: percent(errorShare).replace("\u202f%", ""), unit: errorShare === undefined ? "" : "%", values: history.map((point) => point.errors),
      colour: "--chart-bad", kind: errorShare > 0.05 ? "bad" : errorShare > 0.01 ? "warn" : "" },
    { name: "Latency, p99", ...late, values: history.map((point) => point.p99Millis) },
    { name: "In flight", number: last ? count(last.inFlight) : "–", unit: "", values: history.map((point) => point.inFlight) },
    { name: "Loop lag", ...lag, values: history.map((point) => point.lagMillis), kind: (last?.lagMillis ?? 0) > 50 ? "warn" : "" },
    { name: "Heap", ...heap, values: history.map((point) => point.heapBytes) },
  ];
  return html`<dl class="tiles">${tiles.map((tile) => html`<div key=${tile.name} class=${`tile ${tile.kind ?? ""}`}>
    <dt>${tile.name}</dt><dd>${tile.number}${tile.unit && html`<small>\u202f${tile.unit}</small>`}</dd>
    <${Spark} values=${tile.values} colour=${tile.colour} /></div>`)}</dl>`;
}

function Busiest() {
  const routes = useResource((signal) => get("/routes", { sort: "requests", limit: 6 }, signal), [], { everyMillis: 15_000 });
  const top = routes.data?.items.filter((route) => route.traffic?.requests > 0) ?? [];
  const most = top[0]?.traffic.requests ?? 1;
  return html`<${Card} title="Busiest routes" id="busiest" flush actions=${html`<a href="#/routes?sort=requests">All routes</a>`}>
    ${routes.data && top.length === 0 && html`<p class="nothing muted">No route has served a request yet.</p>`}
    ${top.length > 0 && html`<div class="table"><table><thead><tr><th scope="col">Route</th><th scope="col" class="num">Requests</th><th scope="col" class="num">Errors</th><th scope="col" class="num">p99</th></tr></thead>
      <tbody>${top.map((route) => html`<tr key=${route.id}><td class="share"><i style=${{ width: `${(100 * route.traffic.requests) / most}%` }}></i><a href=${href(["routes", route.id])}>${route.id}</a></td>
        <td class="num">${count(route.traffic.requests)}</td><td class=${`num ${route.traffic.errors ? "bad" : "muted"}`}>${percent(route.traffic.errors / route.traffic.requests)}</td>
        <td class="num">${millis(route.traffic.p99Millis)}</td></tr>`)}</tbody></table></div>`}
    ${routes.problem && !routes.data && html`<p class="nothing bad">${routes.problem.message}</p>`}
  <//>`;
}

function Gateway({ status }) {
  const facts = [
    ["Listeners", status.listeners?.length ? status.listeners.map((listener) => html`<span class="row" key=${listener.name}>${listener.name} <code class="chip">${listener.address}</code></span>`) : "none"],
    ["Routes", html`<a href="#/routes">${count(status.routes)}</a>`],
    ["Upstreams", html`<a href="#/upstreams">${count(status.upstreams)}</a> with ${plural(status.endpoints ?? 0, "endpoint")}`],
    ["Endpoints down", status.endpointsDown ? html`<${Badge} kind="bad">${count(status.endpointsDown)}<//>` : "none"],
    ["Workers", count(status.workers)],
    ["Revision", html`<a href="#/revisions">${count(status.revision)}</a>`],
    ["Version", html`<a href="#/runtime">${status.version ?? "–"}</a>`],
    ["Up for", uptime(status.uptimeMillis)],
  ];
  return html`<${Card} title="Gateway" id="gateway"><dl class="facts">${facts.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl><//>`;
}
