// What the configuration's editor knows: keys and values from the JSON Schema, their descriptions on hover, names of the document.

import { at } from "../lib/yamlpath.js";
import { keysAt, schemasAt, valuesAt } from "../lib/schema.js";

let schema = null;
let isRegistered = false;

/** Registers once; `next` is the schema in use from then on. */
export function supportYaml(monaco, next) {
  schema = next;
  if (isRegistered) return;
  isRegistered = true;
  monaco.languages.registerCompletionItemProvider("yaml", {
    triggerCharacters: [" ", ":", "{", "[", ",", "-"],
    provideCompletionItems: (model, position) => ({ suggestions: schema ? suggestions(monaco, model, position) : [] }),
  });
  monaco.languages.registerHoverProvider("yaml", {
    provideHover(model, position) {
      const word = model.getLineContent(position.lineNumber).slice(0, position.column - 1).length;
      const line = model.getLineContent(position.lineNumber);
      const end = word + (/^[\w.@/-]*/.exec(line.slice(word))?.[0].length ?? 0);
      const colon = line.slice(end).startsWith(":") ? end + 1 : end;
      const place = at(model.getLinesContent(), position.lineNumber - 1, colon);
      const found = schema && schemasAt(schema, place.keys).find((one) => one.description);
      if (!found) return null;
      const contents = [{ value: `**${place.keys.join(".")}**` }, { value: found.description }];
      if (found.default !== undefined && found.default !== null) contents.push({ value: `Default: \`${JSON.stringify(found.default)}\`` });
      return { contents };
    },
  });
}

function suggestions(monaco, model, position) {
  const lines = model.getLinesContent();
  const place = at(lines, position.lineNumber - 1, position.column - 1);
  const word = model.getWordUntilPosition(position);
  const before = lines[position.lineNumber - 1].slice(0, position.column - 1);
  const typed = /[\w.@/-]*$/.exec(before)[0];
  const range = { startLineNumber: position.lineNumber, endLineNumber: position.lineNumber, startColumn: position.column - typed.length, endColumn: word.endColumn };
  const kind = monaco.languages.CompletionItemKind;
  if (place.kind === "key") {
    const indent = /^\s*/.exec(before)[0] + (/^\s*-\s/.test(before) ? "  " : "");
    return keysAt(schema, place.keys).filter((key) => !place.siblings.includes(key.name)).map((key) => ({
      label: { label: key.name, description: key.isRequired ? "required" : undefined }, kind: key.isDeep ? kind.Module : kind.Property, range,
      documentation: key.description, detail: key.default === undefined || key.default === null ? undefined : `default ${JSON.stringify(key.default)}`,
      sortText: `${key.isRequired ? 0 : 1}${key.name}`,
      insertText: key.isDeep && !before.includes("{") ? `${key.name}:\n${indent}  ` : `${key.name}: `,
      command: { id: "editor.action.triggerSuggest", title: "" },
    }));
  }
  const own = valuesAt(schema, place.keys).map(({ value, description }) => ({ label: String(value), kind: kind.EnumMember, range, insertText: typeof value === "string" && /^(true|false|on|off|yes|no|null|\d.*)$/i.test(value) && typeof value !== "boolean" ? value : String(value), documentation: description }));
  const names = { upstream: "upstreams", script: "scripts" }[place.keys.at(-1)];
  const known = names ? namesOf(lines, names).map((name) => ({ label: names === "scripts" ? `@${name}` : name, kind: kind.Reference, range, insertText: names === "scripts" ? `"@${name}"` : name })) : [];
  const filters = keysAt(schema, place.keys).map((key) => ({ label: key.name, kind: kind.Property, range, insertText: before.includes("[") || before.includes("{") ? `{ ${key.name}: ` : `${key.name}: `, documentation: key.description }));
  return [...known, ...own, ...filters];
}

/** Names below a key of the document's top: `users` of `upstreams: … users:`. */
export function namesOf(lines, section) {
  const start = lines.findIndex((line) => line.startsWith(`${section}:`));
  if (start < 0) return [];
  const names = [];
  let indent = null;
  for (let index = start + 1; index < lines.length; index++) {
    const match = /^(\s+)([\w.@-]+|"[^"]*"):/.exec(lines[index]);
    if (/^\S/.test(lines[index]) && !lines[index].startsWith("#")) break;
    if (!match) continue;
    indent ??= match[1].length;
    if (match[1].length === indent) names.push(match[2].replace(/"/g, ""));
  }
  return names;
}
