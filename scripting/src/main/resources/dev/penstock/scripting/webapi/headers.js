// Headers (Fetch §5.1). A Headers object either owns its list or stands for fields that the host keeps; then each
// operation is one host call.
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
  const isSpace = (c) => c === 32 || c === 9 || c === 10 || c === 13;
  const normalize = (v) => {
    const s = lib.ByteString(v);
    let from = 0;
    let to = s.length;
    while (from < to && isSpace(p.charCodeAt(s, from))) from++;
    while (to > from && isSpace(p.charCodeAt(s, to - 1))) to--;
    return from === 0 && to === s.length ? s : p.slice(s, from, to);
  };
  lib.normalizeHeaderValue = normalize;
  const checkValue = (value) => {
    for (let i = 0; i < value.length; i++) {
      const c = p.charCodeAt(value, i);
      if (c === 0 || c === 10 || c === 13) throw new TypeError('a header value holds NUL, CR or LF');
    }
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

  class Headers {
    #host = null;
    #list = [];
    #guard = NONE;
    #sorted = null;
    constructor(init = undefined) {
      if (init !== undefined) fill(this, toInit(init));
    }
    append(name, value) {
      this.#list;
      if (arguments.length < 2) lib.missing('Headers', 'append', 2, arguments.length);
      name = lib.ByteString(name);
      value = normalize(value);
      doAppend(this, name, value);
    }
    delete(name) {
      this.#list;
      if (arguments.length < 1) lib.missing('Headers', 'delete', 1, 0);
      name = lib.ByteString(name);
      if (!isToken(name)) badName(name);
      const lower = asciiLower(name);
      if (!mayChange(this, lower)) return;
      if (this.#guard === NO_CORS && !noCorsName(lower) && lower !== 'range') return;
      this.#sorted = null;
      if (this.#host !== null) {
        this.#host.delete(name);
        return;
      }
      removeFrom(this.#list, lower, 0);
    }
    get(name) {
      const backing = this.#host;
      if (arguments.length < 1) lib.missing('Headers', 'get', 1, 0);
      if (typeof name !== 'string') name = lib.ByteString(name);
      if (backing !== null) {
        const value = backing.get(name);
        if (value === null && !isToken(name)) badName(name);
        return value;
      }
      if (!isToken(name)) badName(name);
      return getFrom(this.#list, asciiLower(name));
    }
    getSetCookie() {
      const out = [];
      if (this.#host !== null) {
        const backing = this.#host;
        const n = backing.size();
        for (let i = 0; i < n; i++) if (asciiLower(backing.name(i)) === 'set-cookie') append(out, backing.value(i));
        return out;
      }
      const list = this.#list;
      for (let i = 0; i < list.length; i++) if (list[i].lower === 'set-cookie') append(out, list[i].value);
      return out;
    }
    has(name) {
      const backing = this.#host;
      if (arguments.length < 1) lib.missing('Headers', 'has', 1, 0);
      if (typeof name !== 'string') name = lib.ByteString(name);
      if (!isToken(name)) badName(name);
      if (backing !== null) return backing.has(name);
      return indexIn(this.#list, asciiLower(name), 0) >= 0;
    }
    set(name, value) {
      this.#list;
      if (arguments.length < 2) lib.missing('Headers', 'set', 2, arguments.length);
      name = lib.ByteString(name);
      value = normalize(value);
      if (!isToken(name)) badName(name);
      checkValue(value);
      const lower = asciiLower(name);
      if (!mayChange(this, lower)) return;
      if (this.#guard === NO_CORS && (!noCorsName(lower) || !safelisted(lower, value))) return;
      this.#sorted = null;
      if (this.#host !== null) {
        if (!this.#host.set(name, value)) refused(name);
        return;
      }
      setIn(this.#list, lower, name, value);
    }
    static {
      lib.isHeaders = (v) => isObject(v) && #list in v;
      const mayChange = (h, lower) => {
        const guard = h.#guard;
        if (guard === NONE) return true;
        if (guard === IMMUTABLE) throw new TypeError('these headers are immutable');
        if (guard === GATEWAY && FRAMING[lower] === 1) {
          throw new TypeError(`"${lower}" is written by the gateway; a script cannot change it`);
        }
        return true;
      };
      const doAppend = (h, name, value) => {
        if (!isToken(name)) badName(name);
        checkValue(value);
        const lower = asciiLower(name);
        if (!mayChange(h, lower)) return;
        if (h.#guard === NO_CORS) {
          if (!noCorsName(lower)) return;
          const now = getFrom(h.#list, lower);
          if (!safelisted(lower, now === null ? value : `${now}, ${value}`)) return;
        }
        h.#sorted = null;
        if (h.#host !== null) {
          if (!h.#host.append(name, value)) refused(name);
          return;
        }
        const at = indexIn(h.#list, lower, 0);
        append(h.#list, { __proto__: null, lower, name: at >= 0 ? h.#list[at].name : name, value });
      };
      const pairsOf = (h) => {
        if (h.#host === null && h.#sorted !== null) return h.#sorted;
        return (h.#sorted = sortAndCombine(entriesOf(h)));
      };
      const entriesOf = (h) => {
        if (h.#host === null) return h.#list;
        const backing = h.#host;
        const n = backing.size();
        const list = [];
        for (let i = 0; i < n; i++) {
          const name = backing.name(i);
          append(list, { __proto__: null, lower: asciiLower(name), name, value: backing.value(i) });
        }
        return list;
      };
      lib.headersMayChange = mayChange;
      lib.headersAppend = doAppend;
      lib.headersPairs = pairsOf;
      /** The fields as {lower, name, value}, in order. */
      lib.headersEntries = entriesOf;
      lib.headersHost = (h) => h.#host;
      lib.headersGuard = (h, guard) => { h.#guard = guard; };
      lib.headersGet = (h, lower) => (h.#host !== null ? h.#host.get(lower) : getFrom(h.#list, lower));
      /** Appends without the guard. */
      lib.headersAdd = (h, name, value) => {
        h.#sorted = null;
        if (h.#host !== null) h.#host.append(name, value);
        else append(h.#list, { __proto__: null, lower: asciiLower(name), name, value });
      };
      lib.headersClear = (h) => { h.#list = []; h.#sorted = null; };
      lib.newHeaders = (guard) => {
        const h = new Headers();
        h.#guard = guard;
        return h;
      };
      /** Headers of fields that the host keeps. */
      lib.hostHeaders = (backing, guard) => {
        const h = new Headers();
        h.#host = backing;
        h.#guard = guard;
        return h;
      };
      lib.rebindHeaders = (h, backing) => { h.#host = backing; h.#sorted = null; };
    }
  }
  const { headersMayChange: mayChange, headersAppend: doAppend } = lib;
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
