import { html, useState } from "../lib/preact.js";
import { call } from "../lib/api.js";
import { useResource } from "../lib/hooks.js";
import { bytes, millis, percent, plural } from "../lib/format.js";
import { Badge, Bones, Button, Empty, Failed, Time } from "./parts.js";
import { Confirm, Dialog } from "./dialog.js";
import { DiffLines } from "./difflines.js";

export function Versions({ script, path, opened, run, busy, onOpen }) {
  const [sheet, setSheet] = useState(null);
  const versions = script.versions ?? [];
  if (versions.length === 0) return html`<${Empty} title="No version yet">The first deployment makes one.<//>`;
  return html`<ol class="versions">${versions.map((one) => html`<li key=${one.version} class=${one.version === opened ? "opened" : ""}>
      <div class="row apart"><span class="row"><code class="strong">${one.version.slice(0, 8)}</code>${one.state === "active" ? html`<${Badge} kind="ok" dot>in force<//>` : one.state === "canary" ? html`<${Badge} kind="accent" dot>canary<//>` : ""}</span>
        <span class="muted nowrap"><${Time} at=${one.createdAt} />${one.actor && ` by ${one.actor}`}</span></div>
      ${one.note && html`<div>${one.note}</div>`}
      <div class="muted">${plural(one.fileNames?.length ?? 1, "file")}, ${bytes(one.bytes)}${one.traffic && html`, ${plural(one.traffic.requests, "request")}, ${percent(one.traffic.requests ? one.traffic.errors / one.traffic.requests : 0)} failed, p99 ${millis(one.traffic.p99Millis)}`}</div>
      <div class="row wrap"><${Button} small disabled=${one.version === opened} onClick=${() => onOpen(one.version)}>Open<//>
        ${one.version !== script.version && html`<${Button} small onClick=${() => setSheet({ compare: one.version })}>Compare<//>
          <${Button} small role="deployer" busy=${busy === one.version} onClick=${() => setSheet({ activate: one })}>Activate<//>`}
        ${one.state === "idle" && html`<${Button} small square kind="quiet" icon="trash" role="deployer" label=${`Forget version ${one.version.slice(0, 8)}`} onClick=${() => setSheet({ forget: one })} />`}</div></li>`)}</ol>
    ${sheet?.compare && html`<${Compare} path=${path} before=${script.version} after=${sheet.compare} onClose=${() => setSheet(null)} />`}
    ${sheet?.activate && html`<${Confirm} title=${`Activate ${sheet.activate.version.slice(0, 8)}?`} yes="Activate" onClose=${() => setSheet(null)}
      onYes=${() => run(sheet.activate.version, () => call(`${path}/versions/${sheet.activate.version}/activate`, { method: "POST" }), `${sheet.activate.version.slice(0, 8)} has all traffic.`).then((answer) => answer && onOpen(sheet.activate.version))}>
      <p>All traffic goes to this version at once${script.canary ? ", and the canary ends" : ""}.</p><//>`}
    ${sheet?.forget && html`<${Confirm} title=${`Forget ${sheet.forget.version.slice(0, 8)}?`} yes="Forget" danger onClose=${() => setSheet(null)}
      onYes=${() => run(sheet.forget.version, () => call(`${path}/versions/${sheet.forget.version}`, { method: "DELETE" }), `${sheet.forget.version.slice(0, 8)} is forgotten.`)}><p>It cannot be brought back.</p><//>`}`;
}

function Compare({ path, before, after, onClose }) {
  const both = useResource(async (signal) => {
    const [a, b] = await Promise.all([before, after].map((version) => call(`${path}/versions/${version}`, { signal })));
    return { a: a.data.files, b: b.data.files };
  }, [before, after]);
  const names = both.data ? [...new Set([...Object.keys(both.data.a), ...Object.keys(both.data.b)])] : [];
  return html`<${Dialog} wide title=${`${before.slice(0, 8)} in force, and ${after.slice(0, 8)}`} onClose=${onClose}><div class="body stack">
    ${both.problem ? html`<${Failed} problem=${both.problem} retry=${both.reload} />` : !both.data ? html`<${Bones} rows=${5} />`
      : names.map((name) => html`<section key=${name}><h3 class="mono">${name}</h3><${DiffLines} before=${both.data.a[name]?.text ?? ""} after=${both.data.b[name]?.text ?? ""} label=${name} /></section>`)}</div><//>`;
}
