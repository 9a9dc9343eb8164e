// A made-up request through the text as it stands, deployed or not.

import { html, useState } from "../lib/preact.js";
import { call } from "../lib/api.js";
import { useKept } from "../lib/hooks.js";
import { bytes, millis } from "../lib/format.js";
import { Badge, Button, ProblemNote } from "./parts.js";
import { parseHeaders } from "./explain.js";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

export function TryOut({ files, name, onProblem }) {
  const [ask, setAsk] = useKept(`try.${name}`, { method: "GET", url: "http://localhost/", headers: "", body: "", env: "", status: "200", answer: "ok\n" });
  const [answer, setAnswer] = useState(null);
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const field = (key) => ({ id: `try-${key}`, value: ask[key], onInput: (event) => setAsk({ ...ask, [key]: event.target.value }) });

  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const env = ask.env.trim() ? JSON.parse(ask.env) : undefined;
      const body = { files, method: ask.method, url: ask.url, headers: parseHeaders(ask.headers), ...(ask.body ? { body: ask.body } : {}), ...(env ? { settings: { env } } : {}),
        response: { status: Number(ask.status) || 200, headers: { "content-type": "text/plain" }, body: ask.answer } };
      setAnswer((await call("/scripts/try", { method: "POST", body })).data);
    } catch (failure) {
      setAnswer(null);
      setProblem(failure.errors ? failure : { title: "The environment is not JSON", detail: failure.message, errors: [] });
      if (failure.type === "script-refused") onProblem(failure);
    }
    setBusy(false);
  };

  return html`<form class="stack" onSubmit=${submit}>
    <div class="row"><label class="sr" for="try-method">Method</label><select class="input" style=${{ width: "104px" }} ...${field("method")}>${METHODS.map((method) => html`<option key=${method} value=${method}>${method}</option>`)}</select>
      <label class="sr" for="try-url">URL</label><input class="input mono grow" required spellcheck=${false} ...${field("url")} />
      <${Button} type="submit" kind="primary" icon="play" busy=${busy} role="deployer" disabled=${!files}>Send<//></div>
    <details open=${Boolean(ask.headers || ask.body)}><summary>Header fields and body</summary><div class="stack">
      <div class="field"><label for="try-headers">Header fields</label><textarea class="input mono" rows="2" spellcheck=${false} placeholder="x-tenant: acme" ...${field("headers")}></textarea></div>
      <div class="field"><label for="try-body">Body</label><textarea class="input mono" rows="2" spellcheck=${false} ...${field("body")}></textarea></div></div></details>
    <details><summary>Environment, and what the upstream answers</summary><div class="stack">
      <div class="field"><label for="try-env">env, as JSON</label><textarea class="input mono" rows="2" spellcheck=${false} placeholder='{ "GREETING": "hello" }' ...${field("env")}></textarea></div>
      <div class="row"><div class="field" style=${{ width: "84px" }}><label for="try-status">Status</label><input class="input mono" inputmode="numeric" ...${field("status")} /></div>
        <div class="field grow"><label for="try-answer">Body of the upstream</label><input class="input mono" ...${field("answer")} /></div></div></div></details></form>
    <div class="stack answer" aria-live="polite">
      ${problem && html`<${ProblemNote} problem=${problem} />`}
      ${!answer && !problem && html`<p class="muted">Runs the text as you see it, deployed or not, in a context of its own. No subrequest leaves and nothing is counted.</p>`}
      ${answer && html`<${Answer} answer=${answer} />`}</div>`;
}

function Answer({ answer }) {
  const { response, request, log = [], exception } = answer;
  return html`<div class="row wrap">${response && html`<${Badge} kind=${response.status < 400 ? "ok" : response.status < 500 ? "warn" : "bad"}>${response.status}<//><span class="muted">from the ${response.from ?? "script"}</span>`}
      <span class="facts-line">${[["total", millis(answer.durationMillis)], ["CPU", millis(answer.cpuMillis)], ["allocated", bytes(answer.allocatedBytes)]].map(([name, value]) => html`<span key=${name}><span class="muted">${name}</span> ${value}</span>`)}</span></div>
    ${exception && html`<div class="note bad" role="alert"><div><strong>${exception.message}</strong>${exception.stack && html`<pre class="frame">${exception.stack}</pre>`}</div></div>`}
    ${response && html`<div><h2 class="minor">Response</h2><${Fields} fields=${response.headers} /><pre class="well" tabindex="0" aria-label="Body">${response.body === "" ? "(no body)" : pretty(response)}</pre></div>`}
    ${log.length > 0 && html`<div><h2 class="minor">Log</h2><div class="well loglines">${log.map((line, index) => html`<div key=${index} class=${`level-${line.level}`}><span>${line.level}</span> ${line.text}</div>`)}</div></div>`}
    ${request && html`<details><summary>The request as it goes on: ${request.method} ${request.url}</summary><${Fields} fields=${request.headers} /></details>`}`;
}

function Fields({ fields }) {
  const pairs = Array.isArray(fields) ? fields : Object.entries(fields ?? {});
  return pairs.length ? html`<dl class="fields">${pairs.map(([name, value], index) => html`<div key=${index}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>` : html`<p class="muted">No header fields.</p>`;
}

function pretty(response) {
  const type = (Array.isArray(response.headers) ? response.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] : response.headers?.["content-type"]) ?? "";
  if (!type.includes("json")) return response.body;
  try {
    return JSON.stringify(JSON.parse(response.body), null, 2);
  } catch {
    return response.body;
  }
}
