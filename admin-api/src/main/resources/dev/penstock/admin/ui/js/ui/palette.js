// The command palette: everything reachable by a few letters. Routes, upstreams and scripts are read when it opens.

import { html, useEffect, useMemo, useRef, useState } from "../lib/preact.js";
import { search } from "../lib/fuzzy.js";
import { get } from "../lib/api.js";
import { href } from "../lib/router.js";
import { useSettled } from "../lib/hooks.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icons.js";

export function Palette({ commands, onClose }) {
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const [found, setFound] = useState([]);
  const settled = useSettled(query, 140);
  const list = useRef(null);

  // Names are looked up by the gateway: with ten thousand routes it is the one to search.
  useEffect(() => {
    const abort = new AbortController();
    const ask = async (path, icon, where, parts, nameOf) => {
      const page = await get(path, { search: settled, limit: 12 }, abort.signal);
      return page.items.map((item) => ({ icon, where, text: nameOf(item), run: () => { location.hash = href(parts(item)); } }));
    };
    Promise.allSettled([
      ask("/routes", "routes", "Route", (item) => ["routes", item.id], (item) => item.id),
      ask("/upstreams", "upstreams", "Upstream", (item) => ["upstreams", item.name], (item) => item.name),
      ask("/scripts", "scripts", "Script", (item) => ["scripts", item.name], (item) => item.name),
    ]).then((answers) => !abort.signal.aborted && setFound(answers.flatMap((answer) => answer.value ?? [])));
    return () => abort.abort();
  }, [settled]);

  const hits = useMemo(() => {
    const own = search(query, commands, (item) => item.text, 40);
    if (!query.trim()) return own;
    return [...own, ...search(query, found, (item) => item.text, 30)].slice(0, 50);
  }, [query, commands, found]);
  useEffect(() => setChosen(0), [query]);
  useEffect(() => list.current?.children[chosen]?.scrollIntoView({ block: "nearest" }), [chosen]);

  const run = (hit) => {
    onClose();
    // After the dialog has given the focus back.
    if (hit) setTimeout(() => hit.item.run(), 0);
  };
  const onKeyDown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step && hits.length) {
      event.preventDefault();
      setChosen((before) => (before + step + hits.length) % hits.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(hits[chosen]);
    }
  };

  return html`<${Dialog} class="palette" label="Search and commands" onClose=${onClose}>
    <div class="ask"><${Icon} name="search" /><input autofocus value=${query} onInput=${(event) => setQuery(event.target.value)} onKeyDown=${onKeyDown}
      role="combobox" aria-expanded="true" aria-controls="palette-list" aria-activedescendant=${hits.length ? `palette-${chosen}` : undefined}
      aria-label="Search and commands" placeholder="Go to a view, route, upstream or script…" spellcheck=${false} autocomplete="off" /></div>
    <ul id="palette-list" role="listbox" aria-label="Results" ref=${list}>
      ${hits.map((hit, index) => html`<li key=${`${hit.item.where}/${hit.item.text}`} id=${`palette-${index}`} role="option" aria-selected=${String(index === chosen)}
        onMouseMove=${() => setChosen(index)} onClick=${() => run(hit)}>
        <${Icon} name=${hit.item.icon} /><span class="clip"><${Marked} text=${hit.item.text} at=${hit.at} /></span><span class="where">${hit.item.where}</span></li>`)}
      ${hits.length === 0 && html`<li role="option" aria-selected="false" aria-disabled="true" class="muted">Nothing is called that.</li>`}
    </ul>
    <div class="foot" aria-hidden="true"><span><kbd>↑</kbd><kbd>↓</kbd> choose</span><span><kbd>↵</kbd> open</span><span><kbd>Esc</kbd> close</span></div>
  <//>`;
}

function Marked({ text, at }) {
  const marked = new Set(at);
  const parts = [];
  for (let index = 0; index < text.length;) {
    const isHit = marked.has(index);
    let end = index + 1;
    while (end < text.length && marked.has(end) === isHit) end++;
    const piece = text.slice(index, end);
    parts.push(isHit ? html`<mark>${piece}</mark>` : piece);
    index = end;
  }
  return parts;
}
