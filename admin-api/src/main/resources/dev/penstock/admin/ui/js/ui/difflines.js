// A difference of texts by lines, as a table that a screen reader can follow too.

import { html } from "../lib/preact.js";
import { changes, hunks, lines, parseUnified } from "../lib/diff.js";
import { plural } from "../lib/format.js";

export function DiffLines({ before, after, unified, label = "Difference" }) {
  const all = unified !== undefined ? parseUnified(unified) : hunks(lines(before, after));
  const { added, removed } = changes(all);
  if (added + removed === 0) return html`<p class="nothing muted">The texts are the same.</p>`;
  return html`<div class="difflines" tabindex="0" role="region" aria-label=${`${label}: ${plural(added, "line")} added, ${plural(removed, "line")} removed`}><table><tbody>
    ${all.map((line, index) => (line.kind === "gap"
      ? html`<tr key=${index} class="gap"><td colspan="4">${line.count ? `${plural(line.count, "equal line")} left out` : "…"}</td></tr>`
      : html`<tr key=${index} class=${line.kind}><td class="at" data-line=${line.before ?? ""}></td><td class="at" data-line=${line.after ?? ""}></td>
          <td class="sign">${line.kind === "add" ? html`<ins aria-label="added">+</ins>` : line.kind === "del" ? html`<del aria-label="removed">−</del>` : ""}</td><td><pre>${line.text || " "}</pre></td></tr>`))}</tbody></table></div>`;
}
