// Marks, measures and who observes them (User Timing Level 3, Performance Timeline Level 2). A context lives long, and
// a script may never clear what it marks: the oldest entries leave.
(lib) => {
  'use strict';
  const { host, p, isObject, defineInterface, DOMString, append } = lib;
  const { TypeError } = p;
  lib.load('events');
  const KEY = p.freeze({ __proto__: null });
  const MAX_ENTRIES = 1000;
  const MAX_OBSERVERS = 100;
  const TYPES = ['mark', 'measure'];

  // ---- entries ------------------------------------------------------------------------------------------------------
  let lastId = 0;
  class PerformanceEntry {
    #id; #name; #type; #start; #duration;
    constructor() {
      if (arguments[0] !== KEY) throw new TypeError('Illegal constructor');
      this.#id = ++lastId;
      this.#name = arguments[1];
      this.#type = arguments[2];
      this.#start = arguments[3];
      this.#duration = arguments[4];
    }
    get id() { return this.#id; }
    get name() { return this.#name; }
    get entryType() { return this.#type; }
    get startTime() { return this.#start; }
    get duration() { return this.#duration; }
    get navigationId() { return (this.#id, 0); }
    toJSON() {
      return {
        id: this.#id, name: this.#name, entryType: this.#type, startTime: this.#start, duration: this.#duration,
        navigationId: 0,
      };
    }
    static {
      lib.isEntryOf = (entry, name, type) =>
        (name === undefined || entry.#name === name) && (type === undefined || entry.#type === type);
      lib.entryStart = (entry) => entry.#start;
    }
  }
  defineInterface(PerformanceEntry);
  const { isEntryOf, entryStart } = lib;

  const timestamp = (v, what) => {
    const n = lib.double(v);
    if (n < 0) throw new TypeError(`${what} is negative`);
    return n;
  };
  const cloned = (detail) => {
    if (detail === undefined || detail === null) return null;
    lib.load('messaging');
    return lib.structuredClone(detail);
  };
  class PerformanceMark extends PerformanceEntry {
    #detail;
    constructor(markName, markOptions = {}) {
      if (arguments.length < 1) lib.missing('PerformanceMark', undefined, 1, 0);
      const name = DOMString(markName);
      const { detail, startTime } = lib.dictionary(markOptions, 'markOptions');
      const start = startTime === undefined ? host.monotonicMillis() : timestamp(startTime, 'startTime');
      super(KEY, name, 'mark', start, 0);
      this.#detail = cloned(detail);
    }
    get detail() { return this.#detail; }
  }
  defineInterface(PerformanceMark);

  class PerformanceMeasure extends PerformanceEntry {
    #detail;
    constructor() {
      super(arguments[0], arguments[1], 'measure', arguments[2], arguments[3]);
      this.#detail = arguments[4];
    }
    get detail() { return this.#detail; }
  }
  defineInterface(PerformanceMeasure);

  // ---- the timeline -------------------------------------------------------------------------------------------------
  let all = [];
  const add = (entry) => {
    if (all.length === MAX_ENTRIES) p.shift(all);
    append(all, entry);
    notify(entry);
    return entry;
  };
  const chosen = (list, name, type) => {
    const out = [];
    for (let i = 0; i < list.length; i++) if (isEntryOf(list[i], name, type)) append(out, list[i]);
    return p.sort(out, (a, b) => entryStart(a) - entryStart(b));
  };
  /** The time of a mark, or a time itself. */
  const timeOf = (v, what) => {
    if (typeof v === 'number') return timestamp(v, what);
    for (let i = all.length - 1; i >= 0; i--) if (isEntryOf(all[i], v, 'mark')) return entryStart(all[i]);
    throw lib.domException(`there is no mark "${v}"`, 'SyntaxError');
  };
  const markOrTime = (v) => (v === undefined ? undefined : typeof v === 'number' ? lib.double(v) : DOMString(v));
  const measureOptions = (v) => {
    const d = lib.dictionary(v, 'the second argument');
    const { detail } = d;
    const duration = d.duration === undefined ? undefined : lib.double(d.duration);
    const end = markOrTime(d.end);
    return { __proto__: null, detail, duration, end, start: markOrTime(d.start) };
  };
  const measure = (name, startOrOptions, endMark) => {
    const isOptions = startOrOptions === undefined || startOrOptions === null || isObject(startOrOptions);
    const o = isOptions ? measureOptions(startOrOptions)
      : { __proto__: null, detail: undefined, duration: undefined, end: undefined, start: DOMString(startOrOptions) };
    const { detail, duration } = o;
    if (isOptions && (o.start !== undefined || o.end !== undefined || duration !== undefined || detail !== undefined)) {
      if (endMark !== undefined) throw new TypeError('measure: an end mark besides options');
      if (o.start === undefined && o.end === undefined) throw new TypeError('measure: neither start nor end');
      if (o.start !== undefined && o.end !== undefined && duration !== undefined) {
        throw new TypeError('measure: start, end and duration at once');
      }
    }
    const endAt = endMark !== undefined ? endMark : o.end;
    const end = endAt !== undefined ? timeOf(endAt, 'end')
      : o.start !== undefined && duration !== undefined ? timeOf(o.start, 'start') + timestamp(duration, 'duration')
      : host.monotonicMillis();
    const start = o.start !== undefined ? timeOf(o.start, 'start')
      : duration !== undefined ? end - timestamp(duration, 'duration') : 0;
    return add(new PerformanceMeasure(KEY, name, start, end - start, cloned(detail)));
  };
  lib.timeline = {
    __proto__: null,
    mark: (name, options) => add(new PerformanceMark(name, options)),
    measure,
    clear: (type, name) => {
      const kept = [];
      for (let i = 0; i < all.length; i++) if (!isEntryOf(all[i], name, type)) append(kept, all[i]);
      all = kept;
    },
    entries: (name, type) => chosen(all, name, type),
  };

  // ---- PerformanceObserver ------------------------------------------------------------------------------------------
  class PerformanceObserverEntryList {
    #list;
    constructor() {
      if (arguments[0] !== KEY) throw new TypeError('Illegal constructor');
      this.#list = arguments[1];
    }
    getEntries() { return chosen(this.#list); }
    getEntriesByType(type) {
      this.#list;
      if (arguments.length < 1) lib.missing('PerformanceObserverEntryList', 'getEntriesByType', 1, 0);
      return chosen(this.#list, undefined, DOMString(type));
    }
    getEntriesByName(name, type = undefined) {
      this.#list;
      if (arguments.length < 1) lib.missing('PerformanceObserverEntryList', 'getEntriesByName', 1, 0);
      return chosen(this.#list, DOMString(name), type === undefined ? undefined : DOMString(type));
    }
  }
  defineInterface(PerformanceObserverEntryList);

  const observers = [];
  let isScheduled = false;
  const schedule = () => {
    if (isScheduled) return;
    isScheduled = true;
    lib.startTimer(0, () => {
      isScheduled = false;
      const list = p.arraySlice(observers);
      for (let i = 0; i < list.length; i++) lib.deliverEntries(list[i]);
    });
  };
  const queue = (s, entry) => {
    if (s.buffer.length === MAX_ENTRIES) s.dropped++;
    else append(s.buffer, entry);
    schedule();
  };
  const notify = (entry) => {
    for (let i = 0; i < observers.length; i++) {
      const { types } = observers[i];
      for (let j = 0; j < types.length; j++) if (isEntryOf(entry, undefined, types[j])) queue(observers[i], entry);
    }
  };
  const supported = p.freeze(p.arraySlice(TYPES));
  class PerformanceObserver {
    #s;
    constructor(callback) {
      if (arguments.length < 1) lib.missing('PerformanceObserver', undefined, 1, 0);
      if (typeof callback !== 'function') throw new TypeError('PerformanceObserver: the callback is not a function');
      this.#s = { __proto__: null, self: this, callback, types: [], isSingle: undefined, buffer: [], dropped: 0 };
    }
    static get supportedEntryTypes() { return supported; }
    observe(options = {}) {
      const s = this.#s;
      const d = lib.dictionary(options, 'options');
      const buffered = d.buffered === undefined ? undefined : !!d.buffered;
      const entryTypes = d.entryTypes === undefined ? undefined : lib.sequence(d.entryTypes, DOMString, 'entryTypes');
      const type = d.type === undefined ? undefined : DOMString(d.type);
      if ((entryTypes === undefined) === (type === undefined) || (entryTypes !== undefined && buffered !== undefined)) {
        throw new TypeError('observe: either entryTypes, or type and perhaps buffered');
      }
      const isSingle = type !== undefined;
      if (s.isSingle !== undefined && s.isSingle !== isSingle) {
        throw lib.domException('observe was called with the other of type and entryTypes', 'InvalidModificationError');
      }
      const asked = isSingle ? [type] : entryTypes;
      const known = isSingle ? s.types : [];
      for (let i = 0; i < asked.length; i++) {
        if (p.indexOfItem(TYPES, asked[i]) >= 0 && p.indexOfItem(known, asked[i]) < 0) append(known, asked[i]);
      }
      if (known.length === 0) return;
      if (p.indexOfItem(observers, s) < 0) {
        if (observers.length === MAX_OBSERVERS) throw lib.domException('too many observers', 'QuotaExceededError');
        append(observers, s);
      }
      s.isSingle = isSingle;
      s.types = known;
      if (!buffered) return;
      const past = chosen(all, undefined, type);
      for (let i = 0; i < past.length; i++) queue(s, past[i]);
    }
    disconnect() {
      const s = this.#s;
      const at = p.indexOfItem(observers, s);
      if (at >= 0) p.splice(observers, at, 1);
      s.types = [];
      s.buffer = [];
      s.isSingle = undefined;
    }
    takeRecords() {
      const s = this.#s;
      const { buffer } = s;
      s.buffer = [];
      return buffer;
    }
    static {
      lib.deliverEntries = (s) => {
        if (s.buffer.length === 0) return;
        const list = new PerformanceObserverEntryList(KEY, s.buffer);
        s.buffer = [];
        const options = { droppedEntriesCount: s.dropped };
        s.dropped = 0;
        try {
          p.apply(s.callback, s.self, [list, s.self, options]);
        } catch (e) {
          lib.reportException(e);
        }
      };
    }
  }
  defineInterface(PerformanceObserver);
}
