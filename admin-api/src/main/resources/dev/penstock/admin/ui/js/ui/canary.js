// A share of the traffic for a new version, with the rule that takes it back.

import { html, useEffect, useState } from "../lib/preact.js";
import { call } from "../lib/api.js";
import { count, millis, percent } from "../lib/format.js";
import { Badge, Button, Empty, Time } from "./parts.js";

export function Canary({ script, path, run, busy }) {
  const { canary } = script;
  const candidates = (script.versions ?? []).filter((one) => one.version !== script.version);
  const [form, setForm] = useState(() => initial(canary, candidates));
  useEffect(() => setForm(initial(canary, candidates)), [canary?.version, canary?.weight, script.version]);
  if (candidates.length === 0) return html`<${Empty} title="Nothing to compare">A canary takes two versions: deploy a second one to a share of the traffic.<//>`;

  const put = (weight) => run("canary", () => call(`${path}/canary`, { method: "PUT", body: {
    version: form.version, weight, key: form.key,
    rollBack: form.auto ? { errors: form.errors / 100, p99Factor: Number(form.p99Factor), minRequests: Number(form.minRequests) } : false,
  } }), `${percent(weight)} of the traffic go to ${form.version.slice(0, 8)}.`);
  const field = (name) => ({ id: `canary-${name}`, value: form[name], onInput: (event) => setForm({ ...form, [name]: event.target.value }) });
  const hasMoved = !canary || canary.weight !== form.weight / 100 || canary.key !== form.key || canary.version !== form.version;

  return html`<div class="stack loose">
    ${canary && html`<${Beside} script=${script} />`}
    <form class="stack" onSubmit=${(event) => { event.preventDefault(); put(form.weight / 100); }}>
      <div class="field"><label for="canary-version">Version</label><select class="input mono" ...${field("version")}>${candidates.map((one) => html`<option key=${one.version} value=${one.version}>${one.version.slice(0, 8)}${one.note ? ` – ${one.note}` : ""}</option>`)}</select></div>
      <div class="field"><label for="canary-weight">Share of the traffic</label><div class="slider"><input type="range" min="1" max="99" id="canary-weight" value=${form.weight} aria-valuetext=${`${form.weight} per cent`}
        onInput=${(event) => setForm({ ...form, weight: Number(event.target.value) })} /><output for="canary-weight">${percent(form.weight / 100)}</output></div>
        <div class="row">${[1, 5, 10, 25, 50].map((share) => html`<${Button} small key=${share} onClick=${() => setForm({ ...form, weight: share })}>${percent(share / 100)}<//>`)}</div></div>
      <div class="field"><label for="canary-key">The same version for the same…</label><input class="input mono" list="canary-keys" spellcheck=${false} ...${field("key")} />
        <datalist id="canary-keys"><option value="client-ip" /><option value="header:x-user" /><option value="cookie:session" /><option value="random" /></datalist>
        <div class="hint"><code>client-ip</code>, <code>header:NAME</code>, <code>cookie:NAME</code> or <code>random</code></div></div>
      <label class="check"><input type="checkbox" class="switch" role="switch" checked=${form.auto} onChange=${(event) => setForm({ ...form, auto: event.target.checked })} />Roll back by itself</label>
      ${form.auto && html`<div class="row rule"><span>after</span><input class="input" type="number" min="1" aria-label="Requests before the rule applies" ...${field("minRequests")} /><span>requests, when</span>
        <input class="input" type="number" min="0" max="100" step="0.1" aria-label="More errors, in percentage points" ...${field("errors")} /><span>points more fail, or p99 is</span>
        <input class="input" type="number" min="1" step="0.1" aria-label="Times as long" ...${field("p99Factor")} /><span>times as long.</span></div>`}
      <div class="row wrap">${canary ? html`<${Button} type="submit" kind="primary" role="deployer" busy=${busy === "canary"} disabled=${!hasMoved}>Move to ${percent(form.weight / 100)}<//>
          <${Button} role="deployer" busy=${busy === "promote"} onClick=${() => run("promote", () => call(`${path}/versions/${canary.version}/activate`, { method: "POST" }), `${canary.version.slice(0, 8)} has all traffic.`)}>Give it all<//>
          <${Button} kind="danger" role="deployer" busy=${busy === "stop"} onClick=${() => run("stop", () => call(`${path}/canary`, { method: "DELETE" }), "All traffic is back on the version in force.")}>Stop<//>`
        : html`<${Button} type="submit" kind="primary" role="deployer" busy=${busy === "canary"}>Start the canary<//>`}</div>
    </form></div>`;
}

function initial(canary, candidates) {
  const rule = canary?.rollBack;
  return { version: canary?.version ?? candidates[0]?.version ?? "", weight: canary ? Math.round(canary.weight * 100) : 10, key: canary?.key ?? "client-ip", auto: rule !== false,
    errors: (rule?.errors ?? 0.05) * 100, p99Factor: rule?.p99Factor ?? 2, minRequests: rule?.minRequests ?? 100 };
}

/** Both versions beside each other: what one wants to see before giving a canary more. */
function Beside({ script }) {
  const of = (version) => script.versions.find((one) => one.version === version)?.traffic;
  const stable = of(script.version);
  const fresh = of(script.canary.version);
  const share = (traffic) => (traffic?.requests ? traffic.errors / traffic.requests : undefined);
  const rows = [["Requests", count, stable?.requests, fresh?.requests], ["Failed", percent, share(stable), share(fresh), true], ["p50", millis, stable?.p50Millis, fresh?.p50Millis, true],
    ["p99", millis, stable?.p99Millis, fresh?.p99Millis, true], ["CPU, mean", millis, stable?.cpuMillis, fresh?.cpuMillis, true]];
  return html`<div class="table"><table><thead><tr><th scope="col">Since <${Time} at=${script.canary.since} /></th><th scope="col" class="num">In force</th><th scope="col" class="num"><${Badge} kind="accent">Canary ${percent(script.canary.weight)}<//></th></tr></thead>
    <tbody>${rows.map(([name, format, a, b, lower]) => html`<tr key=${name}><td>${name}</td><td class="num">${format(a)}</td><td class=${`num ${lower && a !== undefined && b > a * 1.5 ? "warn" : ""}`}>${format(b)}</td></tr>`)}</tbody></table></div>`;
}
