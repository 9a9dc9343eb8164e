// The exchange that handlers get. A function of `lib`; on the path of every request, see messages.js.
(lib) => {
  'use strict';
  const { door } = lib;
  const { check, text, newRequest, newUpstreamRequest, newResponse } = door;
  const { TypeError } = lib.p;

  // Answers of host.responseState(); 1 is the one that was shown already.
  const NONE = 0;
  const NEW = 2;

  const TTL = 0;
  const STALE_WHILE_REVALIDATE = 1;
  const STALE_IF_ERROR = 2;
  class Cache {
    #host;
    constructor(host) {
      this.#host = host;
    }
    bypass() { this.#host.cacheBypass(); }
    key(part) { this.#host.cacheKey(text(part, 'exchange.cache.key')); }
    ttl(seconds) { check(this.#host.cacheTime(TTL, +seconds)); }
    staleWhileRevalidate(seconds) { check(this.#host.cacheTime(STALE_WHILE_REVALIDATE, +seconds)); }
    staleIfError(seconds) { check(this.#host.cacheTime(STALE_IF_ERROR, +seconds)); }
    tag(name) { this.#host.cacheTag(text(name, 'exchange.cache.tag')); }
  }
  door.hide(Cache);

  let moreOf;
  let takeReplaced;
  class Exchange {
    #host;
    #env;
    #request = null;
    #response = null;
    #replaced = null;
    #more = null;
    constructor(host, env) {
      this.#host = host;
      this.#env = env;
    }
    get id() { return this.#host.id(); }
    get env() { return this.#env; }
    get request() {
      if (this.#request === null) this.#request = newRequest(this.#host.request());
      return this.#request;
    }
    get upstreamRequest() {
      const more = moreOf(this);
      const host = this.#host.upstreamRequest();
      if (host !== null) more.upstreamRequest = newUpstreamRequest(host);
      return more.upstreamRequest;
    }
    get response() {
      if (this.#replaced !== null) return this.#replaced;
      const state = this.#host.responseState();
      if (state === NONE) return undefined;
      if (state === NEW || this.#response === null) this.#response = newResponse(this.#host.response());
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
      const more = moreOf(this);
      if (more.identity === null) more.identity = door.identityOf(this.#host);
      return more.identity;
    }
    get secure() { return this.#host.isSecure(); }
    get upstream() { return this.#host.upstream(); }
    set upstream(v) { check(this.#host.setUpstream(text(v, 'exchange.upstream'))); }
    get endpoint() { return this.#host.endpointName(); }
    get attempt() { return this.#host.attempts(); }
    get error() { return door.errorOf(this.#host); }
    /** Milliseconds since the request began. */
    get elapsed() { return this.#host.elapsedMs(); }
    get params() {
      const more = moreOf(this);
      if (more.params === null) more.params = door.newParams(this.#host);
      return more.params;
    }
    get vars() {
      const more = moreOf(this);
      if (more.vars === null) more.vars = door.newVars(this.#host.vars());
      return more.vars;
    }
    get log() {
      const more = moreOf(this);
      if (more.log === null) more.log = door.newLog(this.#host);
      return more.log;
    }
    /** What the route's cache is to do with this exchange. */
    get cache() {
      const more = moreOf(this);
      if (more.cache === null) more.cache = new Cache(this.#host);
      return more.cache;
    }
    get signal() {
      const more = moreOf(this);
      if (more.signal === null) more.signal = door.newSignal(this.#host);
      return more.signal;
    }
    waitUntil(promise) { door.waitUntil(this.#host, promise); }
    /** Sends 103 Early Hints with these fields, now. */
    earlyHints(init) { door.earlyHints(this.#host, init); }
    static {
      // What few handlers ask for: one field of every exchange instead of one for each.
      moreOf = (exchange) => {
        if (exchange.#more === null) {
          exchange.#more = {
            __proto__: null, upstreamRequest: null, identity: null, params: null, vars: null, log: null, cache: null, signal: null,
          };
        }
        return exchange.#more;
      };
      takeReplaced = (exchange) => {
        const response = exchange.#replaced;
        if (response !== null) exchange.#replaced = null;
        return response;
      };
    }
  }
  door.hide(Exchange);

  // Exchanges that pass several phases of one script keep their object between them: Java gives each a slot, and says by
  // its sign whether the exchange is new there; -1 stands for none.
  const slots = [];
  door.exchangeAt = (host, slot, env) => {
    if (slot >= 0) return slots[slot];
    const exchange = new Exchange(host, env);
    if (slot < -1) slots[-2 - slot] = exchange;
    return exchange;
  };
  /** The Response that the script has put in place of exchange.response, once, or null. */
  door.takeReplaced = takeReplaced;
}
