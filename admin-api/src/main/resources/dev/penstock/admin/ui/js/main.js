import { html, render, useEffect } from "./lib/preact.js";
import { get } from "./lib/api.js";
import { closeAll } from "./lib/live.js";
import { session } from "./lib/session.js";
import { useStore } from "./lib/hooks.js";
import { Shell } from "./shell.js";
import { SignIn } from "./views/signin.js";

function App() {
  const token = useStore(session, () => session.token);
  const isOpen = useStore(session, () => session.isOpen);
  useEffect(() => {
    if (!isOpen) closeAll();
    else if (!session.me) get("/me").then((me) => session.know(me), () => undefined);
  }, [token, isOpen]);
  if (!isOpen) return html`<${SignIn} reason=${session.reason} />`;
  return html`<${Shell} key=${token} />`;
}

render(html`<${App} />`, document.getElementById("app"));
