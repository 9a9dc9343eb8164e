// Which route takes a request, and why the others do not.

import { html, useState } from "../lib/preact.js";
import { call } from "../lib/api.js";
import { href } from "../lib/router.js";
import { useKept } from "../lib/hooks.js";
import { plural } from "../lib/format.js";
import { Badge, Button, ProblemNote } from "./parts.js";
import { Icon } from "./icons.js";

/** Header lines as people paste them, into an object. Lines without a colon are left out. */
export function parseHeaders(text) {
  const headers = {};
  for (const line of text.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return headers;
}

export function Explain({ onClose }) {
  const [ask, setAsk] = useKept("explain", { method: "GET", url: "http://localhost/", headers: "", client: "" });
  const [answer, setAnswer] = useState(null);
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const field = (name) => ({ id: `explain-${name}`, value: ask[name], onInput: (event) => setAsk({ ...ask, [name]: event.target.value }) });

  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const body = { method: ask.method, url: ask.url, headers: parseHeaders(ask.headers), ...(ask.client ? { client: ask.client } : {}) };
      setAnswer((await call("/routes/explain", { method: "POST", body })).data);
    } catch (failure) {
      setProblem(failure);
      setAnswer(null);
    }
    setBusy(false);
  };

  return html`<section class="card" aria-labelledby="explain-title"><header><h2 id="explain-title">Explain a request</h2><${Button} kind="quiet" small square icon="close" label="Close" onClick=${onClose} /></header>
    <div class="body explain"><form onSubmit=${submit} class="stack">
      <div class="row"><div class="field"><label class="sr" for="explain-method">Method</label><select class="input" ...${field("method")} onChange=${(event) => setAsk({ ...ask, method: event.target.value })}>
          ${["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].map((method) => html`<option key=${method} value=${method}>${method}</option>`)}</select></div>
        <div class="field grow"><label class="sr" for="explain-url">URL</label><input class="input mono" required placeholder="https://api.example.com/users/7" spellcheck=${false} ...${field("url")} /></div></div>
      <div class="field"><label for="explain-headers">Header fields</label><textarea class="input mono" rows="2" placeholder="x-beta: 1" spellcheck=${false} ...${field("headers")}></textarea></div>
      <div class="row apart"><div class="row"><label for="explain-client" class="muted">Client</label><input class="input mono" style=${{ width: "150px" }} placeholder="any address" ...${field("client")} /></div>
        <${Button} type="submit" kind="primary" busy=${busy} icon="bolt">Explain<//></div>
    </form>
    <div aria-live="polite" class="stack">${problem && html`<${ProblemNote} problem=${problem} />`}
      ${answer && html`<${Answer} answer=${answer} />`}
      ${!answer && !problem && html`<p class="muted">Says which route takes the request, what the path's parameters are, and what kept every other route from it. Nothing is sent.</p>`}</div>
    </div></section>`;
}

const OUTCOMES = {
  found: ["ok", "Taken by"], "not-found": ["bad", "No route takes it: 404"], "method-not-allowed": ["warn", "The path fits, the method does not: 405"], refused: ["bad", "Refused before routing"],
};

function Answer({ answer }) {
  const [kind, text] = OUTCOMES[answer.outcome] ?? ["", answer.outcome];
  const parameters = Object.entries(answer.parameters ?? {});
  return html`<div class="row wrap"><${Badge} kind=${kind} dot>${text}<//>${answer.route && html`<a class="strong" href=${href(["routes", answer.route])}>${answer.route}</a>`}
      ${answer.target && html`<span class="muted">then</span> ${(answer.filters ?? []).map((name) => html`<code class="chip" key=${name}>${name}</code>`)} <span>${answer.target}</span>`}</div>
    ${answer.because && html`<p class="soft">${answer.because}</p>`}
    ${answer.allow?.length > 0 && html`<p class="soft">Allowed: ${answer.allow.join(", ")}</p>`}
    ${parameters.length > 0 && html`<div class="row wrap">${parameters.map(([name, value]) => html`<code class="chip" key=${name}>${name} = ${value}</code>`)}</div>`}
    ${answer.losers?.length > 0 && html`<ul class="losers" aria-label="Routes that do not take it">${answer.losers.map((loser) => html`<li key=${loser.route}><${Icon} name="close" size=${12} />
      <a href=${href(["routes", loser.route])}>${loser.route}</a><span class="muted">${loser.reason}</span></li>`)}
      ${answer.omitted > 0 && html`<li class="muted">and ${plural(answer.omitted, "route")} further off</li>`}</ul>`}`;
}
