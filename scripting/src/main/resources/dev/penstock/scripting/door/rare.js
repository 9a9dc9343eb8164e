// What handlers ask of an exchange now and then: variables, path parameters, its log, its abort signal. A function of `lib`.
(lib) => {
  'use strict';
  const { p, door } = lib;
  const { TypeError } = p;
  const { check } = door;

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

  door.hide(Log);
  door.newLog = (host) => new Log(host);
  door.newVars = (host) => new p.Proxy({ __proto__: null, host, local: p.create(null) }, VARS);
  door.newParams = (host) => {
    const params = p.create(null);
    const n = host.paramCount();
    for (let i = 0; i < n; i++) params[host.paramName(i)] = host.paramValue(i);
    return params;
  };
  door.identityOf = (host) => {
    const json = host.identity();
    return json === null ? null : p.Object.freeze(p.jsonParse(json));
  };
  /** Aborts when the client goes away or the time is up. */
  door.newSignal = (host) => {
    const signal = lib.newAbortSignal();
    host.onAbort((name, message) => lib.signalAbort(signal, lib.domException(message, name)));
    return signal;
  };
  door.earlyHints = (host, init) => {
    const list = lib.headersEntries(new lib.Headers(init));
    let all = '';
    for (let i = 0; i < list.length; i++) all += `${list[i].name}: ${list[i].value}\n`;
    check(host.earlyHints(all));
  };
  door.errorOf = (host) => {
    const kind = host.errorKind();
    if (kind === null) return null;
    return {
      kind, side: host.errorSide(), status: host.errorStatus(), detail: host.errorDetail(),
      retryable: host.errorIsRetryable(), toString() { return `${kind}: ${this.detail}`; },
    };
  };
}
