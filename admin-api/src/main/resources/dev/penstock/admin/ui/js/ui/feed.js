// What happened to the gateway, newest first, in words.

import { html, useState } from "../lib/preact.js";
import { useEvents } from "../lib/hooks.js";
import { href } from "../lib/router.js";
import { count, plural } from "../lib/format.js";
import { Time } from "./parts.js";
import { Icon } from "./icons.js";

export function EventFeed({ limit = 30 }) {
  const [items, setItems] = useState([]);
  useEvents([], (event) => {
    const data = event.data ?? {};
    if (event.type === "dropped") return;
    const id = event.id ?? data.id ?? `${event.type}${data.at}`;
    setItems((before) => (before.some((item) => item.id === id) ? before
      : [{ id, at: data.at ?? new Date().toISOString(), ...describe({ ...data, type: event.type }) }, ...before].slice(0, limit)));
  });
  if (items.length === 0) return html`<p class="nothing muted">Nothing since you opened this page. Deployments, failing endpoints and refused configurations appear here as they happen.</p>`;
  return html`<ol class="feed" aria-label="Events" tabindex="0">${items.map((item) => html`<li key=${item.id}><span class=${item.kind}><${Icon} name=${item.icon} /></span>
    <div class="grow">${item.text}${item.more && html`<div class="muted clip">${item.more}</div>`}</div><span class="muted"><${Time} at=${item.at} /></span></li>`)}</ol>`;
}

export function describe(event) {
  const endpoint = html`<a href=${href(["upstreams", event.upstream ?? ""])}>${event.upstream}</a> <code>${event.endpoint}</code>`;
  switch (event.type) {
    case "config-applied":
      return { icon: "revisions", kind: "accent", text: html`<a href="#/revisions">Revision ${count(event.revision)}</a> is in force`, more: [event.source && `by ${event.source}`, event.actor].filter(Boolean).join(", ") };
    case "config-refused":
      return { icon: "alert", kind: "bad", text: html`A configuration from ${event.source} was refused`, more: event.errors?.[0]?.message };
    case "endpoint-healthy":
      return { icon: "check", kind: "ok", text: html`${endpoint} is healthy`, more: event.reason };
    case "endpoint-unhealthy":
      return { icon: "alert", kind: "bad", text: html`${endpoint} is unhealthy`, more: event.reason };
    case "endpoint-ejected":
      return { icon: "alert", kind: "warn", text: html`${endpoint} is ejected`, more: event.reason };
    case "endpoint-restored":
      return { icon: "check", kind: "ok", text: html`${endpoint} is back`, more: event.reason };
    case "filter-failed":
      return { icon: "scripts", kind: "bad", text: html`A ${event.kind ?? "filter"} failed ${plural(event.count ?? 1, "request")} of <a href=${href(["routes", event.route ?? ""])}>${event.route}</a>`, more: event.reason };
    case "script-rolled-back":
      return { icon: "rollback", kind: "warn", text: html`Canary of <a href=${href(["scripts", event.script ?? ""])}>${event.script}</a> was rolled back`, more: event.reason };
    case "draining":
      return { icon: "drain", kind: "warn", text: "The gateway is draining", more: event.reason };
    default:
      return { icon: "info", kind: "muted", text: event.type.replaceAll("-", " "), more: event.reason };
  }
}
