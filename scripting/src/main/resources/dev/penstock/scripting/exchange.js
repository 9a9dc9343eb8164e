// What handlers see of a request and its response, and how a phase calls them. Evaluates to (lib) => runtime; nothing
// here is reachable from user code but the objects that it is handed. Each `host` is an exported Java object that answers
// until its exchange is over; `#host` keeps it from user code.
(lib) => {
  'use strict';
  const { p, isObject } = lib;
  const { TypeError } = p;
  const NEXT = 0;
  const RESPOND = 1;
  const PENDING = 2;
  const RETRY = 3;

  /** Setters of the host answer null, or a sentence that says what is wrong. */
  const check = (problem) => {
    if (problem !== null) throw new TypeError(problem);
  };
  const text = (v, what) => {
    if (typeof v === 'string') return v;
    if (v === null || v === undefined || typeof v === 'symbol') throw new TypeError(`${what} must be a string`);
    return `${v}`;
  };

  // ---- request and response -----------------------------------------------------------------------------------------
  let readBody;
  class ExchangeRequest {
    #host;
    #headers = null;
    #read = null;
    constructor(host) { this.#host = host; }
    get method() { return this.#host.method(); }
    set method(v) { check(this.#host.setMethod(text(v, 'request.method'))); }
    get path() { return this.#host.path(); }
    set path(v) { check(this.#host.setPath(text(v, 'request.path'))); }
    /** Without the question mark; empty when there is none. */
    get query() { return this.#host.query(); }
    set query(v) {
      let query = v === null || v === undefined ? '' : `${v}`;
      if (query.length > 0 && query[0] === '?') query = p.slice(query, 1);
      check(this.#host.setQuery(query));
    }
    get url() { return this.#host.url(); }
    set url(v) {
      const target = text(v, 'request.url');
      if (p.startsWith(target, '/') && !p.startsWith(target, '//')) {
        const mark = p.indexOf(target, '?');
        check(this.#host.setPath(mark < 0 ? target : p.slice(target, 0, mark)));
        check(this.#host.setQuery(mark < 0 ? '' : p.slice(target, mark + 1)));
        return;
      }
      const url = new lib.URL(target, this.#host.url());
      if (url.host !== new lib.URL(this.#host.url()).host) {
        throw new TypeError('request.url cannot change the host; set exchange.upstream, or the host header');
      }
      check(this.#host.setPath(url.pathname));
      this.query = url.search;
    }
    get host() { return this.#host.authority(); }
    get httpVersion() { return this.#host.httpVersion(); }
    get headers() {
      if (this.#headers === null) this.#headers = lib.hostHeaders(this.#host.requestHeaders(), lib.guards.gateway);
      else this.#host.check();
      return this.#headers;
    }
    /** Reads the body to its end; it is forwarded all the same. In onRequest only. */
    bytes() { return p.then(readBody(this), (all) => lib.copyOf(all)); }
    arrayBuffer() { return p.then(readBody(this), (all) => p.typedBuffer(lib.copyOf(all))); }
    text() { return p.then(readBody(this), (all) => lib.utf8Decode(all)); }
    json() { return p.then(readBody(this), (all) => p.jsonParse(lib.utf8Decode(all))); }
    formData() { return p.then(readBody(this), (all) => new lib.Response(all, { headers: { 'content-type': this.headers.get('content-type') ?? '' } }).formData()); }
    /** Sends another body instead: string, bytes, Blob, FormData, URLSearchParams, ReadableStream, or null for none. */
    replaceBody(body) {
      const response = new lib.Response(body === undefined ? null : body);
      const type = response.headers.get('content-type');
      if (type !== null && body !== null) this.headers.set('content-type', type);
      check(this.#host.replaceRequestBody(response));
    }
    static {
      readBody = (request) => {
        if (request.#read === null) {
          const d = lib.deferred();
          request.#read = d.promise;
          const problem = request.#host.readRequestBody(
            (bytes) => d.resolve(lib.fromHost(bytes)),
            (message) => d.reject(new TypeError(message)),
          );
          if (problem !== null) d.reject(new TypeError(problem));
        }
        return request.#read;
      };
    }
  }

  class UpstreamRequest {
    #host;
    #headers = null;
    constructor(host) { this.#host = host; }
    get method() { return this.#host.upstreamMethod(); }
    get path() { return this.#host.upstreamPath(); }
    set path(v) { check(this.#host.setUpstreamPath(text(v, 'upstreamRequest.path'))); }
    get query() { return this.#host.upstreamQuery(); }
    set query(v) {
      let query = v === null || v === undefined ? '' : `${v}`;
      if (query.length > 0 && query[0] === '?') query = p.slice(query, 1);
      check(this.#host.setUpstreamQuery(query));
    }
    get headers() {
      if (this.#headers === null) this.#headers = lib.hostHeaders(this.#host.upstreamHeaders(), lib.guards.gateway);
      else this.#host.check();
      return this.#headers;
    }
  }

  class ExchangeResponse {
    #host;
    #headers = null;
    constructor(host) { this.#host = host; }
    get status() { return this.#host.status(); }
    set status(v) { check(this.#host.setStatus(lib.unsignedShort(v))); }
    get ok() {
      const status = this.#host.status();
      return status >= 200 && status < 300;
    }
    get headers() {
      if (this.#headers === null) this.#headers = lib.hostHeaders(this.#host.responseHeaders(), lib.guards.gateway);
      else this.#host.check();
      return this.#headers;
    }
  }

  /** A part of a body on its way, or all of it. */
  class BodyPart {
    #host;
    #bytes = null;
    #text = null;
    constructor(host) { this.#host = host; }
    /** A copy; changing it changes nothing, see replace(). */
    get bytes() {
      if (this.#bytes === null) this.#bytes = lib.fromHost(this.#host.partBytes());
      return this.#bytes;
    }
    get size() { return this.#host.partSize(); }
    get last() { return this.#host.partIsLast(); }
    /** As UTF-8; a character that is cut by the end of a part comes whole with the next one. */
    text() {
      if (this.#text === null) this.#text = this.#host.partText();
      return this.#text;
    }
    json() { return p.jsonParse(this.text()); }
    replace(body) { replacePart(this.#host, body); }
    drop() { check(this.#host.replacePart('')); }
  }
  const replacePart = (host, body) => {
    if (typeof body === 'string') {
      check(host.replacePart(body));
      return;
    }
    if (!lib.isBufferSource(body)) throw new TypeError('a body part is replaced by a string or bytes');
    const bytes = lib.bytesOf(body);
    check(host.replacePartBytes(p.typedBuffer(bytes), p.typedByteOffset(bytes), p.typedLength(bytes)));
  };

  let endpointHost;
  class Endpoint {
    #host;
    constructor(host) { this.#host = host; }
    get name() { return this.#host.name(); }
    get weight() { return this.#host.weight(); }
    get effectiveWeight() { return this.#host.effectiveWeight(); }
    get inFlight() { return this.#host.inFlight(); }
    /** Milliseconds to the response head, as a moving average; 0 before the first. */
    get latency() { return this.#host.latencyMs(); }
    get healthy() { return this.#host.isHealthy(); }
    get backup() { return this.#host.isBackup(); }
    toString() { return this.#host.name(); }
    static {
      endpointHost = (v) => (isObject(v) && #host in v ? v.#host : null);
    }
  }

  // ---- the exchange -------------------------------------------------------------------------------------------------
  const VARS = {
    get(target, key) {
      if (typeof key !== 'string') return undefined;
      const own = target.local[key];
      if (own !== undefined) return own;
      const value = target.host.variable(key);
      return value === null ? undefined : value;
    },
    set(target, key, value) {
      if (typeof key !== 'string') throw new TypeError('the name of a variable is a string');
      const type = typeof value;
      delete target.local[key];
      if (type === 'string' || type === 'number' || type === 'boolean') check(target.host.setVariable(key, value));
      else {
        target.host.removeVariable(key);
        if (value !== undefined && value !== null) target.local[key] = value;
      }
      return true;
    },
    has(target, key) {
      return typeof key === 'string' && (target.local[key] !== undefined || target.host.variable(key) !== null);
    },
    deleteProperty(target, key) {
      if (typeof key === 'string') {
        delete target.local[key];
        target.host.removeVariable(key);
      }
      return true;
    },
    ownKeys(target) {
      const keys = [];
      const n = target.host.variableCount();
      for (let i = 0; i < n; i++) lib.append(keys, target.host.variableName(i));
      for (const key in target.local) lib.append(keys, key);
      return keys;
    },
    getOwnPropertyDescriptor(target, key) {
      const value = VARS.get(target, key);
      return value === undefined ? undefined : { value, writable: true, enumerable: true, configurable: true };
    },
    getPrototypeOf() { return null; },
    defineProperty(target, key, d) { return VARS.set(target, key, d.value); },
  };

  class Log {
    #host;
    constructor(host) { this.#host = host; }
    debug(...args) { this.#host.log(0, describe(args)); }
    info(...args) { this.#host.log(1, describe(args)); }
    warn(...args) { this.#host.log(2, describe(args)); }
    error(...args) { this.#host.log(3, describe(args)); }
  }
  const describe = (args) => {
    lib.load('console');
    return lib.formatLog(args);
  };

  let takeReplaced;
  let isOf;
  class Exchange {
    #host;
    #env;
    #id;
    #request = null;
    #upstreamRequest = null;
    #response = null;
    #replaced = null;
    #identity = null;
    #vars = null;
    #params = null;
    #log = null;
    #signal = null;
    constructor(host, env) {
      this.#host = host;
      this.#env = env;
      this.#id = null;
    }
    get id() {
      if (this.#id === null) this.#id = this.#host.id();
      return this.#id;
    }
    get env() { return this.#env; }
    get request() {
      if (this.#request === null) this.#request = new ExchangeRequest(this.#host);
      return this.#request;
    }
    get upstreamRequest() {
      if (this.#upstreamRequest === null || this.#host.isNewAttempt()) this.#upstreamRequest = new UpstreamRequest(this.#host);
      return this.#upstreamRequest;
    }
    get response() {
      if (this.#replaced !== null) return this.#replaced;
      if (!this.#host.hasResponse()) return undefined;
      if (this.#response === null || this.#host.isNewResponse()) this.#response = new ExchangeResponse(this.#host);
      return this.#response;
    }
    set response(v) {
      if (!lib.isResponse(v)) throw new TypeError('exchange.response can be set to a Response only');
      this.#replaced = v;
    }
    get route() { return this.#host.route(); }
    get clientIp() { return this.#host.clientIp(); }
    /** Who sends the request, as a filter before has found out, or null. */
    get identity() {
      if (this.#identity === null) {
        const json = this.#host.identity();
        if (json !== null) this.#identity = p.Object.freeze(p.jsonParse(json));
      }
      return this.#identity;
    }
    get secure() { return this.#host.isSecure(); }
    get upstream() { return this.#host.upstream(); }
    set upstream(v) { check(this.#host.setUpstream(text(v, 'exchange.upstream'))); }
    get endpoint() { return this.#host.endpointName(); }
    get attempt() { return this.#host.attempts(); }
    get error() { return errorOf(this.#host); }
    /** Milliseconds since the request began. */
    get elapsed() { return this.#host.elapsedMs(); }
    get params() {
      if (this.#params === null) {
        const params = p.create(null);
        const n = this.#host.paramCount();
        for (let i = 0; i < n; i++) params[this.#host.paramName(i)] = this.#host.paramValue(i);
        this.#params = params;
      }
      return this.#params;
    }
    get vars() {
      if (this.#vars === null) {
        this.#vars = new p.Proxy({ __proto__: null, host: this.#host, local: p.create(null) }, VARS);
      }
      return this.#vars;
    }
    get log() {
      if (this.#log === null) this.#log = new Log(this.#host);
      return this.#log;
    }
    /** Aborts when the client goes away or the time is up. */
    get signal() {
      if (this.#signal === null) {
        const signal = lib.newAbortSignal();
        this.#signal = signal;
        this.#host.onAbort((name, message) => lib.signalAbort(signal, lib.domException(message, name)));
      }
      return this.#signal;
    }
    waitUntil(promise) { waitUntil(this.#host, promise); }
    /** Sends 103 Early Hints with these fields, now. */
    earlyHints(init) {
      const headers = new lib.Headers(init);
      check(this.#host.earlyHints(headersText(headers)));
    }
    static {
      takeReplaced = (ex) => {
        const response = ex.#replaced;
        ex.#replaced = null;
        return response;
      };
      isOf = (ex, host) => ex.#host === host;
    }
  }
  const headersText = (headers) => {
    let all = '';
    const list = lib.headersEntries(headers);
    for (let i = 0; i < list.length; i++) all += `${list[i].name}: ${list[i].value}\n`;
    return all;
  };
  const errorOf = (host) => {
    const kind = host.errorKind();
    if (kind === null) return null;
    return {
      kind, side: host.errorSide(), status: host.errorStatus(), detail: host.errorDetail(),
      retryable: host.errorIsRetryable(), toString() { return `${kind}: ${this.detail}`; },
    };
  };
  const waitUntil = (host, promise) => {
    const problem = host.workBegins();
    check(problem);
    p.then(lib.resolved(promise), () => host.workEnds(), (e) => { host.workFails(e); });
  };
  for (const type of [Exchange, ExchangeRequest, ExchangeResponse, UpstreamRequest, BodyPart, Endpoint, Log]) {
    p.defineProperty(type.prototype, p.toStringTag, { __proto__: null, value: type.name, configurable: true });
    p.defineProperty(type.prototype, 'constructor', { __proto__: null, value: p.Object, configurable: true, writable: true });
  }

  // ---- phases -------------------------------------------------------------------------------------------------------
  // Exchanges that pass several phases of one script keep their object between them: Java gives each a slot.
  const slots = [];
  const exchangeAt = (host, slot, env) => {
    if (slot >= 0) {
      const known = slots[slot];
      if (known !== undefined && isOf(known, host)) return known;
    }
    const exchange = new Exchange(host, env);
    if (slot >= 0) slots[slot] = exchange;
    return exchange;
  };
  const shown = (v) => {
    if (typeof v === 'string') return 'a string';
    if (typeof v === 'object') return p.isArray(v) ? 'an array' : 'an object that is no Response';
    return `a ${typeof v}`;
  };
  const finish = (host, exchange, phase, value) => {
    if (value === undefined || value === null) {
      value = takeReplaced(exchange);
      if (value === null) return NEXT;
    }
    if (lib.isResponse(value)) {
      host.answer(value);
      return RESPOND;
    }
    throw new TypeError(`${phase} returned ${shown(value)}; return a Response, or nothing to go on`);
  };
  const isThenable = (v) => isObject(v) && typeof v.then === 'function';
  const settle = (host, promise, ends) => {
    p.then(
      p.then(lib.resolved(promise), ends),
      (code) => { host.settled(code); },
      (error) => { host.failed(error); },
    );
    return PENDING;
  };
  const plain = (phase, handler, env) => (host, slot) => {
    const exchange = exchangeAt(host, slot, env);
    const value = handler(exchange, env);
    if (isThenable(value)) return settle(host, value, (v) => finish(host, exchange, phase, v));
    return finish(host, exchange, phase, value);
  };

  const fetcher = (handler, self, env, before) => (host, slot) => {
    const exchange = exchangeAt(host, slot, env);
    let open = false;
    const answered = (value) => {
      if (lib.isResponse(value)) {
        host.answer(value);
        return RESPOND;
      }
      throw new TypeError(`fetch returned ${value === undefined || value === null ? value : shown(value)}; it must return a Response`);
    };
    const run = () => {
      const ctx = {
        exchange,
        waitUntil(promise) { waitUntil(host, promise); },
        passThroughOnException() { open = true; },
        props: {},
      };
      const request = lib.hostRequest(host.fetchRequest());
      return p.apply(handler, self, [request, env, ctx]);
    };
    const failedWith = (error) => {
      if (!open || host.isAnswered()) throw error;
      host.passed(error);
      return NEXT;
    };
    try {
      let value;
      if (before !== null) {
        const code = before(exchange, env);
        if (isThenable(code)) {
          return settle(host, code, (v) => {
            const result = finish(host, exchange, 'onRequest', v);
            return result !== NEXT ? result : p.then(p.then(lib.resolved(undefined), () => run()), answered);
          });
        }
        const result = finish(host, exchange, 'onRequest', code);
        if (result !== NEXT) return result;
      }
      value = run();
      if (isThenable(value)) {
        return settle(host, p.then(p.then(lib.resolved(value), answered), undefined, failedWith), (code) => code);
      }
      return answered(value);
    } catch (error) {
      return failedWith(error);
    }
  };

  const body = (phase, handler, env, mayAnswer) => (host, slot) => {
    const exchange = exchangeAt(host, slot, env);
    const part = new BodyPart(host);
    const ends = (value) => {
      if (value === undefined || value === null) return NEXT;
      if (mayAnswer && lib.isResponse(value)) {
        host.answer(value);
        return RESPOND;
      }
      if (typeof value !== 'string' && !lib.isBufferSource(value)) {
        throw new TypeError(`${phase} returned ${shown(value)}; return bytes or a string to replace the part, or nothing`);
      }
      replacePart(host, value);
      return NEXT;
    };
    const value = handler(exchange, part, env);
    return isThenable(value) ? settle(host, value, ends) : ends(value);
  };

  const upstreamError = (handler, env) => (host, slot) => {
    const exchange = exchangeAt(host, slot, env);
    const ends = (value) => {
      if (value === 'retry') return RETRY;
      if (value === 'fail') return NEXT;
      if (value !== undefined && value !== null && !lib.isResponse(value)) {
        throw new TypeError(`onUpstreamError returned ${shown(value)}; return "retry", a Response, or nothing`);
      }
      return finish(host, exchange, 'onUpstreamError', value);
    };
    const value = handler(exchange, errorOf(host), env);
    return isThenable(value) ? settle(host, value, ends) : ends(value);
  };

  const logged = (handler, env) => (host, slot) => {
    const exchange = exchangeAt(host, slot, env);
    const value = handler(exchange, env);
    if (isThenable(value)) waitUntil(host, value);
    return NEXT;
  };

  /** Answers the place of the chosen endpoint in `set`, or -1 for none. */
  const selector = (handler, env) => {
    let known = [];
    let knownHosts = [];
    return (host, set) => {
      const exchange = new Exchange(host, env);
      const n = set.size();
      const endpoints = [];
      for (let i = 0; i < n; i++) {
        const place = set.place(i);
        const endpointHost_ = set.host(i);
        if (knownHosts[place] !== endpointHost_) {
          knownHosts[place] = endpointHost_;
          known[place] = new Endpoint(endpointHost_);
        }
        lib.append(endpoints, known[place]);
      }
      const value = handler(exchange, endpoints, env);
      if (value === undefined || value === null) return -1;
      if (isThenable(value)) throw new TypeError('selectEndpoint must not be async: it runs between two attempts');
      const list = p.isArray(value) ? value : [value];
      for (let i = 0; i < list.length; i++) {
        const chosen = endpointHost(list[i]);
        if (chosen === null) throw new TypeError('selectEndpoint returned something that is no endpoint of its second argument');
        const place = chosen.place();
        for (let k = 0; k < n; k++) if (set.place(k) === place) return place;
      }
      return -1;
    };
  };

  const ticker = (handler, self, env) => (host, now) => {
    const ctx = { waitUntil(promise) { waitUntil(host, promise); } };
    const value = p.apply(handler, self, [{ scheduledTime: now, cron: host.schedule(), type: 'scheduled' }, env, ctx]);
    if (isThenable(value)) waitUntil(host, value);
    return NEXT;
  };

  // ---- env ----------------------------------------------------------------------------------------------------------
  const makeEnv = (host) => {
    const env = p.create(null);
    const n = host.size();
    for (let i = 0; i < n; i++) {
      const name = host.name(i);
      const kind = host.kind(i);
      env[name] = kind === 'value' ? p.jsonParse(host.value(i))
        : kind === 'secret' ? host.value(i)
        : kind === 'kv' ? lib.newKv(host.kv(i))
        : lib.fetcher(host.binding(i));
    }
    return p.Object.freeze(env);
  };

  // ---- key-value stores ---------------------------------------------------------------------------------------------
  const seconds = (options, what) => {
    const v = options?.expirationTtl ?? options?.ttl;
    if (v === undefined || v === null) return 0;
    const n = +v;
    if (!(n > 0)) throw new TypeError(`${what}: a time to live is a number of seconds above 0`);
    return n;
  };
  class Kv {
    #host;
    constructor(host) { this.#host = host; }
    async get(key, options) {
      const as = typeof options === 'string' ? options : options?.type ?? 'text';
      if (as === 'arrayBuffer' || as === 'bytes') {
        const bytes = lib.fromHost(this.#host.getBytes(text(key, 'key')));
        return bytes === null ? null : as === 'bytes' ? bytes : p.typedBuffer(bytes);
      }
      const value = this.#host.get(text(key, 'key'));
      return value === null ? null : as === 'json' ? p.jsonParse(value) : value;
    }
    async put(key, value, options) {
      const ttl = seconds(options, 'put');
      key = text(key, 'key');
      if (lib.isBufferSource(value)) {
        const bytes = lib.bytesOf(value);
        check(this.#host.putBytes(key, p.typedBuffer(bytes), p.typedByteOffset(bytes), p.typedLength(bytes), ttl));
      } else {
        check(this.#host.put(key, typeof value === 'string' ? value : p.jsonStringify(value), ttl));
      }
    }
    async delete(key) { return this.#host.delete(text(key, 'key')); }
    async list(options) {
      const prefix = options?.prefix === undefined ? '' : `${options.prefix}`;
      const limit = options?.limit === undefined ? 1000 : lib.unsignedLong(options.limit);
      const cursor = options?.cursor === undefined || options.cursor === null ? '' : `${options.cursor}`;
      const found = this.#host.list(prefix, cursor, limit);
      const keys = [];
      const n = found.size();
      for (let i = 0; i < n; i++) lib.append(keys, { name: found.name(i) });
      return { keys, list_complete: found.isComplete(), cursor: found.isComplete() ? undefined : found.name(n - 1) };
    }
    /** Adds to a counter, atomically over all workers; answers the new count. */
    async increment(key, by, options) {
      const n = by === undefined ? 1 : +by;
      if (!p.isInteger(n)) throw new TypeError('increment: the step is an integer');
      const result = this.#host.increment(text(key, 'key'), n, seconds(options, 'increment'));
      if (typeof result === 'string') throw new TypeError(result);
      return result;
    }
    /** Puts `value` if the key still has `expected` (null for absent); answers whether it did. */
    async compareAndSet(key, expected, value, options) {
      const asText = (v) => (v === null || v === undefined ? null : typeof v === 'string' ? v : p.jsonStringify(v));
      const result = this.#host.compareAndSet(text(key, 'key'), asText(expected), asText(value), seconds(options, 'compareAndSet'));
      if (typeof result === 'string') throw new TypeError(result);
      return result;
    }
    /** The value, or what `compute` makes of the key; concurrent callers on all workers wait for one computation. */
    async getOrCompute(key, compute, options) {
      key = text(key, 'key');
      if (typeof compute !== 'function') throw new TypeError('getOrCompute: the second argument is a function');
      const ttl = seconds(options, 'getOrCompute');
      for (;;) {
        const d = lib.deferred();
        const turn = this.#host.begin(key, (value) => d.resolve(value));
        // 'mine': compute; 'wait': someone does; else the value is there.
        if (turn === 0) return p.jsonParse(this.#host.taken());
        if (turn === 2) {
          const value = await d.promise;
          if (value !== null) return p.jsonParse(value);
          continue;
        }
        try {
          const value = await compute(key);
          const json = p.jsonStringify(value === undefined ? null : value);
          check(this.#host.complete(key, json, ttl));
          return value;
        } catch (e) {
          this.#host.abandon(key);
          throw e;
        }
      }
    }
  }
  p.defineProperty(Kv.prototype, p.toStringTag, { __proto__: null, value: 'Kv', configurable: true });
  p.defineProperty(Kv.prototype, 'constructor', { __proto__: null, value: p.Object, configurable: true, writable: true });
  lib.newKv = (host) => new Kv(host);

  // ---- the door for Java --------------------------------------------------------------------------------------------
  return {
    /** The functions by which one place of the configuration calls the exports of `module`. */
    use(module, envHost) {
      const env = makeEnv(envHost);
      const entry = module.default;
      const hook = (name) => (typeof module[name] === 'function' ? module[name] : null);
      const phase = (name) => (hook(name) === null ? null : plain(name, hook(name), env));
      const own = (name) => {
        if (typeof entry === 'function' && name === 'fetch') return entry;
        return isObject(entry) && typeof entry[name] === 'function' ? entry[name] : null;
      };
      const fetchHandler = own('fetch');
      const scheduled = hook('scheduled');
      return {
        onRequest: fetchHandler !== null ? fetcher(fetchHandler, entry, env, hook('onRequest')) : phase('onRequest'),
        onRequestBody: hook('onRequestBody') === null ? null : body('onRequestBody', hook('onRequestBody'), env, true),
        onUpstreamRequest: phase('onUpstreamRequest'),
        onUpstreamError: hook('onUpstreamError') === null ? null : upstreamError(hook('onUpstreamError'), env),
        onUpstreamResponse: phase('onUpstreamResponse'),
        onResponse: phase('onResponse'),
        onResponseBody: hook('onResponseBody') === null ? null : body('onResponseBody', hook('onResponseBody'), env, false),
        onLog: hook('onLog') === null ? null : logged(hook('onLog'), env),
        selectEndpoint: hook('selectEndpoint') === null ? null : selector(hook('selectEndpoint'), env),
        scheduled: scheduled !== null ? ticker(scheduled, undefined, env)
          : own('scheduled') !== null ? ticker(own('scheduled'), entry, env) : null,
      };
    },
    /** Names and types of what a module exports, as "name:type" separated by spaces. */
    exports(module) {
      let all = '';
      const keys = p.ownKeys(module);
      for (let i = 0; i < keys.length; i++) {
        if (typeof keys[i] !== 'string') continue;
        const value = module[keys[i]];
        let type = typeof value;
        if (keys[i] === 'default' && isObject(value)) {
          type = typeof value === 'function' || typeof value.fetch === 'function' ? 'fetch' : type;
          if (typeof value.scheduled === 'function') type = type === 'fetch' ? 'fetch+scheduled' : 'scheduled';
        }
        all += `${keys[i]}:${type} `;
      }
      return all;
    },
    noop() { return NEXT; },
  };
}
