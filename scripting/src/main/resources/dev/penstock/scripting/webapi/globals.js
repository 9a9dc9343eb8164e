// Global functions: timers, microtasks, base64, structuredClone (HTML §8, Infra §7).
(lib) => {
  'use strict';
  const { host, global, p, DOMString } = lib;
  const { TypeError, apply } = p;

  // ---- timers -------------------------------------------------------------------------------------------------------
  const timers = new p.Map();
  let nesting = 0;
  const start = (run, delay, repeat, level) => {
    const ms = level > 5 && delay < 4 ? 4 : delay;
    const id = host.setTimer(ms, repeat);
    if (id === 0) throw lib.domException('too many timers', 'QuotaExceededError');
    p.mapSet(timers, id, { __proto__: null, run, repeat, level });
    return id;
  };
  /** Called by the host when a timer is due. */
  lib.onTimer = (id) => {
    const t = p.mapGet(timers, id);
    if (t === undefined) return;
    if (!t.repeat) p.mapDelete(timers, id);
    const before = nesting;
    nesting = t.level;
    try {
      t.run();
    } catch (e) {
      lib.reportException(e);
    } finally {
      nesting = before;
    }
  };
  const stop = (id) => {
    if (p.mapDelete(timers, id)) host.clearTimer(id);
  };
  lib.startTimer = (ms, run) => start(run, p.min(ms, 2 ** 31 - 1), false, 0);
  lib.stopTimer = stop;
  const timerOf = (name, args, repeat) => {
    if (args.length < 1) lib.missing(name, undefined, 1, 0);
    const handler = args[0];
    let run;
    if (typeof handler === 'function') {
      const rest = [];
      for (let i = 2; i < args.length; i++) lib.append(rest, args[i]);
      run = () => { apply(handler, global, rest); };
    } else {
      // HTML compiles a string here; that would be eval.
      DOMString(handler);
      throw new TypeError(`${name}: the handler is not a function`);
    }
    const delay = p.max(0, lib.long(args[1]));
    return start(run, delay, repeat, nesting + 1);
  };
  const functions = {
    setTimeout(handler, timeout = 0, ...args) { return timerOf('setTimeout', arguments, false); },
    setInterval(handler, timeout = 0, ...args) { return timerOf('setInterval', arguments, true); },
    clearTimeout(id = 0) { stop(lib.long(id)); },
    clearInterval(id = 0) { stop(lib.long(id)); },
    queueMicrotask(callback) {
      if (arguments.length < 1) lib.missing('queueMicrotask', undefined, 1, 0);
      if (typeof callback !== 'function') throw new TypeError('queueMicrotask: the callback is not a function');
      lib.microtask(() => {
        try {
          apply(callback, undefined, []);
        } catch (e) {
          lib.reportException(e);
        }
      });
    },
    atob(data) {
      if (arguments.length < 1) lib.missing('atob', undefined, 1, 0);
      const s = host.atob(DOMString(data));
      if (s === null) throw lib.domException('the string is not base64', 'InvalidCharacterError');
      return s;
    },
    btoa(data) {
      if (arguments.length < 1) lib.missing('btoa', undefined, 1, 0);
      const s = host.btoa(DOMString(data));
      if (s === null) throw lib.domException('the string has characters outside of Latin-1', 'InvalidCharacterError');
      return s;
    },
    reportError(e) {
      if (arguments.length < 1) lib.missing('reportError', undefined, 1, 0);
      lib.reportException(e);
    },
    structuredClone(value, options = {}) {
      if (arguments.length < 1) lib.missing('structuredClone', undefined, 1, 0);
      lib.load('messaging');
      return lib.structuredCloneWith(value, options);
    },
  };
  const names = p.ownKeys(functions);
  for (let i = 0; i < names.length; i++) lib.expose(names[i], functions[names[i]], true);
  for (let i = 0; i < 2; i++) {
    p.defineProperty(functions[names[i]], 'length', { __proto__: null, value: 1, configurable: true });
  }

  lib.expose('self', global, true);
}
