// DOMException, events and abort signals (DOM §2, §3; Web IDL §3.14; HTML §8.1.8).
(lib) => {
  'use strict';
  const { host, global, p, isObject, defineInterface } = lib;
  const { TypeError, apply, defineProperty, freeze } = p;
  const KEY = freeze({ __proto__: null });

  // ---- DOMException -------------------------------------------------------------------------------------------------
  const CODES = {
    __proto__: null, IndexSizeError: 1, HierarchyRequestError: 3, WrongDocumentError: 4, InvalidCharacterError: 5,
    NoModificationAllowedError: 7, NotFoundError: 8, NotSupportedError: 9, InUseAttributeError: 10,
    InvalidStateError: 11, SyntaxError: 12, InvalidModificationError: 13, NamespaceError: 14, InvalidAccessError: 15,
    TypeMismatchError: 17, SecurityError: 18, NetworkError: 19, AbortError: 20, URLMismatchError: 21,
    QuotaExceededError: 22, TimeoutError: 23, InvalidNodeTypeError: 24, DataCloneError: 25,
  };
  class DOMException {
    #name;
    #message;
    constructor(message = '', name = 'Error') {
      this.#message = lib.DOMString(message);
      this.#name = lib.DOMString(name);
      defineProperty(this, 'stack', {
        __proto__: null, value: `${this.#name}: ${this.#message}${lib.frames()}`, writable: true, enumerable: false,
        configurable: true,
      });
    }
    get name() { return this.#name; }
    get message() { return this.#message; }
    get code() { return CODES[this.#name] ?? 0; }
    static {
      lib.isDOMException = (v) => isObject(v) && #name in v;
      lib.cloneDOMException = (v) => new DOMException(v.#message, v.#name);
    }
  }
  p.setPrototypeOf(DOMException.prototype, p.Error.prototype);
  defineInterface(DOMException, {
    constants: {
      INDEX_SIZE_ERR: 1, DOMSTRING_SIZE_ERR: 2, HIERARCHY_REQUEST_ERR: 3, WRONG_DOCUMENT_ERR: 4,
      INVALID_CHARACTER_ERR: 5, NO_DATA_ALLOWED_ERR: 6, NO_MODIFICATION_ALLOWED_ERR: 7, NOT_FOUND_ERR: 8,
      NOT_SUPPORTED_ERR: 9, INUSE_ATTRIBUTE_ERR: 10, INVALID_STATE_ERR: 11, SYNTAX_ERR: 12,
      INVALID_MODIFICATION_ERR: 13, NAMESPACE_ERR: 14, INVALID_ACCESS_ERR: 15, VALIDATION_ERR: 16,
      TYPE_MISMATCH_ERR: 17, SECURITY_ERR: 18, NETWORK_ERR: 19, ABORT_ERR: 20, URL_MISMATCH_ERR: 21,
      QUOTA_EXCEEDED_ERR: 22, TIMEOUT_ERR: 23, INVALID_NODE_TYPE_ERR: 24, DATA_CLONE_ERR: 25,
    },
  });
  const domException = (message, name) => new DOMException(message, name);
  lib.domException = domException;

  class QuotaExceededError extends DOMException {
    #quota = null;
    #requested = null;
    constructor(message = '', options = {}) {
      super(message, 'QuotaExceededError');
      const o = lib.dictionary(options, 'options');
      const quota = o.quota;
      const requested = o.requested;
      if (quota !== undefined) this.#quota = lib.double(quota);
      if (requested !== undefined) this.#requested = lib.double(requested);
      if (this.#quota < 0 || this.#requested < 0) throw new p.RangeError('quota and requested are not negative');
      if (this.#quota !== null && this.#requested !== null && this.#requested < this.#quota) {
        throw new p.RangeError('requested is less than the quota');
      }
    }
    get quota() { return this.#quota; }
    get requested() { return this.#requested; }
  }
  defineInterface(QuotaExceededError);

  // ---- Event --------------------------------------------------------------------------------------------------------
  const NONE = 0;
  const AT_TARGET = 2;
  class Event {
    #type; #bubbles = false; #cancelable = false; #composed = false;
    #target = null; #currentTarget = null; #phase = NONE; #timeStamp;
    #initialized = true; #dispatching = false; #stop = false; #stopNow = false; #canceled = false; #passive = false;
    #trusted = false;
    constructor(type, eventInitDict = {}) {
      if (arguments.length < 1) lib.missing('Event', undefined, 1, 0);
      this.#type = lib.DOMString(type);
      const init = lib.dictionary(eventInitDict, 'eventInitDict');
      this.#bubbles = !!init.bubbles;
      this.#cancelable = !!init.cancelable;
      this.#composed = !!init.composed;
      this.#timeStamp = host.monotonicMillis();
      defineProperty(this, 'isTrusted', IS_TRUSTED);
    }
    get type() { return this.#type; }
    get target() { return this.#target; }
    get srcElement() { return this.#target; }
    get currentTarget() { return this.#currentTarget; }
    composedPath() { return this.#currentTarget === null ? (this.#type, []) : [this.#currentTarget]; }
    get eventPhase() { return this.#phase; }
    stopPropagation() { this.#stop = true; }
    get cancelBubble() { return this.#stop; }
    set cancelBubble(v) { if (!(#stop in this)) throw new TypeError('not an Event'); if (v) this.#stop = true; }
    stopImmediatePropagation() { this.#stop = true; this.#stopNow = true; }
    get bubbles() { return this.#bubbles; }
    get cancelable() { return this.#cancelable; }
    get returnValue() { return !this.#canceled; }
    set returnValue(v) { if (!(#stop in this)) throw new TypeError('not an Event'); if (!v) this.#cancel(); }
    preventDefault() { this.#cancel(); }
    get defaultPrevented() { return this.#canceled; }
    get composed() { return this.#composed; }
    get timeStamp() { return this.#timeStamp; }
    initEvent(type, bubbles = false, cancelable = false) {
      if (!(#type in this)) throw new TypeError('not an Event');
      if (arguments.length < 1) lib.missing('Event', 'initEvent', 1, 0);
      const t = lib.DOMString(type);
      if (this.#dispatching) return;
      this.#initialized = true;
      this.#stop = this.#stopNow = this.#canceled = false;
      this.#trusted = false;
      this.#target = null;
      this.#type = t;
      this.#bubbles = !!bubbles;
      this.#cancelable = !!cancelable;
    }
    #cancel() { if (this.#cancelable && !this.#passive) this.#canceled = true; }
    static {
      lib.isEvent = (v) => isObject(v) && #type in v;
      lib.trust = (event) => { event.#trusted = true; return event; };
      lib.isTrusted = (event) => event.#trusted;
      lib.redispatchable = (event) => !event.#dispatching && event.#initialized;
      lib.untrust = (event) => { event.#trusted = false; };
      /** Runs the listeners of one target; there are no trees here. */
      lib.dispatch = (event, target, record) => {
        event.#dispatching = true;
        event.#target = target;
        event.#currentTarget = target;
        event.#phase = AT_TARGET;
        for (let capture = 1; capture >= 0 && !event.#stop; capture--) {
          const all = record === null ? undefined : record.listeners;
          if (all === undefined || all.length === 0) break;
          const listeners = p.arraySlice(all);
          for (let i = 0; i < listeners.length; i++) {
            const l = listeners[i];
            if (l.removed || l.type !== event.#type || l.capture !== (capture === 1)) continue;
            if (l.once) removeListener(record, l);
            event.#passive = l.passive;
            try {
              invoke(l.callback, target, event);
            } catch (e) {
              lib.reportException(e);
            }
            event.#passive = false;
            if (event.#stopNow) break;
          }
        }
        event.#phase = NONE;
        event.#currentTarget = null;
        event.#dispatching = event.#stop = event.#stopNow = false;
        return !event.#canceled;
      };
    }
  }
  const IS_TRUSTED = {
    __proto__: null,
    get: { get isTrusted() { return lib.isTrusted(this); } },
    enumerable: true,
    configurable: false,
  };
  IS_TRUSTED.get = p.getOwnPropertyDescriptor(IS_TRUSTED.get, 'isTrusted').get;
  const invoke = (callback, target, event) => {
    if (typeof callback === 'function') {
      apply(callback, target, [event]);
      return;
    }
    const handle = callback.handleEvent;
    if (typeof handle !== 'function') throw new TypeError('handleEvent is not a function');
    apply(handle, callback, [event]);
  };
  defineInterface(Event, { constants: { NONE: 0, CAPTURING_PHASE: 1, AT_TARGET: 2, BUBBLING_PHASE: 3 } });

  class CustomEvent extends Event {
    #detail;
    constructor(type, eventInitDict = {}) {
      if (arguments.length < 1) lib.missing('CustomEvent', undefined, 1, 0);
      super(type, eventInitDict);
      const detail = lib.dictionary(eventInitDict).detail;
      this.#detail = detail === undefined ? null : detail;
    }
    get detail() { return this.#detail; }
    initCustomEvent(type, bubbles = false, cancelable = false, detail = null) {
      if (!(#detail in this)) throw new TypeError('not a CustomEvent');
      if (arguments.length < 1) lib.missing('CustomEvent', 'initCustomEvent', 1, 0);
      const was = lib.redispatchable(this);
      this.initEvent(type, bubbles, cancelable);
      if (was) this.#detail = detail;
    }
  }
  defineInterface(CustomEvent);

  class ErrorEvent extends Event {
    #message; #filename; #lineno; #colno; #error;
    constructor(type, eventInitDict = {}) {
      if (arguments.length < 1) lib.missing('ErrorEvent', undefined, 1, 0);
      super(type, eventInitDict);
      const init = lib.dictionary(eventInitDict);
      const { colno = 0, error, filename = '', lineno = 0, message = '' } = init;
      this.#colno = lib.unsignedLong(colno);
      this.#error = error;
      this.#filename = lib.USVString(filename);
      this.#lineno = lib.unsignedLong(lineno);
      this.#message = lib.DOMString(message);
    }
    get message() { return this.#message; }
    get filename() { return this.#filename; }
    get lineno() { return this.#lineno; }
    get colno() { return this.#colno; }
    get error() { return this.#error; }
  }
  defineInterface(ErrorEvent);

  class PromiseRejectionEvent extends Event {
    #promise; #reason;
    constructor(type, eventInitDict) {
      if (arguments.length < 2) lib.missing('PromiseRejectionEvent', undefined, 2, arguments.length);
      super(type, eventInitDict);
      const init = lib.dictionary(eventInitDict);
      const promise = init.promise;
      if (!isObject(promise)) throw new TypeError('PromiseRejectionEvent: promise is required');
      this.#promise = promise;
      this.#reason = init.reason;
    }
    get promise() { return this.#promise; }
    get reason() { return this.#reason; }
  }
  defineInterface(PromiseRejectionEvent);

  class MessageEvent extends Event {
    #data; #origin; #lastEventId; #source; #ports;
    constructor(type, eventInitDict = {}) {
      if (arguments.length < 1) lib.missing('MessageEvent', undefined, 1, 0);
      super(type, eventInitDict);
      const { data = null, lastEventId = '', origin = '', ports = [], source = null } = lib.dictionary(eventInitDict);
      this.#data = data;
      this.#lastEventId = lib.DOMString(lastEventId);
      this.#origin = lib.USVString(origin);
      this.#ports = freeze(lib.sequence(ports, asPort, 'ports'));
      this.#source = source === null ? null : asPort(source);
    }
    get data() { return this.#data; }
    get origin() { return this.#origin; }
    get lastEventId() { return this.#lastEventId; }
    get source() { return this.#source; }
    get ports() { return this.#ports; }
    initMessageEvent(type, bubbles = false, cancelable = false, data = null, origin = '', lastEventId = '',
        source = null, ports = []) {
      if (!(#data in this)) throw new TypeError('not a MessageEvent');
      if (arguments.length < 1) lib.missing('MessageEvent', 'initMessageEvent', 1, 0);
      const list = freeze(lib.sequence(ports, asPort, 'ports'));
      if (!lib.redispatchable(this)) return;
      this.initEvent(type, bubbles, cancelable);
      this.#data = data;
      this.#origin = lib.USVString(origin);
      this.#lastEventId = lib.DOMString(lastEventId);
      this.#source = source === null || source === undefined ? null : asPort(source);
      this.#ports = list;
    }
  }
  defineProperty(MessageEvent.prototype.initMessageEvent, 'length', { __proto__: null, value: 1, configurable: true });
  const asPort = (v) => {
    lib.load('messaging');
    if (!lib.isMessagePort(v)) throw new TypeError('not a MessagePort');
    return v;
  };
  defineInterface(MessageEvent);

  // ---- EventTarget --------------------------------------------------------------------------------------------------
  const newRecord = () => ({ __proto__: null, listeners: [], handlers: null });
  const globalRecord = newRecord();
  const sameListener = (l, type, callback, capture) => l.type === type && l.callback === callback && l.capture === capture;
  const addListener = (record, type, callback, capture, once, passive) => {
    const list = record.listeners;
    for (let i = 0; i < list.length; i++) if (sameListener(list[i], type, callback, capture)) return null;
    const l = { __proto__: null, type, callback, capture, once, passive, removed: false };
    lib.append(list, l);
    return l;
  };
  const removeListener = (record, l) => {
    l.removed = true;
    const at = p.indexOfItem(record.listeners, l);
    if (at >= 0) p.splice(record.listeners, at, 1);
  };
  const asCallback = (v) => {
    if (v === undefined || v === null) return null;
    if (!isObject(v)) throw new TypeError('the listener is neither a function nor an object');
    return v;
  };
  class EventTarget {
    #record = null;
    addEventListener(type, callback, options = {}) {
      const record = recordOf(this);
      if (arguments.length < 2) lib.missing('EventTarget', 'addEventListener', 2, arguments.length);
      type = lib.DOMString(type);
      callback = asCallback(callback);
      let capture = false;
      let once = false;
      let passive = false;
      let signal;
      if (isObject(options)) {
        capture = !!options.capture;
        once = !!options.once;
        passive = !!options.passive;
        signal = options.signal;
        if (signal !== undefined && !lib.isAbortSignal(signal)) throw new TypeError('signal is not an AbortSignal');
      } else if (options !== null) {
        capture = !!options;
      }
      if (callback === null || (signal !== undefined && lib.signalAborted(signal))) return;
      const l = addListener(record, type, callback, capture, once, passive);
      if (signal !== undefined && l !== null) lib.signalAdd(signal, () => removeListener(record, l));
    }
    removeEventListener(type, callback, options = {}) {
      const record = recordOf(this);
      if (arguments.length < 2) lib.missing('EventTarget', 'removeEventListener', 2, arguments.length);
      type = lib.DOMString(type);
      callback = asCallback(callback);
      const capture = isObject(options) ? !!options.capture : options === null ? false : !!options;
      const list = record.listeners;
      for (let i = 0; i < list.length; i++) {
        if (sameListener(list[i], type, callback, capture)) {
          removeListener(record, list[i]);
          return;
        }
      }
    }
    dispatchEvent(event) {
      const record = recordOf(this);
      if (arguments.length < 1) lib.missing('EventTarget', 'dispatchEvent', 1, 0);
      if (!lib.isEvent(event)) throw new TypeError('EventTarget.dispatchEvent: not an Event');
      if (!lib.redispatchable(event)) throw domException('the event is being dispatched', 'InvalidStateError');
      lib.untrust(event);
      return lib.dispatch(event, record === globalRecord ? global : this, record);
    }
    static {
      const recordOf_ = (target) => {
        if (target === undefined || target === null || target === global) return globalRecord;
        if (!isObject(target) || !(#record in target)) throw new TypeError('not an EventTarget');
        return target.#record === null ? (target.#record = newRecord()) : target.#record;
      };
      lib.recordOf = recordOf_;
      lib.fire = (event, target) =>
        lib.dispatch(lib.trust(event), target, target === global ? globalRecord : target.#record);
    }
  }
  const recordOf = lib.recordOf;
  defineInterface(EventTarget);
  lib.fireSimple = (type, target) => lib.fire(new Event(type), target);

  /** An event handler attribute such as `onabort` (HTML §8.1.8.1) of objects that `isOwn` knows. */
  lib.defineHandler = (owner, name, type, isOwn, onerror = false) => {
    const checked = (target) => {
      if (!isOwn(target)) throw new TypeError(`${name}: not an object that has it`);
      return recordOf(target);
    };
    const accessor = {
      get [name]() {
        const entry = checked(this).handlers?.[type];
        return entry === undefined ? null : entry.value;
      },
      set [name](v) {
        const record = checked(this);
        const value = isObject(v) ? v : null;
        if (record.handlers === null) record.handlers = p.bare();
        let entry = record.handlers[type];
        if (entry === undefined) {
          if (value === null) return;
          entry = record.handlers[type] = { __proto__: null, value, listener: null };
        }
        entry.value = value;
        if (value === null) {
          if (entry.listener !== null) removeListener(record, entry.listener);
          entry.listener = null;
        } else if (entry.listener === null) {
          const run = function (event) {
            const f = entry.value;
            if (typeof f !== 'function') return;
            if (onerror && event instanceof ErrorEvent) {
              const { message, filename, lineno, colno, error } = event;
              if (apply(f, this, [message, filename, lineno, colno, error]) === true) event.preventDefault();
            } else if (apply(f, this, [event]) === false) {
              event.preventDefault();
            }
          };
          entry.listener = addListener(record, type, run, false, false, false);
        }
      },
    };
    const d = p.getOwnPropertyDescriptor(accessor, name);
    d.enumerable = true;
    defineProperty(owner, name, d);
  };

  // ---- AbortController, AbortSignal -----------------------------------------------------------------------------------
  class AbortSignal extends EventTarget {
    #reason = undefined;
    #aborted = false;
    #algorithms = null;
    #dependent = false;
    #sources = null;
    #dependents = null;
    constructor() {
      if (arguments[0] !== KEY) throw new TypeError('Illegal constructor');
      super();
    }
    static abort(reason = undefined) {
      const s = new AbortSignal(KEY);
      s.#aborted = true;
      s.#reason = reason === undefined ? domException('This operation was aborted', 'AbortError') : reason;
      return s;
    }
    static timeout(milliseconds) {
      if (arguments.length < 1) lib.missing('AbortSignal', 'timeout', 1, 0);
      const ms = lib.unsignedLongLong(milliseconds, 'enforce');
      const s = new AbortSignal(KEY);
      lib.startTimer(ms, () => abort(s, domException('The operation timed out', 'TimeoutError')));
      return s;
    }
    static any(signals) {
      if (arguments.length < 1) lib.missing('AbortSignal', 'any', 1, 0);
      const list = lib.sequence(signals, (v) => {
        if (!lib.isAbortSignal(v)) throw new TypeError('AbortSignal.any: not an AbortSignal');
        return v;
      }, 'signals');
      return lib.dependentSignal(list);
    }
    get aborted() { return this.#aborted; }
    get reason() { return this.#reason; }
    throwIfAborted() { if (this.#aborted) throw this.#reason; }
    static {
      lib.isAbortSignal = (v) => isObject(v) && #aborted in v;
      lib.signalAborted = (s) => s.#aborted;
      lib.signalReason = (s) => s.#reason;
      lib.newAbortSignal = () => new AbortSignal(KEY);
      /** Runs `algorithm` when the signal is aborted, before its event. */
      lib.signalAdd = (s, algorithm) => {
        if (s.#aborted) return;
        if (s.#algorithms === null) s.#algorithms = new p.Set();
        p.setAdd(s.#algorithms, algorithm);
      };
      lib.signalRemove = (s, algorithm) => { if (s.#algorithms !== null) p.setDelete(s.#algorithms, algorithm); };
      lib.dependentSignal = (list) => {
        const result = new AbortSignal(KEY);
        for (let i = 0; i < list.length; i++) {
          if (list[i].#aborted) {
            result.#aborted = true;
            result.#reason = list[i].#reason;
            return result;
          }
        }
        result.#dependent = true;
        result.#sources = new p.Set();
        const link = (source) => {
          if (p.setHas(result.#sources, source)) return;
          p.setAdd(result.#sources, source);
          if (source.#dependents === null) source.#dependents = new p.Set();
          p.setAdd(source.#dependents, result);
        };
        for (let i = 0; i < list.length; i++) {
          if (!list[i].#dependent) link(list[i]);
          else p.setForEach(list[i].#sources, link);
        }
        return result;
      };
      lib.signalAbort = (s, reason) => {
        if (s.#aborted) return;
        s.#aborted = true;
        s.#reason = reason === undefined ? domException('This operation was aborted', 'AbortError') : reason;
        const toRun = [];
        if (s.#dependents !== null) {
          p.setForEach(s.#dependents, (d) => {
            if (d.#aborted) return;
            d.#aborted = true;
            d.#reason = s.#reason;
            lib.append(toRun, d);
          });
          s.#dependents = null;
        }
        finish(s);
        for (let i = 0; i < toRun.length; i++) finish(toRun[i]);
      };
      const finish = (s) => {
        const algorithms = s.#algorithms;
        s.#algorithms = null;
        if (s.#sources !== null) {
          p.setForEach(s.#sources, (source) => {
            if (source.#dependents !== null) p.setDelete(source.#dependents, s);
          });
          s.#sources = null;
        }
        if (algorithms !== null) p.setForEach(algorithms, (run) => run(s.#reason));
        lib.fireSimple('abort', s);
      };
    }
  }
  const abort = lib.signalAbort;
  lib.defineHandler(AbortSignal.prototype, 'onabort', 'abort', lib.isAbortSignal);
  defineInterface(AbortSignal);

  class AbortController {
    #signal = lib.newAbortSignal();
    get signal() { return this.#signal; }
    abort(reason = undefined) { abort(this.#signal, reason); }
  }
  defineInterface(AbortController);

  // ---- the global as an event target, and errors nobody took ----------------------------------------------------------
  lib.expose('addEventListener', EventTarget.prototype.addEventListener);
  lib.expose('removeEventListener', EventTarget.prototype.removeEventListener);
  lib.expose('dispatchEvent', EventTarget.prototype.dispatchEvent);
  const isGlobal = (v) => v === undefined || v === null || v === global;
  lib.defineHandler(global, 'onerror', 'error', isGlobal, true);
  lib.defineHandler(global, 'onunhandledrejection', 'unhandledrejection', isGlobal);
  lib.defineHandler(global, 'onrejectionhandled', 'rejectionhandled', isGlobal);

  let reporting = false;
  lib.reportException = (error) => {
    const text = lib.describeError(error);
    if (!reporting) {
      reporting = true;
      try {
        const end = p.indexOf(text, '\n');
        const firstLine = end < 0 ? text : p.slice(text, 0, end);
        const event = new ErrorEvent('error', { __proto__: null, cancelable: true, message: `Uncaught ${firstLine}`, error });
        if (!lib.fire(event, global)) return;
      } finally {
        reporting = false;
      }
    }
    host.uncaught(text, error);
  };
  lib.onRejection = (reason, promise) => {
    const event = new PromiseRejectionEvent('unhandledrejection',
      { __proto__: null, cancelable: true, promise, reason });
    if (lib.fire(event, global)) host.uncaught(`unhandled rejection: ${lib.describeError(reason)}`, reason);
  };
}
