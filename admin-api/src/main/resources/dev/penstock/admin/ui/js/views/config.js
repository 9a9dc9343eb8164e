// The configuration as one document: written with completion, checked while one types, seen before it is put in force.

import { html, useEffect, useMemo, useRef, useState } from "../lib/preact.js";
import { call } from "../lib/api.js";
import { setGuard } from "../lib/router.js";
import { session } from "../lib/session.js";
import { useEvents, useResource, useSettled, useTitle } from "../lib/hooks.js";
import { count, plural } from "../lib/format.js";
import { lineOf } from "../lib/yamlpath.js";
import { Badge, Bones, Button, Head, Loaded, ProblemNote } from "../ui/parts.js";
import { Dialog, toast } from "../ui/dialog.js";
import { Editor } from "../ui/editor.js";
import { Difference } from "../ui/writes.js";
import { DiffLines } from "../ui/difflines.js";
import { supportYaml } from "../ui/yamlsupport.js";
import { Icon } from "../ui/icons.js";

export function Config({ query }) {
  useTitle("Configuration");
  const document = useResource(async (signal) => {
    const { data, etag, response } = await call("/config", { accept: "application/yaml", signal });
    return { text: data, etag, revision: Number(response.headers.get("X-Revision")) || undefined };
  }, []);
  return html`<div class="page full"><${Loaded} resource=${document} what="The configuration" rows=${12}>${(data) => html`<${Document} key=${data.etag} document=${data} path=${query.path} reload=${document.reload} />`}<//></div>`;
}

function Document({ document, path, reload }) {
  const [text, setText] = useState(document.text);
  const [check, setCheck] = useState({ problem: null, warnings: [], isChecking: false });
  const [newer, setNewer] = useState(null);
  const [isOpen, setOpen] = useState(false);
  const editor = useRef(null);
  const isDirty = text !== document.text;
  const may = session.may("deployer");
  const settled = useSettled(text, 500);
  const latest = useRef(false);
  latest.current = isDirty;

  useEvents(["config-applied"], (event) => {
    if (event.data?.revision === document.revision) return;
    if (latest.current) setNewer(event.data);
    else reload();
  });
  useEffect(() => {
    setGuard(() => (isDirty ? "Leave, and lose what you have not applied?" : null));
    return () => setGuard(null);
  }, [isDirty]);
  useEffect(() => {
    if (settled !== text) return undefined;
    const abort = new AbortController();
    setCheck((before) => ({ ...before, isChecking: true }));
    call("/validate", { method: "POST", body: settled, type: "application/yaml", signal: abort.signal }).then(
      ({ data }) => setCheck({ problem: null, warnings: data?.warnings ?? [], isChecking: false }),
      (problem) => problem.name !== "AbortError" && setCheck({ problem, warnings: [], isChecking: false }));
    return () => abort.abort();
  }, [settled]);

  const markers = useMemo(() => {
    const lines = text.split("\n");
    const place = (one) => (one.line ? one : { ...one, line: lineOf(lines, keysOf(one.path ?? pathOf(one.message) ?? "")) });
    return [...(check.problem?.errors ?? []).map(place), ...check.warnings.map((warning) => place({ message: String(warning.message ?? warning), path: pathOf(String(warning.message ?? warning)), warning: true }))];
  }, [check]);
  const goTo = (error) => editor.current?.reveal(error.line ?? lineOf(text.split("\n"), keysOf(error.path ?? "")), error.column);
  const ready = async (monaco) => {
    try {
      supportYaml(monaco, (await call("/config-schema")).data);
    } catch {
      // Without the schema the editor still edits; validation is the gateway's anyway.
    }
    if (path) setTimeout(() => editor.current?.reveal(lineOf(document.text.split("\n"), keysOf(path))), 60);
  };

  return html`<${Head} title="Configuration" actions=${html`
      <${Button} disabled=${!isDirty} onClick=${() => setText(document.text)}>Discard<//>
      <${Button} kind="primary" role="deployer" disabled=${!isDirty || Boolean(check.problem)} onClick=${() => setOpen(true)}>Review and apply<//>`}>
      <div class="row wrap">${document.revision && html`<${Badge} kind="ok" dot>Revision ${count(document.revision)} in force<//>`}<span class="muted">One document; whatever changes it, here or elsewhere, makes a revision.</span></div><//>
    ${newer && html`<div class="note warn" role="alert"><${Icon} name="alert" /><div class="grow"><strong>Revision ${count(newer.revision)}</strong> by ${newer.actor ?? newer.source} came in between. Applying yours would be refused; take it over and redo your change.</div>
      <${Button} small onClick=${() => { setText(document.text); reload(); }}>Take it over<//></div>`}
    <section class="card config-editor" aria-label="Document"><${Editor} path="gateway.yaml" value=${text} language="yaml" label="Configuration" markers=${markers} readOnly=${!may} onChange=${setText}
        onSave=${() => isDirty && !check.problem && setOpen(true)} handle=${editor} onReady=${ready} />
      <div class="bench-state" role="status">${check.problem ? html`<${ProblemNote} problem=${check.problem} onGo=${goTo} />`
        : html`<div class="row muted">${check.isChecking ? html`<span class="spin"></span> Checking…` : html`<span class="ok row"><${Icon} name="check" size=${14} />Valid.</span> ${isDirty ? "Not applied." : "As in force."}
          ${check.warnings.length > 0 && html`<span class="warn">${plural(check.warnings.length, "warning")}: ${String(check.warnings[0].message ?? check.warnings[0])}</span>`}`}
          ${!may && html`<span>Your token may read only.</span>`}</div>`}</div></section>
    ${isOpen && html`<${Apply} document=${document} text=${text} onClose=${() => setOpen(false)} onDone=${reload} />`}`;
}

/** Dotted paths, as messages have them at their beginning. */
const pathOf = (message) => /^([\w@-]+(?:\.[\w@"-]+|\[\d+\])+)/.exec(message)?.[1];
const keysOf = (path) => path.replace(/\[(\d+)\]/g, ".$1").split(".").filter(Boolean);

function Apply({ document, text, onClose, onDone }) {
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const dry = useResource(async (signal) => (await call("/config", { method: "PUT", query: { "dry-run": true }, body: text, type: "application/yaml", ifMatch: document.etag, signal })).data, []);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const { data } = await call("/config", { method: "PUT", query: { note: note.trim() }, body: text, type: "application/yaml", ifMatch: document.etag });
      toast(data.changed === false ? "The document is what was in force already." : `Revision ${count(data.revision)} is in force.`);
      onClose();
      setGuard(null);
      onDone();
    } catch (failure) {
      setProblem(failure);
      setBusy(false);
    }
  };
  const refused = problem ?? dry.problem;
  return html`<${Dialog} wide title="Review and apply" onClose=${onClose}><form class="body stack loose" onSubmit=${submit}>
    <section class="stack"><h3>What it does</h3>${refused ? html`<${ProblemNote} problem=${refused} />` : dry.data ? html`<${Difference} answer=${dry.data} />` : html`<${Bones} rows=${3} label="Trying it out" />`}</section>
    <section class="stack"><h3>What you changed</h3><${DiffLines} before=${document.text} after=${text} label="Changes of the document" /></section>
    <div class="field"><label for="config-note">Note</label><input id="config-note" class="input" maxlength="200" placeholder="Why, for those who read the revisions" value=${note} onInput=${(event) => setNote(event.target.value)} /></div>
    <div class="row end"><${Button} onClick=${onClose}>Cancel<//><${Button} type="submit" kind="primary" busy=${busy} disabled=${Boolean(dry.problem) || !dry.data}>Apply<//></div></form><//>`;
}
