// performance (HR-Time §7; its timeline is a file of its own) and navigator (HTML §8.10).
(lib) => {
  'use strict';
  const { host, p, defineInterface } = lib;
  const { TypeError } = p;
  lib.load('events');
  const KEY = p.freeze({ __proto__: null });
  const timeOrigin = host.timeOrigin();
  const timeline = () => {
    lib.load('timeline');
    return lib.timeline;
  };
  const optionalString = (v) => (v === undefined ? undefined : lib.DOMString(v));
  class Performance extends lib.EventTarget {
    #brand;
    constructor() {
      if (arguments[0] !== KEY) throw new TypeError('Illegal constructor');
      super();
    }
    get timeOrigin() { return (this.#brand, timeOrigin); }
    now() { return (this.#brand, host.monotonicMillis()); }
    toJSON() { return (this.#brand, { timeOrigin }); }
    mark(markName, markOptions = {}) {
      this.#brand;
      if (arguments.length < 1) lib.missing('Performance', 'mark', 1, 0);
      return timeline().mark(lib.DOMString(markName), markOptions);
    }
    measure(measureName, startOrMeasureOptions = {}, endMark = undefined) {
      this.#brand;
      if (arguments.length < 1) lib.missing('Performance', 'measure', 1, 0);
      return timeline().measure(lib.DOMString(measureName), startOrMeasureOptions, optionalString(endMark));
    }
    clearMarks(markName = undefined) { this.#brand; timeline().clear('mark', optionalString(markName)); }
    clearMeasures(measureName = undefined) { this.#brand; timeline().clear('measure', optionalString(measureName)); }
    getEntries() { return (this.#brand, timeline().entries()); }
    getEntriesByType(type) {
      this.#brand;
      if (arguments.length < 1) lib.missing('Performance', 'getEntriesByType', 1, 0);
      return timeline().entries(undefined, lib.DOMString(type));
    }
    getEntriesByName(name, type = undefined) {
      this.#brand;
      if (arguments.length < 1) lib.missing('Performance', 'getEntriesByName', 1, 0);
      return timeline().entries(lib.DOMString(name), optionalString(type));
    }
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
