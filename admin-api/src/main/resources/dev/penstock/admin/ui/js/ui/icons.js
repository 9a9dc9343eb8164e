// Our own icons: one grid of 16, one stroke of 1.5.

import { html } from "../lib/preact.js";

const paths = {
  overview: "M2 9.5 5 6l3 4 3.2-6L14 8M2 13.5h12",
  routes: "M3 3.5h3.5c3 0 3 9 6 9H14M3 12.5h2.2M12 3.5H9.6M12 1.5l2 2-2 2M12 10.5l2 2-2 2",
  upstreams: "M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01M8 5h3M8 11h3",
  scripts: "M5.5 4 2 8l3.5 4M10.5 4 14 8l-3.5 4",
  plugins: "M6 2v3M10 2v3M4 5h8v3.5a4 4 0 0 1-8 0zM8 12.5V15",
  config: "M2 4h7M12.5 4H14M2 8h1.5M7 8h7M2 12h7M12.5 12H14M9 2.5v3h3.5v-3zM3.5 6.5v3H7v-3zM9 10.5v3h3.5v-3z",
  caches: "M8 2c3 0 5.5 1 5.5 2.2S11 6.5 8 6.5 2.5 5.5 2.5 4.2 5 2 8 2M2.5 4.2v7.6C2.5 13 5 14 8 14s5.5-1 5.5-2.2V4.2M2.5 8c0 1.3 2.5 2.3 5.5 2.3s5.5-1 5.5-2.3",
  tail: "M2 4h9M2 8h12M2 12h6M11.5 12h.01M14 12h.01",
  exchanges: "M2 5h10M9.5 2.5 12 5 9.5 7.5M14 11H4M6.5 8.5 4 11l2.5 2.5",
  revisions: "M8 4.5V8l2.5 1.5M2.2 7A6 6 0 1 1 2.5 10M2 3.5V7h3.5",
  audit: "M3 2h7l3 3v9H3zM5.5 7h5M5.5 10h5M9.5 2v3.5H13",
  tokens: "M10.5 9a3.5 3.5 0 1 0-3.3-2.3L2 12v2h2.5v-1.7H6V10.8h1.3l1.3-1.6M11 5h.01",
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10M10.6 10.6 14 14",
  sun: "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1",
  moon: "M13.5 9.5A6 6 0 0 1 6.5 2.5 6 6 0 1 0 13.5 9.5",
  leave: "M9.5 4V2.5h-7v11h7V12M6.5 8H14M11.5 5.5 14 8l-2.5 2.5",
  menu: "M2 4h12M2 8h12M2 12h12",
  close: "M4 4l8 8M12 4l-8 8",
  check: "M3 8.5 6.5 12 13 4.5",
  alert: "M8 2 1.5 13.5h13zM8 6.5V10M8 11.7h.01",
  info: "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M8 7v4M8 4.9h.01",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  refresh: "M13.5 8A5.5 5.5 0 1 1 11.8 4L13.5 5.7M13.5 2.5v3.2h-3.2",
  right: "M6 3.5 10.5 8 6 12.5",
  down: "M3.5 6 8 10.5 12.5 6",
  up: "M3.5 10 8 5.5 12.5 10",
  left: "M10 3.5 5.5 8 10 12.5",
  pause: "M5 3v10M11 3v10",
  play: "M4.5 2.5v11l9-5.5z",
  trash: "M2.5 4h11M6 4V2.5h4V4M4 4l.7 9.5h6.6L12 4M6.7 6.5v4.5M9.3 6.5v4.5",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  help: "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M6.2 6.2a1.9 1.9 0 1 1 2.6 1.9c-.6.3-.8.6-.8 1.3M8 11.6h.01",
  drain: "M8 2v7M5 6.5 8 9.5l3-3M2.5 12h11M4.5 14.5h7",
  rollback: "M5.5 3 2.5 6l3 3M2.5 6h7a4 4 0 0 1 0 8H6",
  upload: "M8 11V2.5M4.5 6 8 2.5 11.5 6M2.5 11v2.5h11V11",
  key: "M2.5 8h11",
  file: "M3.5 1.5h6l3 3v10h-9zM9.5 1.5v3h3",
  lock: "M3.5 7.5h9v6.5h-9zM5.5 7.5v-2a2.5 2.5 0 0 1 5 0v2",
  sliders: "M3 5h10M3 11h10M6 3v4M10.5 9v4",
  bolt: "M9 1.5 3.5 9H8l-1 5.5L12.5 7H8z",
};

export function Icon({ name, size = 16 }) {
  return html`<svg width=${size} height=${size} viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><path d=${paths[name]} /></svg>`;
}

export function Mark({ size = 24 }) {
  return html`<svg width=${size} height=${size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <rect width="32" height="32" rx="8" fill="#0b6e78" />
    <path d="M6 10h7.5c4 0 4 12 8 12H26" fill="none" stroke="#fff" stroke-width="3.2" stroke-linecap="round" />
    <path d="M6 17.2h4.2M21.8 14.8H26" fill="none" stroke="#8fd6dc" stroke-width="3.2" stroke-linecap="round" /></svg>`;
}

/** Water that has yet to flow: the picture of what is empty. */
export function Flow({ broken = false }) {
  return html`<svg class="art" width="120" height="52" viewBox="0 0 120 52" fill="none" stroke="currentColor" stroke-linecap="round"
    stroke-width="3" aria-hidden="true" focusable="false">
    <path opacity="0.22" d="M4 14h34c18 0 16 24 34 24h44" stroke-width="12" />
    ${broken
      ? html`<path d="M8 14h28M82 38h30" /><path d="M52 18l14 16M66 18 52 34" />`
      : html`<path stroke-dasharray="1 9" d="M8 14h30c18 0 16 24 34 24h40" />`}
  </svg>`;
}
