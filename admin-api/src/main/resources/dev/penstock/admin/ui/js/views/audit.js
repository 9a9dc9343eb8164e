// Who changed what, and what came of it.

import { html, useState } from "../lib/preact.js";
import { get } from "../lib/api.js";
import { replaceQuery } from "../lib/router.js";
import { useResource, useSettled, useTitle } from "../lib/hooks.js";
import { count, dateTime } from "../lib/format.js";
import { Badge, Button, Empty, Head, Loaded, Search } from "../ui/parts.js";
import { Dialog } from "../ui/dialog.js";
import { DiffLines } from "../ui/difflines.js";

const RESULTS = { ok: ["ok", "done"], refused: ["bad", "refused"], "dry-run": ["", "tried out"] };

export function Audit({ query }) {
  useTitle("Audit");
  const actor = useSettled(query.actor ?? "", 250);
  const [limit, setLimit] = useState(100);
  const audit = useResource((signal) => get("/audit", { actor, limit }, signal), [actor, limit]);
  const [chosen, setChosen] = useState(null);
  return html`<div class="page full"><${Head} title="Audit" description="Every change that was asked for over the API, with its author and its result." actions=${html`<${Button} icon="refresh" square label="Read again" busy=${audit.loading && audit.data !== undefined} onClick=${audit.reload} />`} />
    <${Loaded} resource=${audit} what="The audit log" rows=${10}>${({ items, total, next }) => html`<section class="card"><div class="toolbar"><${Search} label="By actor" placeholder="By actor" value=${query.actor ?? ""} onInput=${(value) => replaceQuery({ ...query, actor: value })} /></div>
      ${items.length === 0 ? html`<${Empty} title=${actor ? "Nobody of that name" : "Nothing was changed yet"}>${actor ? `No entry is by “${actor}”.` : "The first change over the API begins the log."}<//>`
        : html`<div class="table"><table><thead><tr><th scope="col">When</th><th scope="col">Actor</th><th scope="col">Action</th><th scope="col">Target</th><th scope="col">Result</th><th scope="col" class="num">Revision</th><th scope="col"><span class="sr">Details</span></th></tr></thead>
          <tbody>${items.map((one, index) => { const [kind, text] = RESULTS[one.result] ?? ["", one.result]; return html`<tr key=${one.requestId ?? index}><td class="muted nowrap">${dateTime(one.at)}</td><td><span class="strong">${one.actor}</span> <span class="muted mono">${one.address}</span></td>
            <td class="mono">${one.action}</td><td class="mono soft">${one.target}</td><td><${Badge} kind=${kind}>${text}${one.status && one.result === "refused" ? ` ${one.status}` : ""}<//></td><td class="num">${one.revision ? count(one.revision) : html`<span class="muted">–</span>`}</td>
            <td class="num"><${Button} small kind="quiet" aria-label=${`Details of ${one.action} by ${one.actor}`} onClick=${() => setChosen(one)}>Details<//></td></tr>`; })}</tbody></table></div>
          ${next && html`<footer><${Button} busy=${audit.loading} onClick=${() => setLimit(Math.min(1000, limit + 200))} disabled=${limit >= 1000}>Show more<//><span class="muted">${count(items.length)} of ${count(total ?? items.length)}</span></footer>`}`}</section>`}<//>
    ${chosen && html`<${Dialog} wide title=${`${chosen.action} by ${chosen.actor}`} onClose=${() => setChosen(null)}><div class="body stack"><dl class="pairs">${[["When", dateTime(chosen.at)], ["From", chosen.address], ["Token", chosen.tokenId], ["Target", chosen.target], ["Status", chosen.status], ["Request", chosen.requestId]]
      .filter(([, value]) => value !== undefined && value !== "").map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd class="mono">${value}</dd></div>`)}</dl>
      ${chosen.difference ? html`<${DiffLines} unified=${chosen.difference} />` : html`<p class="muted">It has no difference of the document.</p>`}</div><//>`}</div>`;
}
