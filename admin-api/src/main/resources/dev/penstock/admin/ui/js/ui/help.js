// The sheet of shortcuts: written from the bindings themselves, so it cannot be out of date.

import { html } from "../lib/preact.js";
import { all, caps } from "../lib/keys.js";
import { Dialog } from "./dialog.js";

export function Help({ onClose }) {
  const groups = new Map();
  for (const binding of all()) groups.set(binding.group, [...(groups.get(binding.group) ?? []), binding]);
  return html`<${Dialog} title="Keyboard shortcuts" onClose=${onClose}><div class="body shortcuts">
    ${[...groups].map(([group, bindings]) => html`<section key=${group}><h3>${group}</h3><ul>
      ${bindings.map((binding) => html`<li key=${binding.keys}><span>${binding.description}</span>
        <span class="keys">${caps(binding.keys).map((cap) => html`<kbd>${cap}</kbd>`)}</span></li>`)}</ul></section>`)}
  </div><//>`;
}
