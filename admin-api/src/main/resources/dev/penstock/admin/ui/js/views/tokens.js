// Who may do what: tokens, made and shown once, and revoked.

import { html, useState } from "../lib/preact.js";
import { call, get } from "../lib/api.js";
import { replaceQuery } from "../lib/router.js";
import { useMe, useResource, useTitle } from "../lib/hooks.js";
import { dateTime } from "../lib/format.js";
import { Badge, Button, Field, Head, Loaded, ProblemNote, Time } from "../ui/parts.js";
import { Confirm, Dialog, toast } from "../ui/dialog.js";

const DAY = 86_400_000;
const ROLES = [["viewer", "Reads everything but tokens and the audit log"], ["deployer", "Changes the configuration, scripts and endpoints, and rolls back"], ["admin", "Everything, tokens and plugins too"]];

export function Tokens({ query }) {
  useTitle("Tokens");
  const me = useMe();
  const tokens = useResource((signal) => get("/tokens", { limit: 1000 }, signal), []);
  const [revoking, setRevoking] = useState(null);
  const close = () => replaceQuery({ ...query, new: "" });
  return html`<div class="page"><${Head} title="Tokens" description="One for each person, pipeline or screen, with no more than it needs." actions=${html`<${Button} kind="primary" icon="plus" role="admin" onClick=${() => replaceQuery({ ...query, new: "1" })}>New token<//>`} />
    <${Loaded} resource=${tokens} what="The tokens" rows=${4}>${({ items }) => html`<section class="card"><div class="table"><table><thead><tr><th scope="col">Name</th><th scope="col">Role</th><th scope="col">Made</th><th scope="col">Used</th><th scope="col">Expires</th><th scope="col"><span class="sr">Actions</span></th></tr></thead>
      <tbody>${items.map((one) => { const isOver = one.expiresAt && new Date(one.expiresAt) < Date.now(); return html`<tr key=${one.id}><td><span class="strong">${one.name}</span> ${one.id === me?.id && html`<${Badge} kind="accent">yours<//>`}<div class="muted mono">${one.id}</div></td>
        <td><${Badge} kind=${one.role === "admin" ? "warn" : ""}>${one.role}<//></td><td><${Time} at=${one.createdAt} /></td><td>${one.lastUsedAt ? html`<${Time} at=${one.lastUsedAt} />` : html`<span class="muted">never</span>`}</td>
        <td>${isOver ? html`<${Badge} kind="bad">expired<//>` : one.expiresAt ? html`<span title=${dateTime(one.expiresAt)}><${Time} at=${one.expiresAt} /></span>` : html`<span class="muted">never</span>`}</td>
        <td class="num"><${Button} small kind="danger quiet" role="admin" aria-label=${`Revoke ${one.name}`} onClick=${() => setRevoking(one)}>Revoke<//></td></tr>`; })}</tbody></table></div></section>`}<//>
    ${query.new === "1" && html`<${NewToken} onClose=${close} onDone=${tokens.reload} />`}
    ${revoking && html`<${Confirm} title=${`Revoke ${revoking.name}?`} yes="Revoke" danger onClose=${() => setRevoking(null)} onYes=${async () => { await call(`/tokens/${encodeURIComponent(revoking.id)}`, { method: "DELETE" }); toast(`${revoking.name} is revoked.`); tokens.reload(); }}>
      <p>Whoever uses it is refused from now on. This cannot be undone.</p>${revoking.id === me?.id && html`<p class="bad">It is the token you are signed in with.</p>`}<//>`}</div>`;
}

function NewToken({ onClose, onDone }) {
  const [form, setForm] = useState({ name: "", role: "viewer", days: "90" });
  const [made, setMade] = useState(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const { data } = await call("/tokens", { method: "POST", body: { name: form.name.trim(), role: form.role, ...(form.days ? { expiresInMillis: Number(form.days) * DAY } : {}) } });
      setMade(data);
      onDone();
    } catch (failure) {
      setProblem(failure);
      setBusy(false);
    }
  };
  const copy = () => navigator.clipboard.writeText(made.token).then(() => toast("Copied."), () => toast("The browser does not allow copying here; select it instead.", { kind: "bad" }));
  if (made) {
    return html`<${Dialog} title=${`The token of ${made.name}`} onClose=${onClose}><div class="body stack loose"><div class="row"><input class="input mono" readonly aria-label="Token" value=${made.token} onFocus=${(event) => event.target.select()} /><${Button} icon="copy" kind="primary" autofocus onClick=${copy}>Copy<//></div>
      <div class="note warn"><div><strong>It is shown only now.</strong> Only a hash of it is kept.</div></div><div class="row end"><${Button} onClick=${onClose}>Done<//></div></div><//>`;
  }
  return html`<${Dialog} title="New token" onClose=${onClose}><form class="body stack loose" onSubmit=${submit}>
    <${Field} label="Name" for="token-name" hint="Whose it is, or what for; the audit log shows it"><input id="token-name" class="input" autofocus required maxlength="64" value=${form.name} onInput=${(event) => setForm({ ...form, name: event.target.value })} /><//>
    <fieldset class="choices"><legend>Role</legend>${ROLES.map(([role, text]) => html`<label class="choice" key=${role}><input type="radio" name="role" checked=${form.role === role} onChange=${() => setForm({ ...form, role })} /><span class="strong">${role}</span><span class="muted">${text}</span></label>`)}</fieldset>
    <${Field} label="Expires" for="token-days"><select id="token-days" class="input" value=${form.days} onChange=${(event) => setForm({ ...form, days: event.target.value })}>${[["1", "in a day"], ["7", "in 7 days"], ["30", "in 30 days"], ["90", "in 90 days"], ["365", "in a year"], ["", "never"]].map(([key, text]) => html`<option key=${key} value=${key}>${text}</option>`)}</select><//>
    <${ProblemNote} problem=${problem} /><div class="row end"><${Button} onClick=${onClose}>Cancel<//><${Button} type="submit" kind="primary" busy=${busy}>Make<//></div></form><//>`;
}
