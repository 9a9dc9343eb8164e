// Charts on a canvas: lines and areas over time, with a cursor that all charts of a page share.

import { html, useEffect, useRef, useState } from "../lib/preact.js";
import { clock } from "../lib/format.js";
import { theme } from "../lib/theme.js";
import { useSize } from "../lib/hooks.js";
import { nearest, ticks, timeTicks } from "./scale.js";

const PAD = { top: 10, right: 12, bottom: 22 };

/** One cursor for a group of charts: move it in one, read all. */
export function cursorGroup() {
  const listeners = new Set();
  let time = null;
  return {
    get time() {
      return time;
    },
    set(next) {
      time = next;
      listeners.forEach((listener) => listener());
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/**
 * @param {{ points: any[], series: { name: string, colour: string, value: (point) => number | undefined, fill?: boolean, stacked?: boolean }[],
 *           format: (value: number) => string, from: number, to: number, cursor: object, label: string, scale?: Function, floor?: number }} props
 *        points carry `time` in milliseconds, in order; the first series is drawn on top
 */
export function Chart({ points, series, format, from, to, cursor, label, scale = ticks, floor = 0, height = 172 }) {
  const box = useRef(null);
  const canvas = useRef(null);
  const { width } = useSize(box);
  const [, redraw] = useState(0);
  useEffect(() => cursor.subscribe(() => redraw((before) => before + 1)), [cursor]);
  useEffect(() => theme.subscribe(() => redraw((before) => before + 1)), []);

  const stacked = series.filter((one) => one.stacked);
  let max = floor;
  for (const point of points) {
    let sum = 0;
    for (const one of stacked) sum += one.value(point) ?? 0;
    max = Math.max(max, sum);
    for (const one of series) if (!one.stacked) max = Math.max(max, one.value(point) ?? 0);
  }
  const marks = scale(max, 3);
  const top = marks.at(-1);
  // As wide as the longest label needs, at about six pixels for a character.
  const left = 20 + 6 * Math.max(3, ...marks.map((mark) => format(mark).length));
  const x = (time) => left + ((time - from) / Math.max(1, to - from)) * (width - left - PAD.right);
  const y = (value) => height - PAD.bottom - (value / top) * (height - PAD.top - PAD.bottom);
  const index = cursor.time !== null && points.length ? nearest(points, cursor.time) : -1;
  const point = index >= 0 ? points[index] : null;

  useEffect(() => {
    if (width > 0) draw(canvas.current, { width, height, points, series, stacked, marks, left, x, y, from, to, point, format });
  });

  const move = (event) => {
    const bounds = canvas.current.getBoundingClientRect();
    cursor.set(from + ((event.clientX - bounds.left - left) / (width - left - PAD.right)) * (to - from));
  };
  const step = (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (event.key === "Escape") cursor.set(null);
    if (!by || !points.length) return;
    event.preventDefault();
    const at = index < 0 ? points.length - 1 : Math.max(0, Math.min(points.length - 1, index + by));
    cursor.set(points[at].time);
  };
  const shownPoint = point ?? points.at(-1);
  const values = shownPoint ? series.map((one) => `${one.name} ${format(one.value(shownPoint))}`).join(", ") : "no data yet";

  return html`<div class="chart">
    <div class="legend" aria-hidden="true">${series.map((one) => html`<span key=${one.name}><i style=${{ background: `var(${one.colour})` }}></i>${one.name}
      <b>${shownPoint ? format(one.value(shownPoint)) : "–"}</b></span>`)}
      <span class="at">${point ? clock(point.time) : "now"}</span></div>
    <div ref=${box} style=${{ height: `${height}px` }}>
      <canvas ref=${canvas} role="slider" tabindex="0" aria-label=${label} aria-valuemin=${Math.round(from)} aria-valuemax=${Math.round(to)}
        aria-valuenow=${Math.round(shownPoint?.time ?? to)} aria-valuetext=${shownPoint ? `${clock(shownPoint.time)}: ${values}` : values}
        onPointerMove=${move} onPointerLeave=${() => cursor.set(null)} onKeyDown=${step} onBlur=${() => cursor.set(null)}></canvas></div>
  </div>`;
}

function draw(canvas, { width, height, points, series, stacked, marks, left, x, y, from, to, point, format }) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const g = prepare(canvas, width, height);
  g.font = `11px ${colour("--font")}`;
  g.textBaseline = "middle";

  g.strokeStyle = colour("--chart-grid");
  g.fillStyle = colour("--ink-3");
  g.lineWidth = 1;
  g.textAlign = "right";
  for (const mark of marks) {
    const at = Math.round(y(mark)) + 0.5;
    g.beginPath();
    g.moveTo(left, at);
    g.lineTo(width - PAD.right, at);
    g.stroke();
    g.fillText(format(mark), left - 8, at);
  }
  g.textAlign = "center";
  for (const mark of timeTicks(from, to, Math.max(2, Math.floor(width / 110)))) {
    const at = x(mark);
    if (at > left + 14 && at < width - PAD.right - 14) g.fillText(clock(mark).slice(0, to - from > 240_000 ? 5 : 8), at, height - 8);
  }

  g.save();
  g.beginPath();
  g.rect(left, 0, width - left - PAD.right + 2, height);
  g.clip();
  // Stacked ones from the last to the first, each on top of those below it.
  const base = new Array(points.length).fill(0);
  for (const one of [...series].reverse()) {
    const values = points.map((p, index) => {
      const value = one.value(p);
      return stacked.includes(one) ? base[index] + (value ?? 0) : value;
    });
    const line = colour(one.colour);
    if (one.fill) area(g, points, values, stacked.includes(one) ? base.slice() : null, x, y, line);
    stroke(g, points, values, x, y, line);
    if (stacked.includes(one)) values.forEach((value, index) => { base[index] = value; });
  }
  g.restore();

  if (!point) return;
  const at = Math.round(x(point.time)) + 0.5;
  g.strokeStyle = colour("--ink-3");
  g.setLineDash([3, 3]);
  g.beginPath();
  g.moveTo(at, PAD.top);
  g.lineTo(at, height - PAD.bottom);
  g.stroke();
  g.setLineDash([]);
}

function stroke(g, points, values, x, y, colour) {
  g.strokeStyle = colour;
  g.lineWidth = 1.5;
  g.lineJoin = "round";
  g.beginPath();
  let isDown = false;
  points.forEach((point, index) => {
    if (values[index] === undefined) {
      isDown = false;
      return;
    }
    if (isDown) g.lineTo(x(point.time), y(values[index]));
    else g.moveTo(x(point.time), y(values[index]));
    isDown = true;
  });
  g.stroke();
}

function area(g, points, values, below, x, y, colour) {
  if (!points.length) return;
  g.fillStyle = colour;
  g.globalAlpha = 0.14;
  g.beginPath();
  points.forEach((point, index) => g.lineTo(x(point.time), y(values[index] ?? 0)));
  for (let index = points.length - 1; index >= 0; index--) g.lineTo(x(points[index].time), y(below ? below[index] : 0));
  g.closePath();
  g.fill();
  g.globalAlpha = 1;
}

function prepare(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const g = canvas.getContext("2d");
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  g.clearRect(0, 0, width, height);
  return g;
}

/** A line without axes, as wide as its place. */
export function Spark({ values, colour = "--chart-1", height = 28, max }) {
  const top = Math.max(max ?? 0, ...values.filter((value) => value !== undefined), 1e-9);
  const step = values.length > 1 ? 100 / (values.length - 1) : 100;
  const line = values.map((value, index) => `${index ? "L" : "M"}${(index * step).toFixed(2)} ${(height - 1.5 - ((value ?? 0) / top) * (height - 4)).toFixed(2)}`).join("");
  return html`<svg class="spark" viewBox=${`0 0 100 ${height}`} preserveAspectRatio="none" height=${height} width="100%" aria-hidden="true" focusable="false">
    ${values.length > 1 && html`<path d=${`${line}L100 ${height}L0 ${height}Z`} style=${{ fill: `var(${colour})`, opacity: 0.1 }} />
      <path d=${line} fill="none" style=${{ stroke: `var(${colour})` }} stroke-width="1.5" vector-effect="non-scaling-stroke" stroke-linejoin="round" />`}</svg>`;
}
