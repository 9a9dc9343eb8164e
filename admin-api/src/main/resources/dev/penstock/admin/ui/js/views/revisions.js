// What was in force, by whom and why; and going back.

import { html, useState } from "../lib/preact.js";
import { call, get } from "../lib/api.js";
import { useEvents, useResource, useTitle } from "../lib/hooks.js";
import { bytes, count, dateTime } from "../lib/format.js";
import { Badge, Bones, Button, Empty, Failed, Head, Loaded, Time } from "../ui/parts.js";
import { Confirm, Dialog, toast } from "../ui/dialog.js";
import { DiffLines } from "../ui/difflines.js";
import { Difference } from "../ui/writes.js";

export function Revisions() {
  useTitle("Revisions");
  const revisions = useResource((signal) => get("/revisions", { limit: 200 }, signal), []);
  useEvents(["config-applied"], revisions.reload);
  const [sheet, setSheet] = useState(null);
  return html`<div class="page"><${Head} title="Revisions" description="Every change of the configuration, whoever made it: file, API or roll-back. Scripts and plugins come and go with them." />
    <${Loaded} resource=${revisions} what="The revisions" rows=${8}>${({ items }) => (items.length === 0 ? html`<section class="card"><${Empty} title="No revision yet">The first configuration that is put in force makes one.<//></section>`
      : html`<ol class="timeline-list">${items.map((one) => html`<li key=${one.number} class=${one.active ? "active" : ""}><div class="when muted"><span>${dateTime(one.at)}</span><span><${Time} at=${one.at} /></span></div>
          <div class="card"><div class="body row wrap"><div class="grow stack tight"><div class="row wrap"><strong>Revision ${count(one.number)}</strong>${one.active && html`<${Badge} kind="ok" dot>in force<//>`}<${Badge} kind="line">${one.source}<//>${one.of !== undefined && html`<span class="muted">back to ${count(one.of)}</span>`}</div>
            ${one.note && html`<div>${one.note}</div>`}<div class="muted">${[one.actor && `by ${one.actor}`, bytes(one.bytes), (one.digest ?? "").replace("sha256:", "").slice(0, 12)].filter(Boolean).join(", ")}</div></div>
            <div class="row"><${Button} small onClick=${() => setSheet({ show: one, from: one.active ? previous(items, one) : undefined })} disabled=${one.active && previous(items, one) === undefined}>${one.active ? "What changed" : "Compare with now"}<//>
              ${!one.active && html`<${Button} small icon="rollback" role="deployer" onClick=${() => setSheet({ back: one })}>Roll back<//>`}</div></div></div></li>`)}</ol>`)}<//>
    ${sheet?.show && html`<${Compare} revision=${sheet.show} from=${sheet.from} onClose=${() => setSheet(null)} />`}
    ${sheet?.back && html`<${Back} revision=${sheet.back} onClose=${() => setSheet(null)} onDone=${revisions.reload} />`}</div>`;
}

const previous = (items, one) => items[items.indexOf(one) + 1]?.number;

function Compare({ revision, from, onClose }) {
  const difference = useResource(async (signal) => (await call(`/revisions/${revision.number}/difference`, { query: { from }, signal })).data, [revision.number, from]);
  const title = from === undefined ? `Revision ${count(revision.number)}, seen from the one in force` : `What revision ${count(revision.number)} changed`;
  return html`<${Dialog} wide title=${title} onClose=${onClose}><div class="body">${difference.problem ? html`<${Failed} problem=${difference.problem} retry=${difference.reload} what="The difference" />`
    : difference.data === undefined ? html`<${Bones} rows=${6} />` : html`<${DiffLines} unified=${typeof difference.data === "string" ? difference.data : difference.data.difference ?? ""} label=${title} />`}</div><//>`;
}

function Back({ revision, onClose, onDone }) {
  const path = `/rollback/${revision.number}`;
  const dry = useResource(async (signal) => (await call(path, { method: "POST", query: { "dry-run": true }, signal })).data, []);
  return html`<${Confirm} title=${`Roll back to revision ${count(revision.number)}?`} yes="Roll back" onClose=${onClose} onYes=${async () => {
      const { data } = await call(path, { method: "POST" });
      toast(`Revision ${count(data.revision)} is in force; it is as ${count(revision.number)} was.`);
      onDone();
    }}><p>What was in force then is put in force again, as a new revision, with the scripts and plugins that belonged to it. Nothing is lost.</p>
    ${dry.problem ? html`<div class="note bad">${dry.problem.message}</div>` : dry.data ? html`<${Difference} answer=${dry.data} />` : html`<div class="row muted"><span class="spin"></span> Looking what it would do…</div>`}<//>`;
}
