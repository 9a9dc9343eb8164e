// A form made from a JSON Schema: fields for what it knows, text of JSON for what it does not.

import { html, useMemo, useState } from "../lib/preact.js";
import { alternatives, typeOf } from "../lib/schema.js";
import { isObject, set } from "../lib/pointer.js";
import { Button } from "./parts.js";

/**
 * What is missing or wrong, as messages by path; only what the schema says plainly.
 *
 * @returns {Map<string, string>}
 */
export function problemsOf(value, schema, root = schema, path = []) {
  const found = new Map();
  const forms = alternatives(schema, root);
  const form = formFor(value, forms);
  if (!form || value === undefined) return found;
  const key = path.join("/");
  const type = typeOf(form);
  if (type === "object" && isObject(value)) {
    for (const name of form.required ?? []) if (value[name] === undefined || value[name] === "") found.set([...path, name].join("/"), "It cannot be left out.");
    for (const [name, inner] of Object.entries(form.properties ?? {})) problemsOf(value[name], inner, root, [...path, name]).forEach((message, at) => found.has(at) || found.set(at, message));
  } else if (type === "array" && Array.isArray(value)) {
    if (form.minItems && value.length < form.minItems) found.set(key, `At least ${form.minItems}.`);
    if (form.items) value.forEach((item, index) => problemsOf(item, form.items, root, [...path, index]).forEach((message, at) => found.set(at, message)));
  } else if (type === "integer" || type === "number") {
    if (typeof value === "string" && forms.length > 1) return found;
    if (typeof value !== "number") found.set(key, "A number.");
    else if (type === "integer" && !Number.isInteger(value)) found.set(key, "A whole number.");
    else if (form.minimum !== undefined && value < form.minimum) found.set(key, `At least ${form.minimum}.`);
    else if (form.maximum !== undefined && value > form.maximum) found.set(key, `At most ${form.maximum}.`);
  } else if (type === "string" && form.pattern && typeof value === "string" && forms.length === 1 && !new RegExp(form.pattern, "u").test(value)) {
    found.set(key, `It must match ${form.pattern}`);
  }
  return found;
}

function formFor(value, forms) {
  if (value === undefined) return forms[0];
  const kind = Array.isArray(value) ? "array" : isObject(value) ? "object" : typeof value;
  return forms.find((form) => {
    const type = typeOf(form);
    return type === kind || (kind === "number" && type === "integer") || (type === "enum" && form.enum.includes(value));
  }) ?? forms[0];
}

export function SchemaForm({ schema, value, onChange, id = "form" }) {
  const problems = useMemo(() => problemsOf(value ?? {}, schema), [value, schema]);
  const forms = alternatives(schema, schema);
  const form = formFor(value, forms) ?? {};
  if (typeOf(form) !== "object" || !form.properties || Object.keys(form.properties).length === 0) {
    return html`<p class="muted">${form.additionalProperties === false || !form.additionalProperties ? "It has no settings." : "Its settings are free; write them in the configuration."}</p>`;
  }
  return html`<div class="schemaform"><${Properties} form=${form} root=${schema} value=${value ?? {}} path=${[]} id=${id} problems=${problems} onChange=${(path, next) => onChange(set(value ?? {}, path, next))} /></div>`;
}

function Properties({ form, root, value, path, ...rest }) {
  const names = Object.keys(form.properties ?? {});
  const required = form.required ?? [];
  names.sort((a, b) => Number(required.includes(b)) - Number(required.includes(a)));
  return names.map((name) => html`<${Property} key=${name} name=${name} schema=${form.properties[name]} root=${root} value=${value?.[name]} path=${[...path, name]} isRequired=${required.includes(name)} ...${rest} />`);
}

function Property({ name, schema, root, value, path, isRequired, id, problems, onChange }) {
  const forms = alternatives(schema, root);
  const form = formFor(value, forms) ?? {};
  const type = typeOf(form);
  const at = `${id}-${path.join("-")}`;
  // What was never filled in is not wrong yet: the form's owner says how many fields are missing.
  const error = value === undefined ? undefined : problems.get(path.join("/"));
  const description = schema.description ?? form.description;
  const preset = schema.default ?? form.default;
  const label = html`${schema.title ?? name}${isRequired ? "" : html` <span class="muted optional">optional</span>`}`;
  const described = { id: at, "aria-invalid": error ? "true" : undefined, "aria-describedby": `${at}-hint` };
  const hint = html`<div id=${`${at}-hint`} class=${error ? "error" : "hint"}>${error ?? description}</div>`;
  const put = (next) => onChange(path, next);

  if (type === "object" && form.properties) {
    const isOn = value !== undefined || isRequired;
    return html`<fieldset class="group"><legend>${isRequired ? schema.title ?? name : html`<label class="check"><input type="checkbox" class="switch" role="switch" checked=${isOn} onChange=${(event) => put(event.target.checked ? {} : undefined)} />${schema.title ?? name}</label>`}</legend>
      ${description && html`<div class="hint">${description}</div>`}${error && html`<div class="error">${error}</div>`}
      ${isOn && html`<div class="inner"><${Properties} form=${form} root=${root} value=${value ?? {}} path=${path} id=${id} problems=${problems} onChange=${onChange} /></div>`}</fieldset>`;
  }
  if (type === "boolean") {
    return html`<div class="field"><label class="check" for=${at}><input type="checkbox" class="switch" role="switch" ...${described} checked=${value ?? preset ?? false} onChange=${(event) => put(event.target.checked)} />${schema.title ?? name}</label>${hint}</div>`;
  }
  const options = form.enum ?? (forms.length > 0 && forms.every((one) => one.enum || "const" in one) ? forms.flatMap((one) => one.enum ?? [one.const]) : null);
  if (options) {
    return html`<div class="field"><label for=${at}>${label}</label><select class="input" ...${described} value=${value ?? ""} onChange=${(event) => put(event.target.value === "" ? undefined : options.find((one) => String(one) === event.target.value))}>
      <option value="">${preset !== undefined && preset !== null ? `${preset} (default)` : "–"}</option>${options.filter((one) => one !== null).map((one) => html`<option key=${String(one)} value=${String(one)}>${String(one)}</option>`)}</select>${hint}</div>`;
  }
  if (type === "array" && (!form.items || ["string", "number", "integer", undefined].includes(typeOf(alternatives(form.items, root)[0] ?? {})))) {
    return html`<${List} label=${label} value=${value ?? []} at=${at} described=${described} hint=${hint} isNumber=${["number", "integer"].includes(typeOf(alternatives(form.items ?? {}, root)[0] ?? {}))} onChange=${(next) => put(next.length ? next : undefined)} />`;
  }
  if (type === "integer" || type === "number") {
    const mayBeText = forms.some((one) => typeOf(one) === "string");
    return html`<div class="field"><label for=${at}>${label}</label><input class="input" ...${described} type=${mayBeText ? "text" : "number"} step=${type === "integer" ? 1 : "any"} min=${form.minimum} max=${form.maximum}
      placeholder=${preset ?? ""} value=${value ?? ""} onInput=${(event) => put(event.target.value === "" ? undefined : Number.isNaN(Number(event.target.value)) ? event.target.value : Number(event.target.value))} />${hint}</div>`;
  }
  if (type === "string" || type === undefined) {
    return html`<div class="field"><label for=${at}>${label}</label><input class="input" ...${described} type=${/secret|password/.test(name) ? "password" : "text"} autocomplete="off" spellcheck=${false} placeholder=${preset ?? ""} value=${value ?? ""}
      onInput=${(event) => put(event.target.value === "" ? undefined : event.target.value)} />${hint}</div>`;
  }
  return html`<${Json} label=${label} value=${value} described=${described} hint=${hint} onChange=${put} />`;
}

function List({ label, value, at, described, hint, isNumber, onChange }) {
  const items = [...value, ""];
  const change = (index, text) => {
    const next = value.slice();
    if (text === "") next.splice(index, 1);
    else next[index] = isNumber && !Number.isNaN(Number(text)) ? Number(text) : text;
    onChange(next);
  };
  return html`<div class="field"><span class="label" id=${`${at}-label`}>${label}</span><div class="stack tight" role="group" aria-labelledby=${`${at}-label`} aria-describedby=${described["aria-describedby"]}>
    ${items.map((item, index) => html`<div class="row" key=${index}><input class="input" aria-label=${`${index + 1}`} aria-invalid=${described["aria-invalid"]} value=${item} placeholder=${index === value.length ? "Add…" : ""} onChange=${(event) => change(index, event.target.value)} />
      ${index < value.length && html`<${Button} small square kind="quiet" icon="close" label=${`Remove ${item}`} onClick=${() => change(index, "")} />`}</div>`)}</div>${hint}</div>`;
}

function Json({ label, value, described, hint, onChange }) {
  const [text, setText] = useState(value === undefined ? "" : JSON.stringify(value, null, 2));
  const [wrong, setWrong] = useState(false);
  const change = (event) => {
    setText(event.target.value);
    try {
      onChange(event.target.value.trim() === "" ? undefined : JSON.parse(event.target.value));
      setWrong(false);
    } catch {
      setWrong(true);
    }
  };
  return html`<div class="field"><label for=${described.id}>${label}</label><textarea class="input mono" rows="3" ...${described} aria-invalid=${wrong ? "true" : described["aria-invalid"]} value=${text} onInput=${change} placeholder="JSON"></textarea>
    ${wrong ? html`<div class="error" id=${described["aria-describedby"]}>This is not JSON yet.</div>` : hint}</div>`;
}
