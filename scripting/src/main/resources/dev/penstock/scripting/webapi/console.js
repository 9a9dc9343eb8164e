// The console (Console Standard), printing through the host.
(lib) => {
  'use strict';
  const { host, p, isObject, append } = lib;
  const DEBUG = 0;
  const LOG = 1;
  const INFO = 2;
  const WARN = 3;
  const ERROR = 4;

  // ---- formatting ---------------------------------------------------------------------------------------------------
  const MAX_DEPTH = 3;
  const MAX_ITEMS = 100;
  const quote = (s) => {
    const json = p.jsonStringify(s);
    return p.indexOf(s, "'") < 0 && p.indexOf(s, '\\') < 0 && p.indexOf(json, '\\') < 0 ? `'${s}'` : json;
  };
  const isIdentifier = (s) => {
    if (s.length === 0) return false;
    for (let i = 0; i < s.length; i++) {
      const c = p.charCodeAt(s, i);
      const isLetter = (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 36 || c === 95;
      if (!isLetter && !(i > 0 && c >= 48 && c <= 57)) return false;
    }
    return true;
  };
  const classOf = (o) => {
    for (let proto = p.getPrototypeOf(o); proto !== null; proto = p.getPrototypeOf(proto)) {
      const d = p.getOwnPropertyDescriptor(proto, 'constructor');
      if (d !== undefined && typeof d.value === 'function' && typeof d.value.name === 'string' && d.value.name !== '') {
        return d.value.name;
      }
    }
    return null;
  };
  const inspect = (v, depth, seen) => {
    if (typeof v === 'string') return quote(v);
    if (typeof v === 'bigint') return `${v}n`;
    if (typeof v === 'symbol') return p.symbolToString(v);
    if (v === 0 && 1 / v < 0) return '-0';
    if (!isObject(v)) return `${v}`;
    for (let i = 0; i < seen.length; i++) if (seen[i] === v) return '[Circular]';
    append(seen, v);
    try {
      return inspectObject(v, depth, seen);
    } finally {
      p.splice(seen, seen.length - 1, 1);
    }
  };
  const inspectObject = (v, depth, seen) => {
    const name = classOf(v);
    if (typeof v === 'function') {
      const isClass = p.startsWith(p.functionToString(v), 'class');
      return `[${isClass ? 'class' : 'Function'}${v.name ? `${isClass ? ' ' : ': '}${v.name}` : ''}]`;
    }
    if (v instanceof p.Error || lib.isDOMException(v)) return inspectError(v, depth, seen);
    if (p.objectToString(v) === '[object Date]') {
      try { return p.dateToISOString(v); } catch { return 'Invalid Date'; }
    }
    if (v instanceof p.RegExp) { try { return `/${p.regExpSource(v)}/${p.regExpFlags(v)}`; } catch { /* not one */ } }
    if (lib.isArrayBuffer(v)) return `ArrayBuffer { byteLength: ${p.bufferByteLength(v)} }`;
    if (lib.isURL(v)) return `URL { '${v.href}' }`;
    if (lib.isHeaders(v)) return `Headers ${entries(lib.headersPairs(v), depth, seen, ': ')}`;
    if (lib.isSearchParams(v)) return `URLSearchParams ${entries(lib.searchParamsList(v), depth, seen, ' => ')}`;
    const shown = p.getOwnPropertyDescriptor(SHOWN, name ?? '')?.value;
    if (shown !== undefined && depth >= 0 && lib.isPlatformObject(v)) {
      const list = [];
      for (let i = 0; i < shown.length; i++) append(list, [shown[i], v[shown[i]]]);
      return `${name} ${entries(list, depth, seen, ': ')}`;
    }
    if (depth < 0) return p.isArray(v) ? '[Array]' : `[${name ?? 'Object'}]`;
    if (p.isArray(v)) return inspectList(v, v.length, '', depth, seen);
    if (p.isView(v) && p.typedTag(v) !== undefined) {
      const n = p.typedLength(v);
      return inspectList(v, n, `${p.typedTag(v)}(${n}) `, depth, seen);
    }
    if (isMap(v)) {
      const list = [];
      p.mapForEach(v, (value, key) => append(list, [key, value]));
      return `Map(${list.length}) ${entries(list, depth, seen, ' => ')}`;
    }
    if (isSet(v)) {
      const list = [];
      p.setForEach(v, (value) => append(list, inspect(value, depth - 1, seen)));
      return `Set(${list.length}) ${braces(list, '{', '}')}`;
    }
    return inspectProperties(v, name, depth, seen);
  };
  // Attributes worth a line in a log; reading `body` would make a stream.
  const SHOWN = {
    __proto__: null, Request: ['method', 'url', 'headers'], Response: ['status', 'url', 'headers'], Blob: ['size', 'type'],
    File: ['name', 'size', 'type'], CryptoKey: ['type', 'extractable', 'algorithm', 'usages'],
    Event: ['type', 'defaultPrevented'], AbortSignal: ['aborted', 'reason'], ReadableStream: ['locked'],
    WritableStream: ['locked'], TextDecoder: ['encoding', 'fatal'],
  };
  const isMap = (v) => { try { p.mapSize(v); return true; } catch { return false; } };
  const isSet = (v) => { try { p.setSize(v); return true; } catch { return false; } };
  const entries = (list, depth, seen, arrow) => {
    const out = [];
    for (let i = 0; i < list.length && i < MAX_ITEMS; i++) {
      const key = arrow === ': ' ? keyText(list[i][0]) : inspect(list[i][0], depth - 1, seen);
      append(out, `${key}${arrow}${inspect(list[i][1], depth - 1, seen)}`);
    }
    if (list.length > MAX_ITEMS) append(out, `... ${list.length - MAX_ITEMS} more`);
    return braces(out, '{', '}');
  };
  const keyText = (key) => (typeof key === 'symbol' ? `[${p.symbolToString(key)}]` : isIdentifier(key) ? key : quote(key));
  const inspectList = (v, length, prefix, depth, seen) => {
    const out = [];
    for (let i = 0; i < length && i < MAX_ITEMS; i++) {
      append(out, i in v ? inspect(v[i], depth - 1, seen) : '<empty>');
    }
    if (length > MAX_ITEMS) append(out, `... ${length - MAX_ITEMS} more`);
    return prefix + braces(out, '[', ']');
  };
  const inspectProperties = (v, name, depth, seen) => {
    const out = [];
    const keys = p.ownKeys(v);
    for (let i = 0; i < keys.length; i++) {
      const d = p.getOwnPropertyDescriptor(v, keys[i]);
      if (d === undefined || !d.enumerable) continue;
      if (out.length >= MAX_ITEMS) {
        append(out, '...');
        break;
      }
      const text = d.get !== undefined ? (d.set !== undefined ? '[Getter/Setter]' : '[Getter]')
        : d.set !== undefined ? '[Setter]' : inspect(d.value, depth - 1, seen);
      append(out, `${keyText(keys[i])}: ${text}`);
    }
    const tag = p.getPrototypeOf(v) === null ? '[Object: null prototype] ' : name === 'Object' || name === null ? '' : `${name} `;
    return tag + braces(out, '{', '}');
  };
  const braces = (items, open, close) => {
    if (items.length === 0) return open + close;
    let total = 0;
    let isMultiline = false;
    for (let i = 0; i < items.length; i++) {
      total += items[i].length + 2;
      if (p.indexOf(items[i], '\n') >= 0) isMultiline = true;
    }
    if (total <= 100 && !isMultiline) return open === '[' ? `[ ${p.join(items, ', ')} ]` : `{ ${p.join(items, ', ')} }`;
    return `${open}\n  ${indentBy(p.join(items, ',\n'), '  ')}\n${close}`;
  };
  const indentBy = (text, indent) => {
    let out = '';
    for (let i = 0; i < text.length; i++) out += text[i] === '\n' ? `\n${indent}` : text[i];
    return out;
  };
  const inspectError = (e, depth, seen) => {
    let text = lib.describeError(e);
    if (depth >= 0 && p.hasOwn(e, 'cause')) text += `\n  [cause]: ${indentBy(inspect(e.cause, depth - 1, seen), '  ')}`;
    if (depth >= 0 && e instanceof p.AggregateError && p.isArray(e.errors)) {
      text += `\n  [errors]: ${indentBy(inspect(e.errors, depth - 1, seen), '  ')}`;
    }
    return text;
  };
  const show = (v, depth = MAX_DEPTH) => {
    try {
      return inspect(v, depth, []);
    } catch {
      return '<a value that cannot be shown>';
    }
  };
  /** The Formatter: directives of the first argument, then the others. */
  const format = (args) => {
    let out = '';
    let next = 0;
    if (typeof args[0] === 'string') {
      const s = args[0];
      next = 1;
      for (let i = 0; i < s.length; i++) {
        const c = s[i] === '%' ? s[i + 1] : undefined;
        if (c === '%') {
          out += '%';
          i++;
        } else if (c !== undefined && p.indexOf('sdifjoOc', c) >= 0 && next < args.length) {
          out += directive(c, args[next++]);
          i++;
        } else {
          out += s[i];
        }
      }
    }
    for (; next < args.length; next++) {
      const v = args[next];
      out += `${next === 0 ? '' : ' '}${typeof v === 'string' ? v : show(v)}`;
    }
    return out;
  };
  lib.formatLog = format;
  const directive = (c, v) => {
    switch (c) {
      case 's': return typeof v === 'string' ? v : isObject(v) && !(v instanceof p.Error) ? show(v, 0) : typeof v === 'symbol'
        ? p.symbolToString(v) : `${v}`;
      case 'd':
      case 'i': return typeof v === 'bigint' ? `${v}n` : typeof v === 'symbol' || isObject(v) ? 'NaN' : `${
        c === 'd' ? +v : p.trunc(+v)}`;
      case 'f': return typeof v === 'symbol' || isObject(v) ? 'NaN' : `${+v}`;
      case 'j': try { return `${p.jsonStringify(v)}`; } catch { return '[Circular]'; }
      case 'c': return '';
      default: return show(v, c === 'o' ? 4 : MAX_DEPTH);
    }
  };

  // ---- the object ---------------------------------------------------------------------------------------------------
  let indent = '';
  const counts = new p.Map();
  const timers = new p.Map();
  const print = (level, text) => host.console(level, indent === '' ? text : indent + indentBy(text, indent));
  const table = (data, columns) => {
    if (!isObject(data)) return format([data]);
    const rows = [];
    const names = [];
    const add = (name) => { if (p.indexOfItem(names, name) < 0) append(names, name); };
    let hasValues = false;
    const keys = p.ownKeys(data);
    for (let i = 0; i < keys.length; i++) {
      const d = p.getOwnPropertyDescriptor(data, keys[i]);
      if (typeof keys[i] === 'symbol' || d === undefined || !d.enumerable) continue;
      const row = { __proto__: null, index: keys[i], cells: p.bare(), value: '' };
      const v = data[keys[i]];
      if (isObject(v)) {
        const cells = p.ownKeys(v);
        for (let j = 0; j < cells.length; j++) {
          const cell = p.getOwnPropertyDescriptor(v, cells[j]);
          if (typeof cells[j] === 'symbol' || !cell.enumerable) continue;
          row.cells[cells[j]] = show(v[cells[j]], 0);
          if (columns === undefined) add(cells[j]);
        }
      } else {
        row.value = show(v, 0);
        hasValues = true;
      }
      append(rows, row);
    }
    if (columns !== undefined) for (let i = 0; i < columns.length; i++) add(columns[i]);
    const lines = [['(index)']];
    for (let i = 0; i < names.length; i++) append(lines[0], names[i]);
    if (hasValues) append(lines[0], 'Values');
    for (let i = 0; i < rows.length; i++) {
      const line = [rows[i].index];
      for (let j = 0; j < names.length; j++) append(line, rows[i].cells[names[j]] ?? '');
      if (hasValues) append(line, rows[i].value);
      append(lines, line);
    }
    const widths = [];
    for (let j = 0; j < lines[0].length; j++) {
      let w = 0;
      for (let i = 0; i < lines.length; i++) w = p.max(w, lines[i][j].length);
      append(widths, w);
    }
    const out = [];
    for (let i = 0; i < lines.length; i++) {
      const cells = [];
      for (let j = 0; j < widths.length; j++) append(cells, p.padEnd(lines[i][j], widths[j]));
      append(out, `| ${p.join(cells, ' | ')} |`);
      if (i === 0) {
        const rule = [];
        for (let j = 0; j < widths.length; j++) append(rule, p.repeat('-', widths[j]));
        append(out, `| ${p.join(rule, ' | ')} |`);
      }
    }
    return p.join(out, '\n');
  };
  const labelOf = (v) => lib.DOMString(v);
  const elapsed = (label) => `${label}: ${p.round((host.monotonicMillis() - p.mapGet(timers, label)) * 1000) / 1000} ms`;
  const methods = {
    assert(condition = false, ...data) {
      if (condition) return;
      if (data.length === 0) print(ERROR, 'Assertion failed');
      else if (typeof data[0] === 'string') {
        data[0] = `Assertion failed: ${data[0]}`;
        print(ERROR, format(data));
      } else {
        print(ERROR, `Assertion failed ${format(data)}`);
      }
    },
    clear() {},
    debug(...data) { print(DEBUG, format(data)); },
    error(...data) { print(ERROR, format(data)); },
    info(...data) { print(INFO, format(data)); },
    log(...data) { print(LOG, format(data)); },
    table(tabularData = undefined, properties = undefined) {
      const columns = properties === undefined ? undefined : lib.sequence(properties, lib.DOMString, 'properties');
      print(LOG, table(tabularData, columns));
    },
    trace(...data) {
      print(LOG, `Trace${data.length === 0 ? '' : `: ${format(data)}`}${lib.frames()}`);
    },
    warn(...data) { print(WARN, format(data)); },
    dir(item = undefined, options = undefined) { print(LOG, show(item, 6)); },
    dirxml(...data) { print(LOG, format(data)); },
    count(label = 'default') {
      label = labelOf(label);
      const n = (p.mapGet(counts, label) ?? 0) + 1;
      p.mapSet(counts, label, n);
      print(INFO, `${label}: ${n}`);
    },
    countReset(label = 'default') {
      label = labelOf(label);
      if (p.mapHas(counts, label)) p.mapSet(counts, label, 0);
      else print(WARN, `there is no count "${label}"`);
    },
    group(...data) {
      if (data.length > 0) print(LOG, format(data));
      indent += '  ';
    },
    groupCollapsed(...data) {
      if (data.length > 0) print(LOG, format(data));
      indent += '  ';
    },
    groupEnd() { indent = p.slice(indent, 2); },
    time(label = 'default') {
      label = labelOf(label);
      if (p.mapHas(timers, label)) print(WARN, `the timer "${label}" already runs`);
      else p.mapSet(timers, label, host.monotonicMillis());
    },
    timeLog(label = 'default', ...data) {
      label = labelOf(label);
      if (p.mapHas(timers, label)) print(LOG, `${elapsed(label)}${data.length === 0 ? '' : ` ${format(data)}`}`);
      else print(WARN, `there is no timer "${label}"`);
    },
    timeEnd(label = 'default') {
      label = labelOf(label);
      if (p.mapHas(timers, label)) {
        print(INFO, elapsed(label));
        p.mapDelete(timers, label);
      } else {
        print(WARN, `there is no timer "${label}"`);
      }
    },
  };
  const console = p.create({});
  const names = p.ownKeys(methods);
  for (let i = 0; i < names.length; i++) {
    p.defineProperty(console, names[i],
      { __proto__: null, value: methods[names[i]], writable: true, enumerable: true, configurable: true });
  }
  p.defineProperty(console, p.toStringTag, { __proto__: null, value: 'console', configurable: true });
  lib.expose('console', console);
}
