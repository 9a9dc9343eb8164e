// Tables of any length: only the rows in sight are in the page, and the keyboard walks through all of them.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../lib/preact.js";
import { useSize } from "../lib/hooks.js";
import { Icon } from "./icons.js";

const HEIGHT = 42;
const AROUND = 8;

/**
 * @param {{ rows: any[], keyOf: (row) => string, label: string, hrefOf?: (row) => string, sort?: string, onSort?: (key: string) => void,
 *           columns: { name: string, width: string, cell: (row) => any, number?: boolean, sort?: string, wide?: boolean }[] }} props
 *        columns that are `wide` are left out where there is little room
 */
export function Rows({ rows, columns, keyOf, label, hrefOf, sort, onSort, height = HEIGHT }) {
  const box = useRef(null);
  const { height: visible, width } = useSize(box);
  const [top, setTop] = useState(0);
  const [current, setCurrent] = useState(0);
  const [isFocused, setFocused] = useState(false);
  const shown = columns.filter((column) => !column.wide || width === 0 || width > 760);
  const template = { gridTemplateColumns: shown.map((column) => column.width).join(" ") };
  const first = Math.max(0, Math.floor(top / height) - AROUND);
  const last = Math.min(rows.length, Math.ceil((top + (visible || 600)) / height) + AROUND);
  const at = Math.min(current, rows.length - 1);

  useLayoutEffect(() => {
    if (isFocused) box.current.querySelector(`[data-index="${at}"]`)?.focus({ preventScroll: true });
  }, [at, first, last, isFocused]);
  useEffect(() => {
    box.current.scrollTop = 0;
    setCurrent(0);
  }, [sort, rows.length === 0]);

  const onKeyDown = (event) => {
    const page = Math.max(1, Math.floor(visible / height) - 1);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: rows.length - 1 }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      const to = Math.max(0, Math.min(rows.length - 1, next));
      setFocused(true);
      setCurrent(to);
      const scroller = box.current;
      if (to * height < scroller.scrollTop) scroller.scrollTop = to * height;
      else if ((to + 1) * height > scroller.scrollTop + scroller.clientHeight - height) scroller.scrollTop = (to + 2) * height - scroller.clientHeight;
    } else if (event.key === "Enter" && hrefOf && rows[at] && event.target.dataset.index !== undefined) {
      location.hash = hrefOf(rows[at]);
    }
  };

  return html`<div class="rows" role="table" aria-label=${label} aria-rowcount=${rows.length + 1}>
    <div role="rowgroup" class="rows-head"><div role="row" style=${template}>${shown.map((column) => html`<div role="columnheader" key=${column.name} class=${column.number ? "num" : ""}
      aria-sort=${column.sort && sort === column.sort ? (column.number ? "descending" : "ascending") : undefined}>
      ${column.sort && onSort ? html`<button type="button" class="sorter" aria-pressed=${String(sort === column.sort)} onClick=${() => onSort(sort === column.sort ? "" : column.sort)}>
        ${column.name}${sort === column.sort && html`<${Icon} name=${column.number ? "down" : "up"} size=${11} />`}</button>` : column.name}</div>`)}</div></div>
    <div role="rowgroup" class="rows-body" ref=${box} style=${{ flex: `0 1 ${rows.length * height}px` }} onScroll=${(event) => setTop(event.currentTarget.scrollTop)} onKeyDown=${onKeyDown}
      onFocusIn=${() => setFocused(true)} onFocusOut=${(event) => !event.currentTarget.contains(event.relatedTarget) && setFocused(false)}>
      <div class="rows-all" style=${{ height: `${rows.length * height}px` }}>
        ${rows.slice(first, last).map((row, offset) => {
          const index = first + offset;
          return html`<div role="row" key=${keyOf(row)} data-index=${index} tabindex=${index === at ? 0 : -1} aria-rowindex=${index + 2}
            class=${hrefOf ? "open" : ""} style=${{ ...template, transform: `translateY(${index * height}px)`, height: `${height}px` }}
            onClick=${(event) => { setCurrent(index); if (hrefOf && !event.target.closest("a,button,input") && !String(getSelection())) location.hash = hrefOf(row); }}>
            ${shown.map((column) => html`<div role="cell" key=${column.name} class=${column.number ? "num" : ""}>${column.cell(row)}</div>`)}</div>`;
        })}
      </div>
    </div>
  </div>`;
}
