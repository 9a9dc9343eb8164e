// Headers (Fetch §5.1). A Headers object either owns its list or stands for fields that the host keeps; then each
// operation is one host call. Names and values are checked by the host too: a loop over their characters would be most
// of what a handler executes, and of what is compiled for it.
(lib) => {
  'use strict';
  const { host, p, isObject, isToken, asciiLower, append } = lib;
  const { TypeError } = p;
  const { none: NONE, immutable: IMMUTABLE, noCors: NO_CORS, gateway: GATEWAY } = lib.guards;
  // Fields that say how a message is framed or belong to one connection; the gateway writes them.
  const FRAMING = {
    __proto__: null, connection: 1, 'content-length': 1, 'keep-alive': 1, 'proxy-connection': 1, te: 1, trailer: 1,
    'transfer-encoding': 1, upgrade: 1, 'proxy-authenticate': 1, 'proxy-authorization': 1,
  };
  const badName = (name) => { throw new TypeError(`"${name}" is not a header name`); };
  const refused = (name) => { throw new TypeError(`the value of "${name}" has a control character`); };
  /** Without the white space around it; what it must not hold is told apart only when the host has found something. */
  const normalize = (v) => {
    const s = typeof v === 'string' ? v : `${v}`;
    const value = host.fieldValue(s);
    if (value !== null) return value;
    lib.ByteString(s);
    throw new TypeError('a header value holds NUL, CR or LF');
  };
  /** In lower case. */
  const nameOf = (v) => {
    const s = typeof v === 'string' ? v : `${v}`;
    const lower = host.fieldName(s);
    if (lower === null) badName(lib.ByteString(s));
    return lower;
  };
  const safelisted = (lower, value) => {
    if (value.length > 128) return false;
    if (lower === 'accept') return !hasUnsafeByte(value);
    if (lower === 'accept-language' || lower === 'content-language') {
      for (let i = 0; i < value.length; i++) {
        if (p.indexOf('0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ *,-.;=', value[i]) < 0) return false;
      }
      return true;
    }
    if (lower === 'content-type') {
      if (hasUnsafeByte(value)) return false;
      const mime = lib.parseMime(value);
      if (mime === null) return false;
      const e = mime.essence;
      return e === 'application/x-www-form-urlencoded' || e === 'multipart/form-data' || e === 'text/plain';
    }
    return false;
  };
  const hasUnsafeByte = (value) => {
    for (let i = 0; i < value.length; i++) {
      const c = p.charCodeAt(value, i);
      if ((c < 32 && c !== 9) || c === 127 || p.indexOf('"():<>?@[\\]{}', value[i]) >= 0) return true;
    }
    return false;
  };
  const noCorsName = (lower) => lower === 'accept' || lower === 'accept-language' || lower === 'content-language'
    || lower === 'content-type';

  // What the host refuses, and what is no string, takes the long way; it says what is wrong, if anything is.
  const HOST = p.freeze({ __proto__: null });
  let appendSlowly;
  let setSlowly;
  let deleteFrom;
  class Headers {
    #host = null;
    #own = null;
    constructor(init = undefined) {
      if (init === HOST) return;
      this.#own = { __proto__: null, list: [], guard: NONE, sorted: null };
      if (init !== undefined) fill(this, toInit(init));
    }
    append(name, value) {
      const backing = this.#host;
      if (backing !== null && typeof name === 'string' && typeof value === 'string' && backing.addPlain(name, value)) return;
      if (arguments.length < 2) lib.missing('Headers', 'append', 2, arguments.length);
      appendSlowly(this, `${name}`, `${value}`);
    }
    delete(name) {
      this.#host;
      if (arguments.length < 1) lib.missing('Headers', 'delete', 1, 0);
      name = `${name}`;
      deleteFrom(this, name, nameOf(name));
    }
    get(name) {
      const backing = this.#host;
      if (arguments.length < 1) lib.missing('Headers', 'get', 1, 0);
      if (backing === null) return getFrom(this.#own.list, nameOf(name));
      if (typeof name !== 'string') name = `${name}`;
      const value = backing.get(name);
      if (value === null) nameOf(name);
      return value;
    }
    getSetCookie() {
      const out = [];
      const backing = this.#host;
      if (backing !== null) {
        const n = backing.size();
        for (let i = 0; i < n; i++) if (asciiLower(backing.name(i)) === 'set-cookie') append(out, backing.value(i));
        return out;
      }
      const { list } = this.#own;
      for (let i = 0; i < list.length; i++) if (list[i].lower === 'set-cookie') append(out, list[i].value);
      return out;
    }
    has(name) {
      const backing = this.#host;
      if (arguments.length < 1) lib.missing('Headers', 'has', 1, 0);
      if (backing === null) return indexIn(this.#own.list, nameOf(name), 0) >= 0;
      if (typeof name !== 'string') name = `${name}`;
      if (backing.has(name)) return true;
      nameOf(name);
      return false;
    }
    set(name, value) {
      const backing = this.#host;
      if (backing !== null && typeof name === 'string' && typeof value === 'string' && backing.setPlain(name, value)) return;
      if (arguments.length < 2) lib.missing('Headers', 'set', 2, arguments.length);
      setSlowly(this, `${name}`, `${value}`);
    }
    static {
      lib.isHeaders = (v) => isObject(v) && #host in v;
      const mayChange = (h, lower) => {
        const { guard } = h.#own;
        if (guard === NONE) return true;
        if (guard === IMMUTABLE) throw new TypeError('these headers are immutable');
        if (guard === GATEWAY && FRAMING[lower] === 1) {
          throw new TypeError(`"${lower}" is written by the gateway; a script cannot change it`);
        }
        return true;
      };
      const doAppend = (h, name, value) => {
        const lower = nameOf(name);
        if (!mayChange(h, lower)) return;
        const own = h.#own;
        if (own.guard === NO_CORS) {
          if (!noCorsName(lower)) return;
          const now = getFrom(own.list, lower);
          if (!safelisted(lower, now === null ? value : `${now}, ${value}`)) return;
        }
        own.sorted = null;
        if (h.#host !== null) {
          if (!h.#host.append(name, value)) refused(name);
          return;
        }
        const at = indexIn(own.list, lower, 0);
        append(own.list, { __proto__: null, lower, name: at >= 0 ? own.list[at].name : name, value });
      };
      appendSlowly = (h, name, value) => {
        doAppend(h, name, normalize(value));
      };
      setSlowly = (h, name, value) => {
        value = normalize(value);
        const lower = nameOf(name);
        if (!mayChange(h, lower)) return;
        const own = h.#own;
        if (own.guard === NO_CORS && (!noCorsName(lower) || !safelisted(lower, value))) return;
        own.sorted = null;
        if (h.#host !== null) {
          if (!h.#host.set(name, value)) refused(name);
          return;
        }
        setIn(own.list, lower, name, value);
      };
      deleteFrom = (h, name, lower) => {
        if (!mayChange(h, lower)) return;
        const own = h.#own;
        if (own.guard === NO_CORS && !noCorsName(lower) && lower !== 'range') return;
        own.sorted = null;
        if (h.#host !== null) h.#host.delete(name);
        else removeFrom(own.list, lower, 0);
      };
      const pairsOf = (h) => {
        if (h.#host !== null) return sortAndCombine(entriesOf(h));
        const own = h.#own;
        if (own.sorted === null) own.sorted = sortAndCombine(own.list);
        return own.sorted;
      };
      const entriesOf = (h) => {
        const backing = h.#host;
        if (backing === null) return h.#own.list;
        const n = backing.size();
        const list = [];
        for (let i = 0; i < n; i++) {
          const name = backing.name(i);
          append(list, { __proto__: null, lower: asciiLower(name), name, value: backing.value(i) });
        }
        return list;
      };
      lib.headersAppend = doAppend;
      lib.headersPairs = pairsOf;
      /** The fields as {lower, name, value}, in order. */
      lib.headersEntries = entriesOf;
      lib.headersHost = (h) => h.#host;
      lib.headersGet = (h, lower) => (h.#host !== null ? h.#host.get(lower) : getFrom(h.#own.list, lower));
      /** Appends without the guard. */
      lib.headersAdd = (h, name, value) => {
        if (h.#host !== null) {
          h.#host.append(name, value);
          return;
        }
        h.#own.sorted = null;
        append(h.#own.list, { __proto__: null, lower: asciiLower(name), name, value });
      };
      lib.newHeaders = (guard) => {
        const h = new Headers();
        h.#own.guard = guard;
        return h;
      };
      const HOSTED = [];
      for (const name in lib.guards) {
        HOSTED[lib.guards[name]] = { __proto__: null, list: null, guard: lib.guards[name], sorted: null };
      }
      /** Headers of fields that the host keeps. */
      lib.hostHeaders = (backing, guard) => {
        const h = new Headers(HOST);
        h.#host = backing;
        h.#own = HOSTED[guard];
        return h;
      };
    }
  }
  const { headersAppend: doAppend } = lib;
  const indexIn = (list, lower, from) => {
    for (let i = from; i < list.length; i++) if (list[i].lower === lower) return i;
    return -1;
  };
  const getFrom = (list, lower) => {
    let value = null;
    for (let i = 0; i < list.length; i++) {
      if (list[i].lower === lower) value = value === null ? list[i].value : `${value}, ${list[i].value}`;
    }
    return value;
  };
  const removeFrom = (list, lower, from) => {
    for (let i = list.length - 1; i >= from; i--) if (list[i].lower === lower) p.splice(list, i, 1);
  };
  const setIn = (list, lower, name, value) => {
    const at = indexIn(list, lower, 0);
    if (at < 0) {
      append(list, { __proto__: null, lower, name, value });
      return;
    }
    list[at].value = value;
    removeFrom(list, lower, at + 1);
  };
  const sortAndCombine = (list) => {
    const byName = p.bare();
    const names = [];
    for (let i = 0; i < list.length; i++) {
      const e = list[i];
      if (byName[e.lower] === undefined) {
        byName[e.lower] = [];
        append(names, e.lower);
      }
      append(byName[e.lower], e.value);
    }
    p.sort(names, (a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const out = [];
    for (let i = 0; i < names.length; i++) {
      const values = byName[names[i]];
      if (names[i] === 'set-cookie') {
        for (let j = 0; j < values.length; j++) append(out, [names[i], values[j]]);
      } else {
        append(out, [names[i], p.join(values, ', ')]);
      }
    }
    return out;
  };
  /** HeadersInit as an array of pairs, not yet checked. */
  const toInit = (init) => {
    if (!isObject(init)) throw new TypeError('Headers: the argument is neither a sequence nor a record');
    const method = init[p.iterator];
    if (method !== undefined && method !== null) {
      // The usual Headers object, iterated as it would be.
      if (lib.isHeaders(init) && method === Headers.prototype.entries) return lib.headersPairs(init);
      return lib.sequenceBy(init, method, (pair) => lib.sequence(pair, lib.ByteString, 'a header'));
    }
    return lib.record(init, lib.ByteString, lib.ByteString);
  };
  const fill = (h, pairs) => {
    for (let i = 0; i < pairs.length; i++) {
      if (pairs[i].length !== 2) throw new TypeError('Headers: a header is not a pair of name and value');
      doAppend(h, pairs[i][0], normalize(pairs[i][1]));
    }
  };
  lib.headersInit = toInit;
  lib.headersFill = fill;
  lib.definePairs(Headers, 'Headers', (h) => lib.headersPairs(h));
  lib.defineInterface(Headers);
  p.defineProperty(Headers, 'length', { __proto__: null, value: 0, configurable: true });

  // ---- MIME types (MIME Sniffing §4) --------------------------------------------------------------------------------
  const WHITE = '\t\n\r ';
  const trim = (s, chars = WHITE) => {
    let from = 0;
    let to = s.length;
    while (from < to && p.indexOf(chars, s[from]) >= 0) from++;
    while (to > from && p.indexOf(chars, s[to - 1]) >= 0) to--;
    return p.slice(s, from, to);
  };
  const quotable = (s) => {
    for (let i = 0; i < s.length; i++) {
      const c = p.charCodeAt(s, i);
      if (!(c === 9 || (c >= 32 && c <= 126) || (c >= 128 && c <= 255))) return false;
    }
    return true;
  };
  lib.parseMime = (text) => {
    const s = trim(text);
    const slash = p.indexOf(s, '/');
    if (slash < 0) return null;
    const type = p.slice(s, 0, slash);
    let semi = p.indexOf(s, ';', slash);
    if (semi < 0) semi = s.length;
    const subtype = trim(p.slice(s, slash + 1, semi));
    if (!isToken(type) || !isToken(subtype)) return null;
    const names = [];
    const params = p.bare();
    let i = semi;
    while (i < s.length) {
      i++;
      while (i < s.length && p.indexOf(WHITE, s[i]) >= 0) i++;
      let from = i;
      while (i < s.length && s[i] !== ';' && s[i] !== '=') i++;
      const name = asciiLower(p.slice(s, from, i));
      if (i >= s.length) break;
      if (s[i] === ';') continue;
      i++;
      if (i >= s.length) break;
      let value = '';
      if (s[i] === '"') {
        i++;
        for (; i < s.length && s[i] !== '"'; i++) {
          if (s[i] === '\\' && i + 1 < s.length) i++;
          value += s[i];
        }
        while (i < s.length && s[i] !== ';') i++;
      } else {
        from = i;
        while (i < s.length && s[i] !== ';') i++;
        let to = i;
        while (to > from && p.indexOf(WHITE, s[to - 1]) >= 0) to--;
        value = p.slice(s, from, to);
        if (value === '') continue;
      }
      if (isToken(name) && quotable(value) && params[name] === undefined) {
        append(names, name);
        params[name] = value;
      }
    }
    return { __proto__: null, essence: `${asciiLower(type)}/${asciiLower(subtype)}`, names, params };
  };
  lib.serializeMime = (mime) => {
    let s = mime.essence;
    for (let i = 0; i < mime.names.length; i++) {
      const name = mime.names[i];
      const value = mime.params[name];
      if (isToken(value)) {
        s += `;${name}=${value}`;
      } else {
        s += `;${name}="`;
        for (let j = 0; j < value.length; j++) s += value[j] === '"' || value[j] === '\\' ? `\\${value[j]}` : value[j];
        s += '"';
      }
    }
    return s;
  };
  /** The MIME type of a message (Fetch, "extract a MIME type"), or null. */
  lib.mimeOf = (headers) => {
    const field = lib.headersGet(headers, 'content-type');
    if (field === null) return null;
    const values = splitField(field);
    let charset = null;
    let essence = null;
    let mime = null;
    for (let i = 0; i < values.length; i++) {
      const m = lib.parseMime(values[i]);
      if (m === null || m.essence === '*/*') continue;
      mime = m;
      if (m.essence !== essence) {
        charset = m.params.charset === undefined ? null : m.params.charset;
        essence = m.essence;
      } else if (m.params.charset === undefined && charset !== null) {
        append(m.names, 'charset');
        m.params.charset = charset;
      }
    }
    return mime;
  };
  const splitField = (field) => {
    const out = [];
    let value = '';
    for (let i = 0; i < field.length; i++) {
      if (field[i] === '"') {
        const from = i;
        for (i++; i < field.length && field[i] !== '"'; i++) if (field[i] === '\\') i++;
        value += p.slice(field, from, i + 1);
      } else if (field[i] === ',') {
        append(out, trim(value, '\t '));
        value = '';
      } else {
        value += field[i];
      }
    }
    append(out, trim(value, '\t '));
    return out;
  };
}
