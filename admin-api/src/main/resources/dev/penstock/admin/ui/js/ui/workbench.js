// One script: its text with types, what the gateway says of it, trying it out, deploying, canary, versions, log.

import { html, useCallback, useEffect, useMemo, useRef, useState } from "../lib/preact.js";
import { call } from "../lib/api.js";
import { replaceQuery, setGuard } from "../lib/router.js";
import { useOffers } from "../lib/offers.js";
import { session } from "../lib/session.js";
import { useEvents, useResource, useSettled, useTitle } from "../lib/hooks.js";
import { percent, plural } from "../lib/format.js";
import { Badge, Button, Head, Loaded, ProblemNote } from "./parts.js";
import { Confirm, Dialog, failed, toast } from "./dialog.js";
import { DiffEditor, Editor } from "./editor.js";
import { Difference, useWrite } from "./writes.js";
import { TryOut } from "./tryout.js";
import { Versions } from "./versions.js";
import { Canary } from "./canary.js";
import { ScriptLog } from "./scriptlog.js";
import { FileTabs, languageOf } from "./filetabs.js";

export function Workbench({ name, query }) {
  useTitle(name);
  const path = `/scripts/${encodeURIComponent(name)}`;
  const script = useResource(async (signal) => {
    const { data, etag } = await call(path, { signal });
    return { ...data, etag };
  }, [name]);
  useEvents(["config-applied", "script-"], script.reload);
  return html`<div class="page full"><${Loaded} resource=${script} what="The script" rows=${10}>${(data) => html`<${Bench} script=${data} path=${path} query=${query} reload=${script.reload} />`}<//></div>`;
}

const TABS = [["try", "Try it", "POST", "/scripts/try"], ["log", "Log", "GET", "/scripts/{name}/log"], ["versions", "Versions", "GET", "/scripts/{name}"], ["canary", "Canary", "PUT", "/scripts/{name}/canary"]];
const NO_FILES = { "main.js": { text: "" } };

function Bench({ script, path, query, reload }) {
  const newest = script.version ?? script.versions?.[0]?.version;
  const opened = query.version ?? newest;
  const [base, setBase] = useState(null);
  const [files, setFiles] = useState(null);
  const [current, setCurrent] = useState(null);
  const [problem, setProblem] = useState(null);
  const [sheet, setSheet] = useState(null);
  const [isChecking, setChecking] = useState(false);
  const editor = useRef(null);
  const { busy, run } = useWrite(reload);
  const isDirty = Boolean(files && base && JSON.stringify(files) !== JSON.stringify(base.files));
  const may = session.may("deployer");

  useEffect(() => {
    if (!opened && !base) {
      setBase({ files: NO_FILES });
      setFiles(NO_FILES);
      setCurrent("main.js");
    }
    if (!opened || (base && base.version === opened)) return undefined;
    const abort = new AbortController();
    call(`${path}/versions/${opened}`, { signal: abort.signal }).then(({ data }) => {
      setBase(data);
      setFiles(data.files);
      setProblem(null);
      setCurrent((before) => (before && data.files[before] ? before : data.entry && data.files[data.entry] ? data.entry : Object.keys(data.files)[0]));
    }, (failure) => failure.name !== "AbortError" && failed(failure));
    return () => abort.abort();
  }, [opened]);

  useEffect(() => {
    setGuard(() => (isDirty ? "Leave, and lose what you have not deployed?" : null));
    return () => setGuard(null);
  }, [isDirty]);

  // A pause in typing: the gateway compiles what is there, and keeps nothing of it.
  const settled = useSettled(files, 700);
  useEffect(() => {
    if (!isDirty || !may || settled !== files) return undefined;
    const abort = new AbortController();
    setChecking(true);
    call(path, { method: "PUT", query: { "dry-run": true }, body: { files }, signal: abort.signal }).then(
      () => setProblem(null), (failure) => failure.name !== "AbortError" && setProblem(failure)).finally(() => setChecking(false));
    return () => abort.abort();
  }, [settled]);

  const markers = useMemo(() => (problem?.errors ?? []).filter((error) => !error.file || error.file === current || error.file.endsWith(`/${current}`)), [problem, current]);
  const change = useCallback((text) => setFiles((before) => ({ ...before, [current]: { text } })), [current]);
  const goTo = (error) => {
    const file = Object.keys(files).find((key) => key === error.file || error.file?.endsWith(`/${key}`));
    if (file) setCurrent(file);
    if (error.line) setTimeout(() => editor.current?.reveal(error.line, error.column), 60);
  };
  const adopt = (answer) => {
    setProblem(null);
    if (answer?.script) {
      setBase({ version: answer.script.version, files });
      replaceQuery({ ...query, version: "" });
    }
  };
  const deploy = async ({ note, canary }) => {
    const answer = await call(path, { method: "PUT", body: { files, ...(note ? { note } : {}) }, query: { note, canary }, ifMatch: script.etag ?? undefined });
    toast(canary ? `${percent(canary)} of the traffic go to the new version.` : `All traffic goes to the new version. Revision ${answer.data.revision} is in force.`, { title: `${script.name} is deployed` });
    if (canary) setBase({ version: answer.data.script?.canary?.version ?? opened, files });
    else adopt(answer.data);
    reload();
  };
  const has = useOffers();
  const tabs = TABS.filter(([, , method, place]) => has(method, place));
  const mayCanary = has("PUT", "/scripts/{name}/canary");
  const tab = tabs.some(([key]) => key === query.tab) ? query.tab : tabs[0][0];
  const isOld = opened !== newest && base;

  return html`
    <${Head} title=${script.name} crumbs=${html`<a href="#/scripts">Scripts</a>`} actions=${html`
      <${Button} icon="rollback" role="deployer" disabled=${!script.previous} busy=${busy === "rollback"} onClick=${() => setSheet("rollback")}>Roll back<//>
      <${Button} onClick=${() => setSheet("diff")} disabled=${!isDirty}>Difference<//>
      <${Button} kind="primary" icon="upload" role="deployer" disabled=${!isDirty && !isOld} onClick=${() => setSheet("deploy")}>Deploy<//>`}>
      <div class="row wrap">${script.version && html`<${Badge} dot kind="ok">${script.version.slice(0, 8)} in force<//>`}
        ${script.canary && html`<${Badge} dot kind="accent">${script.canary.version.slice(0, 8)} gets ${percent(script.canary.weight)}<//>`}
        <span class="muted">${(script.uses ?? []).length ? `Used by ${script.uses.join(", ")}` : html`No route uses it yet: <code>script: "@${script.name}"</code>`}</span></div><//>
    <div class="bench"><section class="card bench-editor" aria-label="Text">
        <${FileTabs} files=${files} base=${base?.files} current=${current} readOnly=${!may} onOpen=${setCurrent} onChange=${setFiles} />
        ${files && current ? (files[current]?.base64 !== undefined ? html`<p class="nothing muted">This file is not text.</p>`
          : html`<${Editor} path=${`${script.name}/${current}`} value=${files[current]?.text ?? ""} language=${languageOf(current)} label=${`${current} of ${script.name}`} readOnly=${!may}
            markers=${markers} onChange=${change} onSave=${() => isDirty && setSheet("deploy")} handle=${editor} />`) : html`<div class="editor-wait" role="status"><span class="spin"></span></div>`}
        <div class="bench-state" role="status">${problem ? html`<${ProblemNote} problem=${problem} onGo=${goTo} />`
          : html`<span class="muted row">${!may ? "Your token may read only" : isChecking ? html`<span class="spin"></span> Compiling…` : isDirty ? html`<span class="ok">Compiles.</span> Not deployed.` : isOld ? `Version ${opened.slice(0, 8)}, not in force` : script.version ? "As in force" : script.file ? html`It runs from <code>${script.file}</code>. What is deployed here takes its place.` : "Nothing is deployed yet."}</span>`}</div>
      </section>
      <section class="card bench-side"><div class="tabs" role="tablist" aria-label="Tools">${tabs.map(([key, text]) => html`<button key=${key} type="button" role="tab" id=${`tab-${key}`} aria-controls=${`panel-${key}`} aria-selected=${String(tab === key)} tabindex=${tab === key ? 0 : -1}
          onClick=${() => replaceQuery({ ...query, tab: key })} onKeyDown=${(event) => step(event, tabs, tab, (next) => replaceQuery({ ...query, tab: next }))}>${text}${key === "canary" && script.canary && html`<span class="dot accent"></span>`}</button>`)}</div>
        <div role="tabpanel" id=${`panel-${tab}`} aria-labelledby=${`tab-${tab}`} class="bench-panel" tabindex="0">
          ${tab === "try" && html`<${TryOut} files=${files} name=${script.name} onProblem=${setProblem} />`}
          ${tab === "log" && html`<${ScriptLog} path=${path} />`}
          ${tab === "versions" && html`<${Versions} script=${script} path=${path} opened=${opened} isDirty=${isDirty} run=${run} busy=${busy} onOpen=${(version) => { setBase(null); replaceQuery({ ...query, version }); }} />`}
          ${tab === "canary" && html`<${Canary} script=${script} path=${path} run=${run} busy=${busy} />`}</div></section></div>
    ${sheet === "diff" && html`<${Dialog} wide title="What you changed" onClose=${() => setSheet(null)}><div class="body diffbox"><${DiffEditor} before=${base.files[current]?.text ?? ""} after=${files[current]?.text ?? ""} language=${languageOf(current)} label="Difference" /></div><//>`}
    ${sheet === "deploy" && html`<${DeployDialog} mayCanary=${mayCanary} files=${files} path=${path} script=${script} onClose=${() => setSheet(null)} onDeploy=${deploy} onProblem=${setProblem} />`}
    ${sheet === "rollback" && html`<${Confirm} title=${`Roll ${script.name} back?`} yes="Roll back" onClose=${() => setSheet(null)} onYes=${async () => {
        const answer = await run("rollback", () => call(`${path}/rollback`, { method: "POST" }), "Rolled back.");
        if (answer) { setBase(null); replaceQuery({ ...query, version: "" }); }
      }}><p>All traffic goes back to <code>${script.previous?.slice(0, 8)}</code>, the version that ran before${script.canary ? ", and the canary ends" : ""}. Exchanges under way end with the version they began with.</p>
      ${isDirty && html`<p class="warn">What you have typed and not deployed is replaced in the editor.</p>`}<//>`}`;
}

function step(event, tabs, tab, to) {
  const index = tabs.findIndex(([key]) => key === tab);
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by) return;
  const next = tabs[(index + by + tabs.length) % tabs.length][0];
  to(next);
  setTimeout(() => document.getElementById(`tab-${next}`)?.focus(), 0);
}

function DeployDialog({ mayCanary, files, path, script, onClose, onDeploy, onProblem }) {
  const [note, setNote] = useState("");
  const [how, setHow] = useState("all");
  const [share, setShare] = useState(10);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const dry = useResource(async (signal) => (await call(path, { method: "PUT", query: { "dry-run": true }, body: { files }, signal })).data, []);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await onDeploy({ note: note.trim(), canary: how === "canary" ? share / 100 : undefined });
      onClose();
    } catch (failure) {
      setBusy(false);
      setProblem(failure);
      if (failure.type === "script-refused") onProblem(failure);
    }
  };
  const refused = problem ?? dry.problem;
  return html`<${Dialog} title=${`Deploy ${script.name}`} onClose=${onClose}><form class="body stack loose" onSubmit=${submit}>
    <div class="field"><label for="deploy-note">Note</label><input id="deploy-note" class="input" autofocus maxlength="200" placeholder="What is new in this version" value=${note} onInput=${(event) => setNote(event.target.value)} /></div>
    ${mayCanary && html`<fieldset class="choices"><legend>Traffic</legend>
      <label class="choice"><input type="radio" name="how" checked=${how === "all"} onChange=${() => setHow("all")} /><span class="strong">All of it</span><span class="muted">at once, on every worker</span></label>
      <label class="choice"><input type="radio" name="how" checked=${how === "canary"} onChange=${() => setHow("canary")} disabled=${!script.version} /><span class="strong">A share first</span><span class="muted">goes back by itself when it fails</span></label></fieldset>`}
    ${how === "canary" && html`<div class="slider"><input type="range" min="1" max="99" value=${share} aria-label="Share of the traffic" aria-valuetext=${`${share} per cent`} onInput=${(event) => setShare(Number(event.target.value))} /><output>${percent(share / 100)}</output></div>`}
    ${refused ? html`<${ProblemNote} problem=${refused} />` : dry.data ? html`<div class="note ok"><div>It compiles. ${dry.data.warnings?.length ? plural(dry.data.warnings.length, "warning") : ""}</div></div>` : html`<div class="row muted"><span class="spin"></span> Compiling…</div>`}
    ${dry.data?.difference && (dry.data.difference.owners?.length > 0 || dry.data.warnings?.length > 0) && html`<details><summary>What else changes</summary><${Difference} answer=${dry.data} /></details>`}
    <div class="row end"><${Button} onClick=${onClose}>Cancel<//><${Button} type="submit" kind="primary" busy=${busy} disabled=${Boolean(dry.problem)}>Deploy<//></div></form><//>`;
}
