// The files of a bundle as tabs; files can be added, renamed by adding, and removed.

import { html, useState } from "../lib/preact.js";
import { Button } from "./parts.js";
import { Icon } from "./icons.js";

export function languageOf(path) {
  if (/\.[cm]?ts$/.test(path)) return "typescript";
  if (/\.json$/.test(path)) return "json";
  if (/\.ya?ml$/.test(path)) return "yaml";
  return /\.[cm]?js$/.test(path) ? "javascript" : "plaintext";
}

export function FileTabs({ files, base, current, readOnly, onOpen, onChange }) {
  const [adding, setAdding] = useState(null);
  if (!files) return html`<div class="filetabs"></div>`;
  const names = Object.keys(files);
  const add = (event) => {
    event.preventDefault();
    const name = adding.trim().replace(/^\/+/, "");
    setAdding(null);
    if (!name) return;
    if (!files[name]) onChange({ ...files, [name]: { text: "" } });
    onOpen(name);
  };
  const remove = (name) => {
    const { [name]: gone, ...rest } = files;
    onChange(rest);
    if (current === name) onOpen(Object.keys(rest)[0]);
  };
  return html`<div class="filetabs"><div class="row" role="group" aria-label="Files">${names.map((name) => {
      const isChanged = base && base[name]?.text !== files[name]?.text;
      return html`<span key=${name} class=${`filetab ${name === current ? "current" : ""}`}><button type="button" aria-pressed=${String(name === current)} onClick=${() => onOpen(name)}><${Icon} name="file" size=${13} />${name}
        ${isChanged && html`<span class="dot accent" title="Changed"><span class="sr">changed</span></span>`}</button>
        ${!readOnly && names.length > 1 && html`<button type="button" class="drop" aria-label=${`Remove ${name}`} title="Remove" onClick=${() => remove(name)}><${Icon} name="close" size=${11} /></button>`}</span>`;
    })}</div>
    ${!readOnly && (adding === null ? html`<${Button} small square kind="quiet" icon="plus" label="Add a file" onClick=${() => setAdding("")} />`
      : html`<form onSubmit=${add}><input class="input mono addfile" autofocus aria-label="Path of the new file" placeholder="lib/name.js" value=${adding} ref=${(element) => element?.focus()}
        onInput=${(event) => setAdding(event.target.value)} onKeyDown=${(event) => event.key === "Escape" && setAdding(null)} onBlur=${() => setAdding(null)} /></form>`)}</div>`;
}
