// What the files of this folder share: the JavaScript side of the door between Java and handlers. A function of `lib`, to
// which it gives `door`; nothing here is reachable from user code but the objects that it is handed.
(lib) => {
  'use strict';
  const { p, isObject } = lib;
  const { TypeError } = p;
  const door = p.bare();
  lib.door = door;

  /** Setters of the host answer null, or a sentence that says what is wrong. */
  door.check = (problem) => {
    if (problem !== null) throw new TypeError(problem);
  };
  door.text = (v, what) => {
    if (typeof v === 'string') return v;
    if (v === null || v === undefined || typeof v === 'symbol') throw new TypeError(`${what} must be a string`);
    return `${v}`;
  };
  /** Hides the class: its name is shown, its constructor cannot be reached. */
  door.hide = (type) => {
    p.defineProperty(type.prototype, p.toStringTag, { __proto__: null, value: type.name, configurable: true });
    p.defineProperty(type.prototype, 'constructor', { __proto__: null, value: p.Object, configurable: true, writable: true });
  };
  door.isThenable = (v) => isObject(v) && typeof v.then === 'function';
  door.waitUntil = (host, promise) => {
    door.check(host.workBegins());
    p.then(lib.resolved(promise), () => host.workEnds(), (e) => { host.workFails(e); });
  };
}
