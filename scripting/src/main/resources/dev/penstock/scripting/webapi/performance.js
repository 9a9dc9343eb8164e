// performance (HR-Time §7) and navigator (HTML §8.10).
(lib) => {
  'use strict';
  const { host, p, defineInterface } = lib;
  const { TypeError } = p;
  lib.load('events');
  const KEY = p.freeze({ __proto__: null });
  const timeOrigin = host.timeOrigin();
  class Performance extends lib.EventTarget {
    #brand;
    constructor() {
      if (arguments[0] !== KEY) throw new TypeError('Illegal constructor');
      super();
    }
    get timeOrigin() { return (this.#brand, timeOrigin); }
    now() { return (this.#brand, host.monotonicMillis()); }
    toJSON() { return (this.#brand, { timeOrigin }); }
  }
  defineInterface(Performance);
  lib.expose('performance', new Performance(KEY), true);

  class Navigator {
    #brand;
    constructor() {
      if (arguments[0] !== KEY) throw new TypeError('Illegal constructor');
    }
    get userAgent() { return (this.#brand, host.userAgent()); }
  }
  defineInterface(Navigator);
  lib.expose('navigator', new Navigator(KEY), true);
}
