// URL and URLSearchParams (URL §6). The parser is the host's; an object here holds the host's record.
(lib) => {
  'use strict';
  const { host, p, isObject, USVString, append } = lib;
  const { TypeError } = p;

  class URLSearchParams {
    #list = [];
    #url = null;
    constructor(init = '') {
      if (init === OF_URL) return;
      if (isObject(init)) {
        const method = init[p.iterator];
        if (method !== undefined && method !== null) {
          const pairs = lib.sequenceBy(init, method, (pair) => lib.sequence(pair, USVString, 'a pair'));
          for (let i = 0; i < pairs.length; i++) {
            if (pairs[i].length !== 2) throw new TypeError('URLSearchParams: an element is not a pair');
            append(this.#list, [pairs[i][0], pairs[i][1]]);
          }
        } else {
          this.#list = lib.record(init, USVString, USVString);
        }
        return;
      }
      const text = USVString(init);
      this.#list = lib.formParse(text[0] === '?' ? p.slice(text, 1) : text);
    }
    get size() { return this.#list.length; }
    append(name, value) {
      this.#list;
      if (arguments.length < 2) lib.missing('URLSearchParams', 'append', 2, arguments.length);
      append(this.#list, [USVString(name), USVString(value)]);
      this.#update();
    }
    delete(name, value = undefined) {
      const list = this.#list;
      if (arguments.length < 1) lib.missing('URLSearchParams', 'delete', 1, 0);
      name = USVString(name);
      if (value !== undefined) value = USVString(value);
      for (let i = list.length - 1; i >= 0; i--) {
        if (list[i][0] === name && (value === undefined || list[i][1] === value)) p.splice(list, i, 1);
      }
      this.#update();
    }
    get(name) {
      const list = this.#list;
      if (arguments.length < 1) lib.missing('URLSearchParams', 'get', 1, 0);
      name = USVString(name);
      for (let i = 0; i < list.length; i++) if (list[i][0] === name) return list[i][1];
      return null;
    }
    getAll(name) {
      const list = this.#list;
      if (arguments.length < 1) lib.missing('URLSearchParams', 'getAll', 1, 0);
      name = USVString(name);
      const out = [];
      for (let i = 0; i < list.length; i++) if (list[i][0] === name) append(out, list[i][1]);
      return out;
    }
    has(name, value = undefined) {
      const list = this.#list;
      if (arguments.length < 1) lib.missing('URLSearchParams', 'has', 1, 0);
      name = USVString(name);
      if (value !== undefined) value = USVString(value);
      for (let i = 0; i < list.length; i++) {
        if (list[i][0] === name && (value === undefined || list[i][1] === value)) return true;
      }
      return false;
    }
    set(name, value) {
      const list = this.#list;
      if (arguments.length < 2) lib.missing('URLSearchParams', 'set', 2, arguments.length);
      name = USVString(name);
      value = USVString(value);
      let found = false;
      for (let i = 0; i < list.length; i++) {
        if (list[i][0] !== name) continue;
        if (found) {
          p.splice(list, i--, 1);
        } else {
          list[i][1] = value;
          found = true;
        }
      }
      if (!found) append(list, [name, value]);
      this.#update();
    }
    sort() {
      p.sort(this.#list, (a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
      this.#update();
    }
    toString() { return serialize(this.#list); }
    #update() {
      if (this.#url === null) return;
      const text = serialize(this.#list);
      this.#url.setQuery(text === '' ? null : text);
    }
    static {
      lib.isSearchParams = (v) => isObject(v) && #url in v;
      lib.searchParamsText = (v) => serialize(v.#list);
      lib.searchParamsOf = (record) => {
        const params = new URLSearchParams(OF_URL);
        params.#url = record;
        const query = record.query();
        if (query !== null) params.#list = lib.formParse(query);
        return params;
      };
      lib.searchParamsReset = (params, record) => {
        const query = record.query();
        params.#list = query === null ? [] : lib.formParse(query);
      };
      lib.searchParamsFill = (params, text) => { params.#list = lib.formParse(p.startsWith(text, '?') ? p.slice(text, 1) : text); };
      lib.searchParamsList = (v) => v.#list;
    }
  }
  const OF_URL = p.freeze({ __proto__: null });
  /** application/x-www-form-urlencoded as an array of pairs. */
  lib.formParse = (text) => {
    const list = [];
    let from = 0;
    while (from <= text.length) {
      let to = p.indexOf(text, '&', from);
      if (to < 0) to = text.length;
      if (to > from) {
        const part = p.slice(text, from, to);
        const eq = p.indexOf(part, '=');
        const name = eq < 0 ? part : p.slice(part, 0, eq);
        const value = eq < 0 ? '' : p.slice(part, eq + 1);
        append(list, [host.formDecode(name), host.formDecode(value)]);
      }
      from = to + 1;
    }
    return list;
  };
  const serialize = (list) => {
    let s = '';
    for (let i = 0; i < list.length; i++) {
      s += `${i === 0 ? '' : '&'}${host.formEncode(list[i][0])}=${host.formEncode(list[i][1])}`;
    }
    return s;
  };
  lib.definePairs(URLSearchParams, 'URLSearchParams', (v) => lib.searchParamsList(v));
  lib.defineInterface(URLSearchParams);
  p.defineProperty(URLSearchParams, 'length', { __proto__: null, value: 0, configurable: true });

  const hasTabOrNewline = (s) => p.indexOf(s, '\t') >= 0 || p.indexOf(s, '\n') >= 0 || p.indexOf(s, '\r') >= 0;
  const parse = (url, base) => {
    const text = USVString(url);
    return host.urlParse(text, base === undefined ? null : USVString(base));
  };
  // Blobs by URL, until revoked. A context lives long: a script that forgets to revoke is stopped, not the gateway.
  const MAX_OBJECT_URLS = 1000;
  const objectUrls = new p.Map();
  /** The Blob behind a URL (File API §8.3), or null. */
  lib.objectOfUrl = (url) => {
    const hash = p.indexOf(url, '#');
    const blob = p.mapGet(objectUrls, hash < 0 ? url : p.slice(url, 0, hash));
    return blob === undefined ? null : blob;
  };

  /** The origin of the `location` that a script may have defined. */
  const ownOrigin = () => {
    lib.load('fetch');
    const base = lib.baseUrl();
    return (base === null ? null : host.urlParse(base, null)?.origin()) ?? 'null';
  };

  class URL {
    #u;
    #params = null;
    constructor(url, base = undefined) {
      if (url === OF_URL) {
        this.#u = base;
        return;
      }
      if (arguments.length < 1) lib.missing('URL', undefined, 1, 0);
      const record = parse(url, base);
      if (record === null) throw new TypeError(`Invalid URL: ${url}`);
      this.#u = record;
    }
    static parse(url, base = undefined) {
      if (arguments.length < 1) lib.missing('URL', 'parse', 1, 0);
      const record = parse(url, base);
      return record === null ? null : new URL(OF_URL, record);
    }
    static createObjectURL(object) {
      if (arguments.length < 1) lib.missing('URL', 'createObjectURL', 1, 0);
      if (!isObject(object) || !lib.isBlob(object)) throw new TypeError('URL.createObjectURL: not a Blob');
      if (p.mapSize(objectUrls) >= MAX_OBJECT_URLS) throw lib.domException('too many object URLs', 'QuotaExceededError');
      const url = `blob:${ownOrigin()}/${host.randomUuid()}`;
      p.mapSet(objectUrls, url, object);
      return url;
    }
    static revokeObjectURL(url) {
      if (arguments.length < 1) lib.missing('URL', 'revokeObjectURL', 1, 0);
      p.mapDelete(objectUrls, lib.DOMString(url));
    }
    static canParse(url, base = undefined) {
      if (arguments.length < 1) lib.missing('URL', 'canParse', 1, 0);
      return parse(url, base) !== null;
    }
    get href() { return this.#u.href(); }
    set href(v) {
      this.#u;
      const text = USVString(v);
      const record = host.urlParse(text, null);
      if (record === null) throw new TypeError(`Invalid URL: ${text}`);
      this.#u.become(record);
      this.#reset();
    }
    get origin() { return this.#u.origin(); }
    get protocol() { return this.#u.protocol(); }
    set protocol(v) { this.#u; this.#u.setProtocol(USVString(v)); }
    get username() { return this.#u.username(); }
    set username(v) { this.#u; this.#u.setUsername(USVString(v)); }
    get password() { return this.#u.password(); }
    set password(v) { this.#u; this.#u.setPassword(USVString(v)); }
    get host() { return this.#u.host(); }
    set host(v) { this.#u; this.#u.setHost(USVString(v)); }
    get hostname() { return this.#u.hostname(); }
    set hostname(v) { this.#u; this.#u.setHostname(USVString(v)); }
    get port() { return this.#u.port(); }
    set port(v) { this.#u; this.#u.setPort(USVString(v)); }
    get pathname() { return this.#u.pathname(); }
    set pathname(v) { this.#u; this.#u.setPathname(USVString(v)); }
    get search() { return this.#u.search(); }
    set search(v) {
      this.#u;
      const text = USVString(v);
      this.#u.setSearch(text);
      this.#reset();
      // The URL loses tabs and line ends, its parameters keep them.
      if (hasTabOrNewline(text)) lib.searchParamsFill(this.searchParams, text);
    }
    get searchParams() {
      if (this.#params === null) this.#params = lib.searchParamsOf(this.#u);
      return this.#params;
    }
    get hash() { return this.#u.hash(); }
    set hash(v) { this.#u; this.#u.setHash(USVString(v)); }
    toJSON() { return this.#u.href(); }
    toString() { return this.#u.href(); }
    #reset() { if (this.#params !== null) lib.searchParamsReset(this.#params, this.#u); }
    static {
      lib.isURL = (v) => isObject(v) && #u in v;
    }
  }
  lib.defineInterface(URL);
}
