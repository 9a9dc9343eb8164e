// How a phase calls its handler, and what Java gets for an answer. A function of `lib` that evaluates to what Java calls.
(lib) => {
  'use strict';
  const { p, door, isObject } = lib;
  const { TypeError } = p;
  const { exchangeAt, takeReplaced, isThenable, newPart, replacePart } = door;
  const NEXT = 0;
  const RESPOND = 1;
  const PENDING = 2;
  const RETRY = 3;

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
  const settle = (host, promise, ends) => {
    p.then(
      p.then(lib.resolved(promise), ends),
      (code) => { host.settled(code); },
      (error) => { host.failed(error); },
    );
    return PENDING;
  };
  // What a handler returned; apart, so that one that returns nothing does not bring it along.
  const ended = (host, exchange, phase, value) => (isThenable(value)
    ? settle(host, value, (v) => finish(host, exchange, phase, v)) : finish(host, exchange, phase, value));
  const plain = (phase, handler, env) => (host, slot) => {
    const exchange = exchangeAt(host, slot, env);
    let value = handler(exchange, env);
    if (value === undefined) {
      value = takeReplaced(exchange);
      if (value === null) return NEXT;
    }
    return ended(host, exchange, phase, value);
  };

  // ---- export default { fetch } -------------------------------------------------------------------------------------
  let isOpen;
  class FetchContext {
    #host;
    #open = false;
    constructor(host, exchange) {
      this.#host = host;
      this.exchange = exchange;
      this.props = {};
    }
    waitUntil(promise) { door.waitUntil(this.#host, promise); }
    passThroughOnException() { this.#open = true; }
    static {
      isOpen = (ctx) => ctx.#open;
    }
  }
  door.hide(FetchContext);
  const answered = (host, value) => {
    if (lib.isResponse(value)) {
      host.answer(value);
      return RESPOND;
    }
    throw new TypeError(`fetch returned ${value === undefined || value === null ? value : shown(value)}; it must return a Response`);
  };
  const fetchFailed = (host, ctx, error) => {
    if (!isOpen(ctx) || host.isAnswered()) throw error;
    host.passed(error);
    return NEXT;
  };
  const same = (code) => code;
  const fetcher = (handler, self, env, before) => {
    lib.load('fetch');
    const { hostRequest } = lib;
    /** Gives a code, or a promise of one. */
    const run = (host, exchange) => {
      const ctx = new FetchContext(host, exchange);
      try {
        const value = p.apply(handler, self, [hostRequest(host.request().fetchRequest()), env, ctx]);
        if (!isThenable(value)) return answered(host, value);
        return p.then(p.then(lib.resolved(value), (v) => answered(host, v)), undefined, (e) => fetchFailed(host, ctx, e));
      } catch (error) {
        return fetchFailed(host, ctx, error);
      }
    };
    return (host, slot) => {
      const exchange = exchangeAt(host, slot, env);
      if (before !== null) {
        const value = before(exchange, env);
        if (isThenable(value)) {
          return settle(host, value, (v) => {
            const code = finish(host, exchange, 'onRequest', v);
            return code !== NEXT ? code : run(host, exchange);
          });
        }
        const code = finish(host, exchange, 'onRequest', value);
        if (code !== NEXT) return code;
      }
      const code = run(host, exchange);
      return typeof code === 'number' ? code : settle(host, code, same);
    };
  };

  // ---- other phases -------------------------------------------------------------------------------------------------
  const body = (phase, handler, env, mayAnswer) => (host, slot) => {
    const exchange = exchangeAt(host, slot, env);
    const part = newPart(host.part());
    const ends = (value) => {
      if (value === undefined || value === null) return NEXT;
      if (mayAnswer && lib.isResponse(value)) {
        host.answer(value);
        return RESPOND;
      }
      if (typeof value !== 'string' && !lib.isBufferSource(value)) {
        throw new TypeError(`${phase} returned ${shown(value)}; return bytes or a string to replace the part, or nothing`);
      }
      replacePart(part, value);
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
    const value = handler(exchange, door.errorOf(host), env);
    return isThenable(value) ? settle(host, value, ends) : ends(value);
  };

  const logged = (handler, env) => (host, slot) => {
    const exchange = exchangeAt(host, slot, env);
    const value = handler(exchange, env);
    if (isThenable(value)) door.waitUntil(host, value);
    return NEXT;
  };

  const ticker = (handler, self, env) => (host, now) => {
    const ctx = { waitUntil(promise) { door.waitUntil(host, promise); } };
    const value = p.apply(handler, self, [{ scheduledTime: now, cron: host.schedule(), type: 'scheduled' }, env, ctx]);
    if (isThenable(value)) door.waitUntil(host, value);
    return NEXT;
  };

  // ---- the door for Java --------------------------------------------------------------------------------------------
  return {
    /** The functions by which one place of the configuration calls the exports of `module`. */
    use(module, envHost) {
      const env = door.makeEnv(envHost);
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
        selectEndpoint: hook('selectEndpoint') === null ? null : door.selector(hook('selectEndpoint'), env),
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
  };
}
