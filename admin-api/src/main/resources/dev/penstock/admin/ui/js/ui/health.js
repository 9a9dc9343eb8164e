// How an endpoint is, and a strip of how it was.

import { html } from "../lib/preact.js";
import { dateTime } from "../lib/format.js";

export function stateOf(endpoint) {
  if (endpoint.draining || endpoint.weight === 0) return { kind: "accent", text: "draining", able: false };
  if (!endpoint.healthy) return { kind: "bad", text: "unhealthy", able: false };
  if (endpoint.ejected) return { kind: "warn", text: "ejected", able: false };
  return { kind: "ok", text: "healthy", able: true };
}

const KINDS = { healthy: "ok", restored: "ok", unhealthy: "bad", ejected: "warn" };
const HOUR = 3_600_000;

/** Spans of states within the last `span` milliseconds, as shares of its width. History is newest first or oldest first. */
export function spans(history, now, span = HOUR) {
  const from = now - span;
  const changes = history.map((entry) => ({ time: new Date(entry.at).getTime(), kind: KINDS[entry.state] ?? "", entry })).sort((a, b) => a.time - b.time);
  const result = [];
  changes.forEach((change, index) => {
    const end = changes[index + 1]?.time ?? now;
    if (end <= from) return;
    const start = Math.max(from, change.time);
    result.push({ left: (start - from) / span, width: (end - start) / span, kind: change.kind, entry: change.entry });
  });
  return result;
}

export function HealthStrip({ history, now }) {
  const parts = spans(history, Date.now());
  const text = history.length ? history.slice(0, 3).map((entry) => `${entry.state} ${dateTime(entry.at)}: ${entry.reason ?? ""}`).join("; ") : `${now.text}, no change known`;
  return html`<div class="strip" role="img" aria-label=${`Last hour: ${text}`} title=${text}>
    ${parts.length === 0 ? html`<i class=${now.kind === "accent" ? "" : now.kind} style=${{ left: 0, width: "100%" }}></i>`
      : parts.map((part) => html`<i class=${part.kind} style=${{ left: `${part.left * 100}%`, width: `max(3px, ${part.width * 100}%)` }}></i>`)}</div>`;
}
