// Lines and exceptions of a script, as they are written.

import { html, useEffect, useMemo, useRef, useState } from "../lib/preact.js";
import { stream } from "../lib/api.js";
import { follow } from "../lib/sse.js";
import { clock, plural } from "../lib/format.js";
import { Button } from "./parts.js";

/** A stream kept in a list, newest last, of at most `keep` events; stands still while paused, and loses nothing then. */
export function useStream(path, query, { keep = 500, types }) {
  const [state, setState] = useState({ items: [], status: "connecting", problem: null, dropped: 0 });
  const [isPaused, setPaused] = useState(false);
  const paused = useRef(false);
  paused.current = isPaused;
  const waiting = useRef([]);
  const key = path + JSON.stringify(query ?? {});
  useEffect(() => {
    const abort = new AbortController();
    waiting.current = [];
    setState({ items: [], status: "connecting", problem: null, dropped: 0 });
    let number = 0;
    let isPlanned = false;
    // Events come faster than the eye follows: the page is drawn at most ten times a second.
    const show = () => {
      isPlanned = false;
      if (paused.current || abort.signal.aborted) return;
      const fresh = waiting.current.splice(0);
      if (fresh.length) setState((before) => ({ ...before, items: [...before.items, ...fresh].slice(-keep) }));
    };
    const timer = setInterval(() => waiting.current.length && show(), 250);
    follow((lastId, signal) => stream(path, query, lastId, signal), {
      onEvent: (event) => {
        if (event.type === "dropped") setState((before) => ({ ...before, dropped: before.dropped + (event.data.count ?? 0) }));
        if (!types.includes(event.type)) return;
        waiting.current.push({ ...event.data, kind: event.type, key: `${key}${number++}` });
        if (waiting.current.length > keep) waiting.current.splice(0, waiting.current.length - keep);
        if (!isPlanned) {
          isPlanned = true;
          setTimeout(show, 100);
        }
      },
      onState: (status, problem) => !abort.signal.aborted && setState((before) => ({ ...before, status, problem: problem ?? null })),
    }, abort.signal);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [key]);
  return { ...state, isPaused, setPaused, waiting: waiting.current.length, clear: () => setState((before) => ({ ...before, items: [], dropped: 0 })) };
}

export function ScriptLog({ path }) {
  const log = useStream(`${path}/log`, undefined, { keep: 400, types: ["line", "exception"] });
  const [level, setLevel] = useState("");
  const box = useRef(null);
  const isAtEnd = useRef(true);
  const shown = useMemo(() => (level ? log.items.filter((item) => (level === "error" ? item.kind === "exception" || item.level === "error" : item.level === level)) : log.items), [log.items, level]);
  useEffect(() => {
    if (isAtEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [shown]);
  return html`<div class="log"><div class="row apart"><div class="row"><span class=${`dot ${log.status === "open" ? "ok" : log.status === "refused" ? "bad" : "warn"}`}></span><span class="muted" role="status">${log.isPaused ? `Paused${log.waiting ? `, ${plural(log.waiting, "line")} waiting` : ""}` : log.status === "open" ? "Live" : log.status === "refused" ? log.problem?.message : "Connecting…"}</span></div>
      <div class="row"><label class="sr" for="log-level">Level</label><select id="log-level" class="input small" value=${level} onChange=${(event) => setLevel(event.target.value)}>${[["", "All levels"], ["error", "Errors"], ["warn", "Warnings"], ["info", "Info"], ["debug", "Debug"]].map(([key, text]) => html`<option key=${key} value=${key}>${text}</option>`)}</select>
        <${Button} small square kind="quiet" icon=${log.isPaused ? "play" : "pause"} label=${log.isPaused ? "Go on" : "Pause"} onClick=${() => log.setPaused(!log.isPaused)} /><${Button} small square kind="quiet" icon="trash" label="Clear" onClick=${log.clear} /></div></div>
    <div class="well loglines tall" ref=${box} tabindex="0" role="log" aria-label="Log of the script" onScroll=${(event) => { const at = event.currentTarget; isAtEnd.current = at.scrollHeight - at.scrollTop - at.clientHeight < 24; }}>
      ${shown.length === 0 ? html`<span class="muted">${log.status === "open" ? "Nothing yet. What the script writes with exchange.log or console appears here." : "…"}</span>`
        : shown.map((item) => html`<div key=${item.key} class=${`level-${item.kind === "exception" ? "error" : item.level}`}><time>${clock(item.at, true)}</time><span>${item.kind === "exception" ? "error" : item.level}</span>
          ${item.kind === "exception" ? html`<b>${item.message}</b>${item.stack && html`<pre>${item.stack}</pre>`}` : item.text}</div>`)}</div></div>`;
}
