// Changes: done, said, and shown before they are done.

import { html, useCallback, useState } from "../lib/preact.js";
import { count, plural } from "../lib/format.js";
import { failed, toast } from "./dialog.js";
import { Badge } from "./parts.js";

/** Runs changes one at a time: says what came of each and calls `after`. */
export function useWrite(after) {
  const [busy, setBusy] = useState(null);
  const run = useCallback(async (key, action, said) => {
    setBusy(key);
    try {
      const answer = await action();
      const revision = answer?.data?.revision;
      toast(said + (revision ? ` Revision ${count(revision)} is in force.` : ""));
      after?.(answer?.data);
      return answer?.data;
    } catch (problem) {
      failed(problem);
      return undefined;
    } finally {
      setBusy(null);
    }
  }, [after]);
  return { busy, run };
}

/** What a change does to the plan: added, removed, changed, and whose requests move. */
export function Difference({ answer }) {
  const { difference, warnings = [], changed } = answer;
  const groups = ["listeners", "upstreams", "routes"].flatMap((kind) => ["added", "removed", "changed"]
    .map((how) => ({ kind, how, names: difference?.[kind]?.[how] ?? [] })).filter((group) => group.names.length));
  const owners = difference?.owners ?? [];
  const others = difference?.others ?? [];
  if (!changed && groups.length === 0 && others.length === 0) return html`<p class="soft">Nothing would change.</p>`;
  const badge = { added: "ok", removed: "bad", changed: "accent" };
  return html`<div class="stack">
    ${groups.length + others.length > 0 && html`<dl class="difference">${groups.map((group) => html`<div key=${group.kind + group.how}>
        <dt><${Badge} kind=${badge[group.how]}>${group.how}<//></dt><dd><span class="muted">${group.kind}</span> ${group.names.slice(0, 40).map((name) => html`<code class="chip" key=${name}>${name}</code>`)}
        ${group.names.length > 40 && html`<span class="muted">and ${count(group.names.length - 40)} more</span>`}</dd></div>`)}
      ${others.length > 0 && html`<div><dt><${Badge} kind="accent">changed<//></dt><dd>${others.map((name) => html`<code class="chip" key=${name}>${name}</code>`)}</dd></div>`}</dl>`}
    ${owners.length > 0 && html`<div class="table"><table><caption class="sr">Requests whose route changes</caption>
      <thead><tr><th scope="col">Request</th><th scope="col">Goes to now</th><th scope="col">Would go to</th></tr></thead>
      <tbody>${owners.slice(0, 50).map((owner) => html`<tr><td><code>${owner.request.method} ${owner.request.host ?? ""}${owner.request.path}</code></td>
        <td>${owner.before ?? html`<span class="muted">no route</span>`}</td><td>${owner.after ?? html`<span class="bad">no route</span>`}</td></tr>`)}</tbody></table></div>`}
    ${difference?.ownersTried > 0 && html`<p class="muted">${owners.length === 0 ? `None of ${plural(difference.ownersTried, "sample request")} changes its route.` : `${plural(owners.length, "sample request")} of ${count(difference.ownersTried)} would go elsewhere.`}</p>`}
    ${warnings.length > 0 && html`<div class="note warn"><div class="stack tight">${warnings.map((warning) => html`<div>${warning}</div>`)}</div></div>`}
  </div>`;
}
