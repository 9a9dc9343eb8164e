import { html, useEffect, useRef, useState } from "../lib/preact.js";
import { call } from "../lib/api.js";
import { session } from "../lib/session.js";
import { Button } from "../ui/parts.js";
import { Icon, Mark } from "../ui/icons.js";

export function SignIn({ reason }) {
  const [token, setToken] = useState("");
  const [remember, setRemember] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const input = useRef(null);
  useEffect(() => input.current.focus(), []);
  // Over https the browser may have shown a certificate already; who signed out wants to be somebody else.
  useEffect(() => {
    if (location.protocol !== "https:" || session.hasEnded) return;
    call("/me", { token: "" }).then(({ data }) => session.begin("", data, false), () => undefined);
  }, []);

  const submit = async (event) => {
    event.preventDefault();
    const trimmed = token.trim();
    if (!trimmed) {
      setProblem("Paste a token first.");
      input.current.focus();
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      const { data } = await call("/me", { token: trimmed });
      session.begin(trimmed, data, remember);
    } catch (failure) {
      setProblem(failure.status === 401 ? "This token is not known here, or it has expired."
        : failure.status === 429 ? `Too many failed tries.${failure.retryAfter ? ` Try again in ${failure.retryAfter}\u202fs.` : ""}`
        : failure.message);
      setBusy(false);
      input.current.select();
    }
  };

  return html`<main class="signin"><form onSubmit=${submit} novalidate>
    <div class="mark"><${Mark} size=${40} /><div><h1>Sign in to Penstock</h1>
      <p>The gateway at <strong>${location.host}</strong></p></div></div>
    ${reason && !problem && html`<div class="note warn" role="status"><${Icon} name="info" /><div>You were signed out. ${reason}</div></div>`}
    <div class="field"><label for="token">Access token</label>
      <input id="token" ref=${input} class="input mono" type="password" autocomplete="current-password" spellcheck=${false} placeholder="pst_…" value=${token}
        aria-invalid=${problem ? "true" : undefined} aria-describedby=${problem ? "token-error" : "token-hint"} onInput=${(event) => setToken(event.target.value)} />
      ${problem ? html`<div class="error" id="token-error" role="alert">${problem}</div>`
        : html`<div class="hint" id="token-hint">The first start of a gateway prints one; an admin makes more.</div>`}</div>
    <label class="check"><input type="checkbox" checked=${remember} onChange=${(event) => setRemember(event.target.checked)} />Remember on this device</label>
    <${Button} type="submit" kind="primary" busy=${busy}>Sign in<//>
    <p class="foot">Without “remember”, the token is forgotten when this tab is closed. It is sent to this gateway and nowhere else.</p>
  </form></main>`;
}
