// All views, in the order of the menu.

import { html } from "./lib/preact.js";
import { Empty } from "./ui/parts.js";
import { Audit } from "./views/audit.js";
import { Caches } from "./views/caches.js";
import { Config } from "./views/config.js";
import { Overview } from "./views/overview.js";
import { Plugins } from "./views/plugins.js";
import { Revisions } from "./views/revisions.js";
import { Routes } from "./views/routes.js";
import { Runtime } from "./views/runtime.js";
import { Scripts } from "./views/scripts.js";
import { Tail } from "./views/tail.js";
import { Tokens } from "./views/tokens.js";
import { Upstreams } from "./views/upstreams.js";

export const groups = [
  {
    title: "Observe",
    views: [
      { path: "", key: "o", title: "Overview", icon: "overview", component: Overview },
      { path: "tail", key: "t", title: "Live tail", icon: "tail", component: Tail },
      { path: "caches", key: "h", title: "Caches", icon: "caches", component: Caches },
      { path: "runtime", key: "m", title: "Runtime", icon: "sliders", component: Runtime },
    ],
  },
  {
    title: "Configure",
    views: [
      { path: "routes", key: "r", title: "Routes", icon: "routes", component: Routes },
      { path: "upstreams", key: "u", title: "Upstreams", icon: "upstreams", component: Upstreams },
      { path: "scripts", key: "s", title: "Scripts", icon: "scripts", component: Scripts },
      { path: "plugins", key: "p", title: "Plugins", icon: "plugins", component: Plugins },
      { path: "config", key: "c", title: "Configuration", icon: "file", component: Config },
    ],
  },
  {
    title: "Govern",
    views: [
      { path: "revisions", key: "v", title: "Revisions", icon: "revisions", component: Revisions },
      { path: "audit", key: "a", title: "Audit", icon: "audit", component: Audit, role: "admin" },
      { path: "tokens", key: "k", title: "Tokens", icon: "tokens", component: Tokens, role: "admin" },
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
