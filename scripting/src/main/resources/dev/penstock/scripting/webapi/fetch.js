// Body, Request, Response and fetch (Fetch §5). A body stays what it was made of (string, bytes, host body) until
// somebody asks for its stream; reading it as a whole then takes one step.
(lib) => {
  'use strict';
  const { host, global, p, isObject, defineInterface, DOMString, USVString, ByteString } = lib;
  const { TypeError, RangeError, Uint8Array } = p;
  lib.load('headers');
  const { guards } = lib;

  // ---- bodies -------------------------------------------------------------------------------------------------------
  // One of text, bytes, backing (host body) is set while stream is null; used says that it was consumed that way.
  const newBody = (text, bytes, backing, length) => ({
    __proto__: null, text, bytes, backing, length, stream: null, used: false, abort: null,
  });
  /** BodyInit, converted: a string stands for itself, objects of our classes and buffers for themselves. */
  const toBodyInit = (v) => {
    if (isObject(v)) {
      if (lib.isStream(v) || lib.isBlob(v) || lib.isFormData(v) || lib.isSearchParams(v)) return v;
      if (lib.isBufferSource(v)) return v;
    }
    return USVString(v);
  };
  /** @return {body, type} */
  const extract = (v) => {
    if (typeof v === 'string') {
      return { __proto__: null, body: newBody(v, null, null, -1), type: 'text/plain;charset=UTF-8' };
    }
    if (lib.isStream(v)) {
      if (lib.streamDisturbed(v) || lib.streamLocked(v)) throw new TypeError('the stream is locked or was read from');
      const body = newBody(null, null, null, -1);
      body.stream = v;
      return { __proto__: null, body, type: null };
    }
    if (lib.isBlob(v)) {
      const bytes = lib.blobBytes(v);
      return { __proto__: null, body: newBody(null, bytes, null, p.typedLength(bytes)), type: lib.blobType(v) || null };
    }
    if (lib.isFormData(v)) {
      const { bytes, type } = lib.encodeFormData(v);
      return { __proto__: null, body: newBody(null, bytes, null, p.typedLength(bytes)), type };
    }
    if (lib.isSearchParams(v)) {
      return {
        __proto__: null,
        body: newBody(lib.searchParamsText(v), null, null, -1),
        type: 'application/x-www-form-urlencoded;charset=UTF-8',
      };
    }
    const bytes = lib.copyOf(v, 'the body');
    return { __proto__: null, body: newBody(null, bytes, null, p.typedLength(bytes)), type: null };
  };
  const bodyUsed = (body) => body.used || (body.stream !== null && lib.streamDisturbed(body.stream));
  const unusable = (body) => body.used
    || (body.stream !== null && (lib.streamDisturbed(body.stream) || lib.streamLocked(body.stream)));
  /** The stream of a body, made when it is first needed. */
  const streamOf = (body) => {
    if (body.stream !== null) return body.stream;
    lib.load('streams');
    if (body.used) {
      body.stream = lib.consumedStream();
    } else if (body.backing !== null) {
      const backing = body.backing;
      body.backing = null;
      body.stream = hostStream(backing);
    } else {
      body.stream = lib.oneChunkStream(body.text !== null ? lib.utf8Encode(body.text) : lib.copyOf(body.bytes));
      body.text = body.bytes = null;
    }
    return body.stream;
  };
  const hostStream = (backing) => {
    const stream = lib.byteStream(
      () => {
        const d = lib.deferred();
        backing.pull((kind, buffer) => {
          if (kind === 0) lib.byteStreamPush(stream, lib.fromHost(buffer));
          else if (kind === 1) lib.byteStreamClose(stream);
          else lib.byteStreamError(stream, new TypeError(buffer));
          d.resolve(undefined);
        });
        return d.promise;
      },
      () => { backing.cancel(); },
      backing,
    );
    return stream;
  };
  lib.hostStream = hostStream;
  const cloneBody = (body) => {
    if (body.stream === null && body.backing === null) return newBody(body.text, body.bytes, null, body.length);
    const stream = streamOf(body); // loads what the next line names
    const { a, b } = lib.teeForClone(stream);
    body.stream = a;
    const copy = newBody(null, null, null, body.length);
    copy.stream = b;
    return copy;
  };
  /**
   * Reads a body to its end. `convert` gets a string if `asText`, else a Uint8Array of its own; promise of what it makes
   * of that. No promise in between holds an object: a `then` on Object.prototype would see it.
   */
  const consume = (body, asText, convert) => {
    if (unusable(body)) return lib.rejected(new TypeError('the body was already read, or its stream is locked'));
    const d = lib.deferred();
    const done = (v) => {
      try {
        d.resolve(convert(v));
      } catch (e) {
        d.reject(e);
      }
    };
    if (body.stream !== null) {
      lib.readAll(body.stream, (all) => done(asText ? lib.utf8Decode(all) : all), d.reject);
      return d.promise;
    }
    body.used = true;
    const { text, bytes, backing } = body;
    body.text = body.bytes = body.backing = null;
    if (backing !== null) {
      const failed = (message) => d.reject(new TypeError(message));
      body.abort = (reason) => {
        backing.cancel();
        d.reject(reason);
      };
      if (asText) backing.text(done, failed);
      else backing.bytes((buffer) => done(lib.fromHost(buffer)), failed);
    } else if (asText) {
      done(text === null ? lib.utf8Decode(bytes) : p.charCodeAt(text, 0) === 0xfeff ? p.slice(text, 1) : text);
    } else {
      done(text !== null ? lib.utf8Encode(text) : lib.copyOf(bytes));
    }
    return d.promise;
  };
  const parseForm = (headers, bytes) => {
    const mime = lib.mimeOf(headers);
    lib.load('form');
    if (mime !== null) {
      if (mime.essence === 'multipart/form-data') return lib.parseMultipart(bytes, mime.params.boundary);
      if (mime.essence === 'application/x-www-form-urlencoded') return lib.parseFormUrlencoded(bytes);
    }
    throw new TypeError('the Content-Type is neither multipart/form-data nor application/x-www-form-urlencoded');
  };
  const toBlob = (headers, bytes) => {
    const mime = lib.mimeOf(headers);
    lib.load('form');
    return lib.newBlob(bytes, mime === null ? '' : lib.serializeMime(mime));
  };

  /** Gives a class the Body mixin; `parts(this)` checks the brand and gives an object with `body` and `headers`. */
  const mixBody = (ctor, parts) => {
    const read = (self, asText, convert) => {
      try {
        const s = parts(self);
        if (s.body !== null) return consume(s.body, asText, (v) => convert(v, s));
        return lib.resolved(convert(asText ? '' : new Uint8Array(0), s));
      } catch (e) {
        return lib.rejected(e);
      }
    };
    const methods = {
      get body() { const { body } = parts(this); return body === null ? null : streamOf(body); },
      get bodyUsed() { const { body } = parts(this); return body !== null && bodyUsed(body); },
      arrayBuffer() { return read(this, false, (bytes) => p.typedBuffer(bytes)); },
      blob() { return read(this, false, (bytes, s) => toBlob(headersOf(s), bytes)); },
      bytes() { return read(this, false, (bytes) => bytes); },
      formData() { return read(this, false, (bytes, s) => parseForm(headersOf(s), bytes)); },
      json() { return read(this, true, (text) => p.jsonParse(text)); },
      text() { return read(this, true, (text) => text); },
      textStream() {
        const { body } = parts(this);
        if (body !== null && unusable(body)) throw new TypeError('the body was already read, or its stream is locked');
        lib.load('streams');
        return lib.decodedStream(body === null ? lib.oneChunkStream(new Uint8Array(0)) : streamOf(body));
      },
    };
    const keys = p.ownKeys(methods);
    for (let i = 0; i < keys.length; i++) {
      p.defineProperty(ctor.prototype, keys[i], p.getOwnPropertyDescriptor(methods, keys[i]));
    }
  };
  const headersOf = (s) => {
    if (s.headers === null) s.headers = lib.hostHeaders(s.backing.headers(), s.guard);
    return s.headers;
  };

  // ---- Request ------------------------------------------------------------------------------------------------------
  const REFERRER_POLICIES = ['', 'no-referrer', 'no-referrer-when-downgrade', 'same-origin', 'origin', 'strict-origin',
    'origin-when-cross-origin', 'strict-origin-when-cross-origin', 'unsafe-url'];
  const MODES = ['same-origin', 'no-cors', 'cors', 'navigate'];
  const CREDENTIALS = ['omit', 'same-origin', 'include'];
  const CACHES = ['default', 'no-store', 'reload', 'no-cache', 'force-cache', 'only-if-cached'];
  const REDIRECTS = ['follow', 'error', 'manual'];
  const normalizeMethod = (m) => {
    if (!lib.isToken(m)) throw new TypeError(`"${m}" is not a method`);
    const upper = p.toUpperCase(m);
    if (upper === 'CONNECT' || upper === 'TRACE' || upper === 'TRACK') throw new TypeError(`the method ${m} is forbidden`);
    if (upper === 'GET' || upper === 'POST' || upper === 'PUT' || upper === 'DELETE' || upper === 'HEAD'
      || upper === 'OPTIONS') return upper;
    return m;
  };
  /** All members of a RequestInit, converted in the order that Web IDL gives: by name. */
  const toRequestInit = (v) => {
    const d = lib.dictionary(v, 'init');
    const o = p.bare();
    const at = (key, convert) => {
      const value = d[key];
      if (value !== undefined) o[key] = convert(value);
    };
    at('body', (b) => (b === null ? null : toBodyInit(b)));
    at('cache', (s) => lib.oneOf(s, CACHES, 'cache'));
    at('credentials', (s) => lib.oneOf(s, CREDENTIALS, 'credentials'));
    at('duplex', (s) => lib.oneOf(s, ['half'], 'duplex'));
    at('headers', lib.headersInit);
    at('integrity', DOMString);
    at('keepalive', (b) => !!b);
    at('method', ByteString);
    at('mode', (s) => lib.oneOf(s, MODES, 'mode'));
    at('priority', (s) => lib.oneOf(s, ['high', 'low', 'auto'], 'priority'));
    at('redirect', (s) => lib.oneOf(s, REDIRECTS, 'redirect'));
    at('referrer', USVString);
    at('referrerPolicy', (s) => lib.oneOf(s, REFERRER_POLICIES, 'referrerPolicy'));
    at('signal', (s) => {
      if (s !== null && !lib.isAbortSignal(s)) throw new TypeError('signal is not an AbortSignal');
      return s;
    });
    at('window', (w) => w);
    return o;
  };
  const hasMembers = (o) => p.ownKeys(o).length > 0;
  /** The base of relative URLs: none here, unless a script has defined `location` itself. */
  lib.baseUrl = () => {
    const location = global.location;
    const href = isObject(location) ? location.href : undefined;
    return typeof href === 'string' ? href : null;
  };
  const parseUrl = (text) => {
    let url = host.urlParse(text, null);
    if (url === null) {
      const base = lib.baseUrl();
      if (base !== null) url = host.urlParse(text, base);
    }
    if (url === null) throw new TypeError(`Invalid URL: ${text}`);
    return url;
  };

  class Request {
    #s;
    constructor(input, init = {}) {
      if (arguments[0] === HOST) {
        this.#s = arguments[1];
        return;
      }
      if (arguments.length < 1) lib.missing('Request', undefined, 1, 0);
      const from = lib.isRequest(input) ? input.#s : null;
      const text = from === null ? USVString(input) : '';
      const o = toRequestInit(init);
      let s;
      if (from === null) {
        const url = parseUrl(text);
        if (url.hasCredentials()) throw new TypeError(`a URL with credentials cannot be fetched: ${text}`);
        s = newRequest('GET', url.href());
        s.mode = 'cors';
        s.blob = blobOf(s.url);
      } else {
        s = newRequest(methodOf(from), urlOf(from));
        s.mode = from.mode;
        s.credentials = from.credentials;
        s.cache = from.cache;
        s.redirect = from.redirect;
        s.referrer = from.referrer;
        s.referrerPolicy = from.referrerPolicy;
        s.integrity = from.integrity;
        s.keepalive = from.keepalive;
        s.blob = from.blob;
      }
      if (o.window !== undefined && o.window !== null) throw new TypeError('window can only be null');
      if (hasMembers(o)) {
        if (s.mode === 'navigate') s.mode = 'same-origin';
        s.referrer = 'about:client';
        s.referrerPolicy = '';
      }
      if (o.referrer !== undefined) s.referrer = referrerOf(o.referrer);
      if (o.referrerPolicy !== undefined) s.referrerPolicy = o.referrerPolicy;
      if (o.mode === 'navigate') throw new TypeError('the mode cannot be "navigate"');
      if (o.mode !== undefined) s.mode = o.mode;
      if (o.credentials !== undefined) s.credentials = o.credentials;
      if (o.cache !== undefined) s.cache = o.cache;
      if (s.cache === 'only-if-cached' && s.mode !== 'same-origin') {
        throw new TypeError('the cache mode "only-if-cached" needs the mode "same-origin"');
      }
      if (o.redirect !== undefined) s.redirect = o.redirect;
      if (o.integrity !== undefined) s.integrity = o.integrity;
      if (o.keepalive !== undefined) s.keepalive = o.keepalive;
      if (o.method !== undefined) s.method = normalizeMethod(o.method);
      const source = o.signal !== undefined ? o.signal : from === null ? null : signalOf(from);
      s.source = source;
      if (source !== null) s.signal = lib.dependentSignal([source]);
      s.guard = guards.request;
      if (s.mode === 'no-cors') {
        if (s.method !== 'GET' && s.method !== 'HEAD' && s.method !== 'POST') {
          throw new TypeError(`the method ${s.method} needs another mode than "no-cors"`);
        }
        s.guard = guards.noCors;
      }
      s.headers = lib.newHeaders(s.guard);
      if (o.headers !== undefined) {
        lib.headersFill(s.headers, o.headers);
      } else if (from !== null) {
        const entries = lib.headersEntries(headersOf(from));
        for (let i = 0; i < entries.length; i++) doAppend(s.headers, entries[i].name, entries[i].value);
      }
      const inputBody = from === null ? null : from.body;
      const hasInit = o.body !== undefined && o.body !== null;
      if ((hasInit || inputBody !== null) && (s.method === 'GET' || s.method === 'HEAD')) {
        throw new TypeError(`a request with the method ${s.method} cannot have a body`);
      }
      if (hasInit) {
        const { body, type } = extract(o.body);
        s.body = body;
        if (type !== null && lib.headersGet(s.headers, 'content-type') === null) {
          doAppend(s.headers, 'Content-Type', type);
        }
        if (body.stream !== null && o.duplex === undefined) {
          throw new TypeError('a request whose body is a stream needs duplex: "half"');
        }
      } else if (inputBody !== null) {
        if (unusable(inputBody)) throw new TypeError('the body of the input request was already used');
        s.body = takeOver(inputBody);
      }
      this.#s = s;
    }
    get method() { return methodOf(this.#s); }
    get url() { return urlOf(this.#s); }
    get headers() { return this.#s.headers ?? headersOf(this.#s); }
    get destination() { return (this.#s, ''); }
    get referrer() { return this.#s.referrer === 'no-referrer' ? '' : this.#s.referrer; }
    get referrerPolicy() { return this.#s.referrerPolicy; }
    get mode() { return this.#s.mode; }
    get credentials() { return this.#s.credentials; }
    get cache() { return this.#s.cache; }
    get redirect() { return this.#s.redirect === '' ? 'follow' : this.#s.redirect; }
    get integrity() { return this.#s.integrity; }
    get keepalive() { return this.#s.keepalive; }
    get isReloadNavigation() { return (this.#s, false); }
    get isHistoryNavigation() { return (this.#s, false); }
    get signal() { return signalOf(this.#s); }
    get duplex() { return (this.#s, 'half'); }
    clone() {
      const s = this.#s;
      if (s.body !== null && unusable(s.body)) throw new TypeError('the body was already used');
      const c = newRequest(methodOf(s), urlOf(s));
      c.mode = s.mode;
      c.credentials = s.credentials;
      c.cache = s.cache;
      c.redirect = s.redirect;
      c.referrer = s.referrer;
      c.referrerPolicy = s.referrerPolicy;
      c.integrity = s.integrity;
      c.keepalive = s.keepalive;
      c.blob = s.blob;
      c.guard = s.guard;
      c.headers = copyHeaders(headersOf(s), s.guard);
      c.body = s.body === null ? null : cloneBody(s.body);
      c.source = signalOf(s);
      c.signal = lib.dependentSignal([c.source]);
      return new Request(HOST, c);
    }
    static {
      lib.isRequest = (v) => isObject(v) && #s in v;
      lib.requestState = (r) => r.#s;
      /** A Request of a message that the host holds; its parts are read when they are asked for. */
      lib.hostRequest = (backing, guard = guards.gateway) => {
        const s = newRequest('', '');
        s.backing = backing;
        s.guard = guard;
        s.redirect = 'manual';
        const body = backing.body();
        if (body !== null) s.body = newBody(null, null, body, -1);
        return new Request(HOST, s);
      };
    }
  }
  const HOST = p.freeze({ __proto__: null });
  const newRequest = (method, url) => ({
    __proto__: null, backing: null, method, url, headers: null, guard: guards.request, body: null, mode: 'cors',
    credentials: 'same-origin', cache: 'default', redirect: '', referrer: 'about:client', referrerPolicy: '',
    integrity: '', keepalive: false, source: null, signal: null, blob: null,
  });
  /** What a request for a blob: URL will read, though the URL be revoked until then; null for other URLs. */
  const blobOf = (url) => {
    if (!p.startsWith(url, 'blob:')) return null;
    lib.load('url');
    return lib.objectOfUrl(url);
  };
  const methodOf = (s) => (s.backing === null ? s.method : s.method || (s.method = s.backing.method()));
  const urlOf = (s) => (s.backing === null ? s.url : s.url || (s.url = s.backing.url()));
  const signalOf = (s) => {
    if (s.signal === null) s.signal = lib.newAbortSignal();
    return s.signal;
  };
  const doAppend = lib.headersAppend;
  const copyHeaders = (from, guard) => {
    const h = lib.newHeaders(guard);
    const entries = lib.headersEntries(from);
    for (let i = 0; i < entries.length; i++) lib.headersAdd(h, entries[i].name, entries[i].value);
    return h;
  };
  const referrerOf = (text) => {
    if (text === '') return 'no-referrer';
    const url = parseUrl(text);
    const href = url.href();
    if (p.startsWith(href, 'about:client')) return 'about:client';
    const base = lib.baseUrl();
    if (base !== null && host.urlParse(base, null)?.origin() !== url.origin()) return 'about:client';
    return href;
  };
  const takeOver = (body) => {
    const next = newBody(body.text, body.bytes, body.backing, body.length);
    if (body.stream !== null) {
      next.stream = lib.identityPipe(body.stream);
    } else {
      body.used = true;
      body.text = body.bytes = body.backing = null;
    }
    return next;
  };
  mixBody(Request, (r) => lib.requestState(r));
  defineInterface(Request);

  // ---- Response -----------------------------------------------------------------------------------------------------
  const isNullBody = (status) => status === 101 || status === 103 || status === 204 || status === 205 || status === 304;
  const isRedirect = (status) => status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
  const checkReason = (text) => {
    for (let i = 0; i < text.length; i++) {
      const c = p.charCodeAt(text, i);
      if (!(c === 9 || (c >= 32 && c !== 127))) throw new TypeError('statusText is not a reason phrase');
    }
  };
  const newResponse = (status, statusText, headers, body) => ({
    __proto__: null, type: 'default', status, statusText, headers, body, url: '', redirected: false, backing: null,
    guard: guards.response,
  });
  const responseOf = (init) => {
    const d = lib.dictionary(init, 'init');
    let { headers } = d;
    if (headers !== undefined) headers = lib.headersInit(headers);
    let { status } = d;
    status = status === undefined ? 200 : lib.unsignedShort(status);
    let { statusText } = d;
    statusText = statusText === undefined ? '' : ByteString(statusText);
    if (status < 200 || status > 599) throw new RangeError(`the status ${status} is not between 200 and 599`);
    checkReason(statusText);
    const h = lib.newHeaders(guards.response);
    if (headers !== undefined) lib.headersFill(h, headers);
    return newResponse(status, statusText, h, null);
  };
  const giveBody = (s, extracted) => {
    if (isNullBody(s.status)) throw new TypeError(`a response with status ${s.status} cannot have a body`);
    s.body = extracted.body;
    if (extracted.type !== null && lib.headersGet(s.headers, 'content-type') === null) {
      lib.headersAdd(s.headers, 'Content-Type', extracted.type);
    }
  };

  class Response {
    #s;
    constructor(body = null, init = {}) {
      if (arguments[0] === HOST) {
        this.#s = arguments[1];
        return;
      }
      const converted = body === null ? null : toBodyInit(body);
      const s = responseOf(init);
      if (converted !== null) giveBody(s, extract(converted));
      this.#s = s;
    }
    static error() {
      const s = newResponse(0, '', lib.newHeaders(guards.immutable), null);
      s.type = 'error';
      return new Response(HOST, s);
    }
    static json(data, init = {}) {
      if (arguments.length < 1) lib.missing('Response', 'json', 1, 0);
      const text = p.jsonStringify(data);
      if (text === undefined) throw new TypeError('Response.json: the value cannot be written as JSON');
      const s = responseOf(init);
      giveBody(s, { __proto__: null, body: newBody(text, null, null, -1), type: 'application/json' });
      return new Response(HOST, s);
    }
    static redirect(url, status = 302) {
      if (arguments.length < 1) lib.missing('Response', 'redirect', 1, 0);
      const text = USVString(url);
      status = lib.unsignedShort(status);
      const parsed = parseUrl(text);
      if (!isRedirect(status)) throw new RangeError(`${status} is not a redirect status`);
      const headers = lib.newHeaders(guards.immutable);
      lib.headersAdd(headers, 'Location', parsed.href());
      return new Response(HOST, newResponse(status, '', headers, null));
    }
    get type() { return this.#s.type; }
    get url() { return this.#s.url; }
    get redirected() { return this.#s.redirected; }
    get status() { return this.#s.status; }
    get ok() { return this.#s.status >= 200 && this.#s.status <= 299; }
    get statusText() { return this.#s.statusText; }
    get headers() { return this.#s.headers; }
    clone() {
      const s = this.#s;
      if (s.body !== null && unusable(s.body)) throw new TypeError('the body was already used');
      const guard = s.guard;
      const c = newResponse(s.status, s.statusText, copyHeaders(s.headers, guard), null);
      c.type = s.type;
      c.url = s.url;
      c.redirected = s.redirected;
      c.guard = guard;
      if (s.body !== null) c.body = cloneBody(s.body);
      return new Response(HOST, c);
    }
    static {
      lib.isResponse = (v) => isObject(v) && #s in v;
      lib.responseState = (r) => r.#s;
      /** A Response whose fields and body the host keeps. */
      lib.hostResponse = (status, statusText, fields, body, url, redirected, guard) => {
        const s = newResponse(status, statusText, lib.hostHeaders(fields, guard), null);
        s.url = url;
        s.redirected = redirected;
        s.guard = guard;
        if (body !== null) s.body = newBody(null, null, body, -1);
        return new Response(HOST, s);
      };
    }
  }
  mixBody(Response, (r) => lib.responseState(r));
  defineInterface(Response);
  p.defineProperty(Response, 'length', { __proto__: null, value: 0, configurable: true });

  // ---- to the host --------------------------------------------------------------------------------------------------
  /** Hands a body over to the host's `taker`, once; throws when it was used. */
  const giveToHost = (body, taker) => {
    if (body === null) return;
    if (unusable(body)) throw new TypeError('the body was already used, or its stream is locked');
    if (body.stream !== null) {
      const untouched = lib.takeBacking(body.stream);
      if (untouched !== null) {
        taker.backing(untouched);
        return;
      }
      const reader = lib.byteReader(body.stream);
      taker.stream(reader.pull, reader.cancel);
      return;
    }
    body.used = true;
    const { text, bytes, backing } = body;
    body.text = body.bytes = body.backing = null;
    if (backing !== null) taker.backing(backing);
    else if (text !== null) taker.text(text);
    else taker.bytes(p.typedBuffer(bytes), p.typedByteOffset(bytes), p.typedLength(bytes));
  };
  const giveHeaders = (headers, taker) => {
    const backing = lib.headersHost(headers);
    if (backing !== null) {
      taker.headers(backing);
      return;
    }
    const list = lib.headersEntries(headers);
    for (let i = 0; i < list.length; i++) {
      if (!taker.header(list[i].name, list[i].value)) {
        throw new TypeError(`the value of "${list[i].lower}" has a control character`);
      }
    }
  };
  lib.takeResponse = (response, taker) => {
    if (!lib.isResponse(response)) throw new TypeError('the handler did not return a Response');
    const s = lib.responseState(response);
    if (s.type === 'error') throw new TypeError('the handler returned Response.error()');
    if (s.body !== null && unusable(s.body)) {
      throw new TypeError('the handler returned a Response whose body was already used');
    }
    taker.head(s.status, s.statusText);
    giveHeaders(s.headers, taker);
    giveToHost(s.body, taker);
  };
  lib.takeBody = (v, taker) => {
    const s = lib.isRequest(v) ? lib.requestState(v) : lib.responseState(v);
    giveToHost(s.body, taker);
  };
  /** Replaces the body of a message that stays the same object; `init` is a BodyInit or null. */
  lib.takeBodyInit = (init, taker) => { giveToHost(extract(toBodyInit(init)).body, taker); };

  // ---- fetch --------------------------------------------------------------------------------------------------------
  const doFetch = (binding, input, init) => {
    let request;
    try {
      request = new Request(input, init);
    } catch (e) {
      return lib.rejected(e);
    }
    const s = lib.requestState(request);
    const { signal } = s;
    if (signal !== null && lib.signalAborted(signal)) {
      cancelBody(s.body, lib.signalReason(signal));
      return lib.rejected(lib.signalReason(signal));
    }
    if (p.startsWith(s.url, 'blob:')) return fetchBlob(s);
    if (p.startsWith(s.url, 'data:')) return fetchData(s);
    const d = lib.deferred();
    let response = null;
    let call;
    const onAbort = (reason) => {
      call.abort();
      cancelBody(s.body, reason);
      if (response === null) {
        d.reject(reason);
        return;
      }
      const { body } = lib.responseState(response);
      if (body === null) return;
      if (body.abort !== null) {
        body.abort(reason);
      } else if (!body.used || body.stream !== null) {
        const stream = streamOf(body); // loads what the next line names
        lib.errorStream(stream, reason);
      }
    };
    call = host.fetch(
      binding, s.method, s.url, s.redirect,
      (status, statusText, fields, backing, url, redirected) => {
        if (signal !== null && lib.signalAborted(signal)) return;
        response = lib.hostResponse(status, statusText, fields, backing, url, redirected, guards.immutable);
        lib.responseState(response).type = 'basic';
        d.resolve(response);
      },
      (message) => {
        if (signal !== null) lib.signalRemove(signal, onAbort);
        d.reject(new TypeError(message));
      },
    );
    try {
      giveHeaders(s.headers, call);
      if (lib.headersGet(s.headers, 'accept') === null) call.header('Accept', '*/*');
      giveToHost(s.body, call);
    } catch (e) {
      return lib.rejected(e);
    }
    if (signal !== null) lib.signalAdd(signal, onAbort);
    call.send();
    return d.promise;
  };
  const localResponse = (s, bytes, type) => {
    const headers = lib.newHeaders(guards.immutable);
    lib.headersAdd(headers, 'Content-Length', `${p.typedLength(bytes)}`);
    lib.headersAdd(headers, 'Content-Type', type);
    const r = newResponse(200, 'OK', headers, newBody(null, bytes, null, p.typedLength(bytes)));
    r.type = 'basic';
    r.url = s.url;
    r.guard = guards.immutable;
    return lib.resolved(new Response(HOST, r));
  };
  /** Fetch §4.2, "blob". */
  const fetchBlob = (s) => {
    const blob = s.method === 'GET' ? s.blob : null;
    if (blob === null) return lib.rejected(new TypeError(`there is no object behind ${s.url}`));
    return localResponse(s, lib.blobBytes(blob), lib.blobType(blob));
  };
  /** Fetch §6, "data: URL processor". */
  const fetchData = (s) => {
    const hash = p.indexOf(s.url, '#');
    const text = hash < 0 ? s.url : p.slice(s.url, 0, hash);
    const data = host.dataUrl(text);
    if (data === null) return lib.rejected(new TypeError('the data: URL is not valid'));
    const given = data.type();
    const mime = lib.parseMime(p.startsWith(given, ';') ? `text/plain${given}` : given);
    return localResponse(s, lib.fromHost(data.bytes()), mime === null ? 'text/plain;charset=US-ASCII' : lib.serializeMime(mime));
  };
  const cancelBody = (body, reason) => {
    if (body === null || body.used) return;
    if (body.stream !== null) {
      if (!lib.streamLocked(body.stream)) lib.handled(lib.cancelStream(body.stream, reason));
    } else if (body.backing !== null) {
      body.used = true;
      body.backing.cancel();
    }
  };
  const fetchFunction = (binding) => ({
    fetch(input, init = {}) {
      if (arguments.length < 1) {
        try { lib.missing('fetch', undefined, 1, 0); } catch (e) { return lib.rejected(e); }
      }
      return doFetch(binding, input, init);
    },
  });
  /** An object with `fetch`, for a destination that the configuration binds. */
  lib.fetcher = (binding) => fetchFunction(binding);
  lib.expose('fetch', fetchFunction(null).fetch, true);
}
