// All views, in the order of the menu.

import { html } from "./lib/preact.js";
import { Empty } from "./ui/parts.js";
import { Overview } from "./views/overview.js";

export const groups = [
  {
    title: "Observe",
    views: [
      { path: "", key: "o", title: "Overview", icon: "overview", component: Overview },
    ],
  },
];

const all = new Map(groups.flatMap((group) => group.views).map((view) => [view.path, view]));

export function viewOf(parts) {
  return all.get(parts[0] ?? "") ?? { component: Lost };
}

function Lost() {
  return html`<div class="page"><div class="card"><${Empty} title="There is no such page" actions=${html`<a class="button" href="#/">Overview</a>`}>The address may be of an older version, or mistyped.<//></div></div>`;
}
