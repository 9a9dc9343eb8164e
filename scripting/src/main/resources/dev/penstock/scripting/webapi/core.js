// The ground floor of the Web APIs: intrinsics taken before user code can change them, Web IDL conversions, and the
// registry that lets each file be evaluated when one of its names is first used. Evaluates to (host) => lib.
// Nothing of `lib` is reachable from user code; every other file here is a function of it.
(host) => {
  'use strict';
  const global = globalThis;
  const { apply, construct, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys, setPrototypeOf } = Reflect;
  const { bind, call } = Function.prototype;
  const uncurry = apply(bind, bind, [call]);
  const create = Object.create;
  const freeze = Object.freeze;
  const bare = () => create(null);
  const getter = (proto, key) => uncurry(getOwnPropertyDescriptor(proto, key).get);

  const TypedArrayProto = getPrototypeOf(Uint8Array.prototype);
  const IteratorPrototype = getPrototypeOf(getPrototypeOf([][Symbol.iterator]()));
  const AsyncIteratorPrototype = getPrototypeOf(getPrototypeOf((async function* () {}).prototype));

  // ---- intrinsics -------------------------------------------------------------------------------------------------
  const p = {
    __proto__: null,
    apply, construct, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, setPrototypeOf, ownKeys, uncurry, create,
    freeze, bare, IteratorPrototype, AsyncIteratorPrototype,
    isArray: Array.isArray,
    push: uncurry(Array.prototype.push),
    shift: uncurry(Array.prototype.shift),
    splice: uncurry(Array.prototype.splice),
    sort: uncurry(Array.prototype.sort),
    join: uncurry(Array.prototype.join),
    arraySlice: uncurry(Array.prototype.slice),
    indexOfItem: uncurry(Array.prototype.indexOf),
    charCodeAt: uncurry(String.prototype.charCodeAt),
    codePointAt: uncurry(String.prototype.codePointAt),
    slice: uncurry(String.prototype.slice),
    indexOf: uncurry(String.prototype.indexOf),
    lastIndexOf: uncurry(String.prototype.lastIndexOf),
    startsWith: uncurry(String.prototype.startsWith),
    endsWith: uncurry(String.prototype.endsWith),
    toLowerCase: uncurry(String.prototype.toLowerCase),
    toUpperCase: uncurry(String.prototype.toUpperCase),
    toWellFormed: uncurry(String.prototype.toWellFormed),
    repeat: uncurry(String.prototype.repeat),
    padStart: uncurry(String.prototype.padStart),
    padEnd: uncurry(String.prototype.padEnd),
    fromCharCode: String.fromCharCode,
    numberToString: uncurry(Number.prototype.toString),
    hasOwn: Object.hasOwn,
    mapGet: uncurry(Map.prototype.get),
    mapSet: uncurry(Map.prototype.set),
    mapHas: uncurry(Map.prototype.has),
    mapDelete: uncurry(Map.prototype.delete),
    mapForEach: uncurry(Map.prototype.forEach),
    mapSize: getter(Map.prototype, 'size'),
    setAdd: uncurry(Set.prototype.add),
    setHas: uncurry(Set.prototype.has),
    setDelete: uncurry(Set.prototype.delete),
    setForEach: uncurry(Set.prototype.forEach),
    setSize: getter(Set.prototype, 'size'),
    weakMapGet: uncurry(WeakMap.prototype.get),
    weakMapSet: uncurry(WeakMap.prototype.set),
    weakMapHas: uncurry(WeakMap.prototype.has),
    weakMapDelete: uncurry(WeakMap.prototype.delete),
    deref: uncurry(WeakRef.prototype.deref),
    typedTag: getter(TypedArrayProto, Symbol.toStringTag),
    typedBuffer: getter(TypedArrayProto, 'buffer'),
    typedLength: getter(TypedArrayProto, 'length'),
    typedByteLength: getter(TypedArrayProto, 'byteLength'),
    typedByteOffset: getter(TypedArrayProto, 'byteOffset'),
    typedSet: uncurry(TypedArrayProto.set),
    typedFill: uncurry(TypedArrayProto.fill),
    viewBuffer: getter(DataView.prototype, 'buffer'),
    viewByteLength: getter(DataView.prototype, 'byteLength'),
    viewByteOffset: getter(DataView.prototype, 'byteOffset'),
    bufferByteLength: getter(ArrayBuffer.prototype, 'byteLength'),
    bufferDetached: getter(ArrayBuffer.prototype, 'detached'),
    bufferResizable: getter(ArrayBuffer.prototype, 'resizable'),
    bufferMaxByteLength: getter(ArrayBuffer.prototype, 'maxByteLength'),
    bufferTransfer: uncurry(ArrayBuffer.prototype.transfer),
    isView: ArrayBuffer.isView,
    then: uncurry(Promise.prototype.then),
    dateNow: Date.now,
    dateGetTime: uncurry(Date.prototype.getTime),
    dateToISOString: uncurry(Date.prototype.toISOString),
    booleanValueOf: uncurry(Boolean.prototype.valueOf),
    numberValueOf: uncurry(Number.prototype.valueOf),
    bigIntValueOf: uncurry(BigInt.prototype.valueOf),
    stringValueOf: uncurry(String.prototype.valueOf),
    symbolValueOf: uncurry(Symbol.prototype.valueOf),
    isPrototypeOf: uncurry(Object.prototype.isPrototypeOf),
    bufferResize: uncurry(ArrayBuffer.prototype.resize),
    regExpSource: getter(RegExp.prototype, 'source'),
    regExpFlags: getter(RegExp.prototype, 'flags'),
    symbolToString: uncurry(Symbol.prototype.toString),
    regExpExec: uncurry(RegExp.prototype.exec),
    objectToString: uncurry(Object.prototype.toString),
    functionToString: uncurry(Function.prototype.toString),
    errorToString: uncurry(Error.prototype.toString),
    jsonParse: JSON.parse,
    jsonStringify: JSON.stringify,
    isInteger: Number.isInteger,
    abs: Math.abs, floor: Math.floor, min: Math.min, max: Math.max, round: Math.round, trunc: Math.trunc,
    NaN, Infinity,
    Number, BigInt, String, Boolean, Symbol, Object, Array, Map, Set, WeakMap, WeakRef, Date, RegExp, Error, TypeError,
    RangeError, SyntaxError, EvalError, ReferenceError, URIError, AggregateError, Promise, Proxy, ArrayBuffer, DataView,
    Uint8Array, Int8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array,
    Float64Array, BigInt64Array, BigUint64Array, Float16Array: global.Float16Array,
    getOwnPropertyNames: Object.getOwnPropertyNames,
    iterator: Symbol.iterator, asyncIterator: Symbol.asyncIterator, toStringTag: Symbol.toStringTag,
  };
  p.sharedByteLength = global.SharedArrayBuffer === undefined
    ? () => { throw new TypeError('no SharedArrayBuffer'); }
    : getter(global.SharedArrayBuffer.prototype, 'byteLength');
  freeze(p);

  const promiseResolve = uncurry(Promise.resolve);
  const promiseReject = uncurry(Promise.reject);
  const PromiseCtor = Promise;

  const lib = bare();
  lib.host = host;
  lib.global = global;
  lib.p = p;
  lib.resolved = (value) => promiseResolve(PromiseCtor, value);
  /** As Web IDL says it: a promise of its own, which settles later than `value` if that is one. */
  lib.resolvedAnew = (value) => new PromiseCtor((resolve) => { resolve(value); });
  lib.rejected = (reason) => promiseReject(PromiseCtor, reason);
  lib.noop = () => {};
  /** Marks a promise as handled, so that its rejection is not reported. */
  lib.handled = (promise) => { p.then(promise, undefined, lib.noop); return promise; };
  /** A promise with its two ends. */
  lib.deferred = () => {
    const d = { __proto__: null, promise: undefined, resolve: undefined, reject: undefined };
    d.promise = new PromiseCtor((resolve, reject) => { d.resolve = resolve; d.reject = reject; });
    return d;
  };
  lib.microtask = (callback) => { p.then(promiseResolve(PromiseCtor, undefined), callback); };
  const isObject = (v) => (typeof v === 'object' && v !== null) || typeof v === 'function';
  lib.isObject = isObject;
  /** What may be changed of a Headers object; same order as the host's enum Guard. */
  lib.guards = freeze({ __proto__: null, none: 0, request: 1, response: 2, immutable: 3, noCors: 4, gateway: 5 });

  /** Where user code stands now, as the lines of a stack behind its first. */
  lib.frames = () => {
    const d = getOwnPropertyDescriptor(new p.Error(), 'stack');
    const stack = d === undefined || typeof d.value !== 'string' ? '' : d.value;
    const from = p.indexOf(stack, '\n');
    return from < 0 ? '' : p.slice(stack, from);
  };

  // ---- registry: a file is evaluated when one of its names is first used --------------------------------------------
  const loaded = bare();
  const lazyNames = bare();
  lib.load = (file) => {
    if (loaded[file] === true) return;
    host.load(file)(lib);
    loaded[file] = true;
  };
  const putGlobal = (name, value, enumerable) => {
    defineProperty(global, name, { __proto__: null, value, writable: true, enumerable, configurable: true });
  };
  /** Makes `name` a global; a name that user code has replaced in the meantime is left alone. */
  lib.expose = (name, value, enumerable = false) => {
    const lazy = lazyNames[name];
    if (lazy !== undefined) {
      delete lazyNames[name];
      lazy.value = value;
      const now = getOwnPropertyDescriptor(global, name);
      if (now === undefined || now.get !== lazy.get) return;
    }
    putGlobal(name, value, enumerable);
  };
  /** Makes each of `names` an accessor that evaluates `file` and gives way to a plain property. */
  lib.lazy = (file, names, enumerable = false) => {
    for (let i = 0; i < names.length; i++) {
      const name = names[i];
      const entry = { __proto__: null, get: undefined, value: undefined };
      entry.get = { get() { lib.load(file); return entry.value; } }.get;
      const set = { set(value) { putGlobal(name, value, enumerable); } }.set;
      lazyNames[name] = entry;
      defineProperty(global, name, { __proto__: null, get: entry.get, set, enumerable, configurable: true });
      defineProperty(lib, name, { __proto__: null, get: entry.get, configurable: true });
    }
  };

  /** The globals that nobody has named yet, in one string. */
  lib.lazyGlobals = () => p.join(ownKeys(lazyNames), ' ');

  const interfaces = new p.Set();
  /** Whether an object is of one of our classes, as far as its prototypes tell. */
  lib.isPlatformObject = (v) => {
    for (let proto = getPrototypeOf(v); proto !== null; proto = getPrototypeOf(proto)) {
      if (p.setHas(interfaces, proto)) return true;
    }
    return false;
  };
  /** As lazy(), for event handler attributes: evaluating the file puts their real accessors there. */
  lib.lazyHandlers = (file, names) => {
    for (let i = 0; i < names.length; i++) {
      const name = names[i];
      const accessor = {
        get [name]() { lib.load(file); return global[name]; },
        set [name](value) { lib.load(file); global[name] = value; },
      };
      defineProperty(global, name, getOwnPropertyDescriptor(accessor, name));
    }
  };
  /** Functions of `lib` that evaluate `file`, which puts the real ones in their place. */
  lib.stubs = (file, names) => {
    for (let i = 0; i < names.length; i++) {
      const name = names[i];
      lib[name] = (...args) => {
        lib.load(file);
        return apply(lib[name], undefined, args);
      };
    }
  };
  /** Gives a class the shape Web IDL asks of an interface, and makes it a global unless told not to. */
  lib.defineInterface = (ctor, { name = ctor.name, constants, exposed = true, tag = name } = bare()) => {
    const proto = ctor.prototype;
    enumerate(proto, 'constructor');
    enumerate(ctor, 'prototype', 'length', 'name');
    if (constants !== undefined) {
      const keys = ownKeys(constants);
      for (let i = 0; i < keys.length; i++) {
        const d = { __proto__: null, value: constants[keys[i]], writable: false, enumerable: true, configurable: false };
        defineProperty(ctor, keys[i], d);
        defineProperty(proto, keys[i], d);
      }
    }
    defineProperty(proto, p.toStringTag, { __proto__: null, value: tag, configurable: true });
    defineProperty(ctor, 'prototype', { __proto__: null, writable: false });
    if (ctor.name !== name) defineProperty(ctor, 'name', { __proto__: null, value: name, configurable: true });
    defineProperty(lib, name, { __proto__: null, value: ctor, writable: true, configurable: true });
    p.setAdd(interfaces, proto);
    if (exposed) lib.expose(name, ctor);
    return ctor;
  };
  const enumerate = (target, ...but) => {
    const keys = ownKeys(target);
    outer: for (let i = 0; i < keys.length; i++) {
      if (typeof keys[i] !== 'string') continue;
      for (let j = 0; j < but.length; j++) if (but[j] === keys[i]) continue outer;
      defineProperty(target, keys[i], { __proto__: null, enumerable: true });
    }
  };

  /**
   * Value iterators over pairs: `keys`, `values`, `entries`, `forEach` and `@@iterator` (Web IDL §3.7.9).
   * `pairs(target)` checks the brand and gives an array of [key, value], asked again at every step.
   */
  lib.definePairs = (ctor, name, pairs) => {
    class Iterator {
      #target; #kind; #at = 0;
      constructor(target, kind) { this.#target = target; this.#kind = kind; }
      next() {
        if (!isObject(this) || !(#target in this)) throw new TypeError(`not a ${name} Iterator`);
        if (this.#target === null) return { value: undefined, done: true };
        const list = pairs(this.#target);
        if (this.#at >= list.length) {
          this.#target = null;
          return { value: undefined, done: true };
        }
        const pair = list[this.#at++];
        const kind = this.#kind;
        return { value: kind === 2 ? [pair[0], pair[1]] : pair[kind], done: false };
      }
    }
    const proto = Iterator.prototype;
    delete proto.constructor;
    setPrototypeOf(proto, IteratorPrototype);
    defineProperty(proto, 'next', { __proto__: null, enumerable: true });
    defineProperty(proto, p.toStringTag, { __proto__: null, value: `${name} Iterator`, configurable: true });
    const methods = {
      entries() { pairs(this); return new Iterator(this, 2); },
      keys() { pairs(this); return new Iterator(this, 0); },
      values() { pairs(this); return new Iterator(this, 1); },
      forEach(callback) {
        let list = pairs(this);
        if (arguments.length < 1) missing(name, 'forEach', 1, 0);
        if (typeof callback !== 'function') throw new TypeError(`${name}.forEach: the callback is not a function`);
        const thisArg = arguments[1];
        for (let i = 0; i < list.length; i++) {
          const pair = list[i];
          apply(callback, thisArg, [pair[1], pair[0], this]);
          list = pairs(this);
        }
      },
    };
    const keys = ownKeys(methods);
    for (let i = 0; i < keys.length; i++) {
      const d = getOwnPropertyDescriptor(methods, keys[i]);
      d.enumerable = true;
      defineProperty(ctor.prototype, keys[i], d);
    }
    defineProperty(ctor.prototype, p.iterator,
      { __proto__: null, value: methods.entries, writable: true, enumerable: false, configurable: true });
  };

  // ---- Web IDL conversions ------------------------------------------------------------------------------------------
  const missing = (name, member, needed, given) => {
    throw new TypeError(`${member === undefined ? name : `${name}.${member}`}: ${needed} argument${needed === 1 ? '' : 's'
      } required, but only ${given} present`);
  };
  lib.missing = missing;
  lib.DOMString = (v) => (typeof v === 'string' ? v : `${v}`);
  lib.USVString = (v) => p.toWellFormed(typeof v === 'string' ? v : `${v}`);
  lib.ByteString = (v) => {
    const s = typeof v === 'string' ? v : `${v}`;
    const at = host.beyondLatin1(s);
    if (at >= 0) throw new TypeError(`a character at ${at} is outside of Latin-1`);
    return s;
  };
  lib.unrestrictedDouble = (v) => +v;
  lib.double = (v) => {
    const n = +v;
    if (n !== n || n === Infinity || n === -Infinity) throw new TypeError('not a finite number');
    return n;
  };
  const integer = (low, high, bits, signed) => {
    const modulo = 2 ** bits;
    return (v, mode) => {
      let n = +v;
      if (n === 0) n = 0;
      if (mode === 'enforce') {
        if (n !== n || n === Infinity || n === -Infinity) throw new TypeError('not a finite number');
        n = p.trunc(n);
        if (n < low || n > high) throw new TypeError(`${n} is outside of ${low} to ${high}`);
        return n + 0;
      }
      if (mode === 'clamp') {
        if (n !== n) return 0;
        n = n < low ? low : n > high ? high : n;
        const f = p.floor(n);
        const rest = n - f;
        return (rest < 0.5 || (rest === 0.5 && f % 2 === 0) ? f : f + 1) + 0;
      }
      if (n !== n || n === Infinity || n === -Infinity) return 0;
      n = p.trunc(n) % modulo;
      if (n < 0) n += modulo;
      if (signed && n >= modulo / 2) n -= modulo;
      return n + 0;
    };
  };
  lib.octet = integer(0, 255, 8, false);
  lib.short = integer(-32768, 32767, 16, true);
  lib.unsignedShort = integer(0, 65535, 16, false);
  lib.long = integer(-(2 ** 31), 2 ** 31 - 1, 32, true);
  lib.unsignedLong = integer(0, 2 ** 32 - 1, 32, false);
  lib.longLong = integer(-(2 ** 53) + 1, 2 ** 53 - 1, 64, true);
  lib.unsignedLongLong = integer(0, 2 ** 53 - 1, 64, false);

  /** A dictionary as an object; undefined and null are an empty one. */
  const EMPTY = freeze(bare());
  lib.dictionary = (v, what) => {
    if (v === undefined || v === null) return EMPTY;
    if (!isObject(v)) throw new TypeError(`${what} is not an object`);
    return v;
  };
  lib.oneOf = (v, values, what) => {
    const s = `${v}`;
    for (let i = 0; i < values.length; i++) if (values[i] === s) return s;
    throw new TypeError(`${what}: "${s}" is not one of "${p.join(values, '", "')}"`);
  };
  /** Converts an iterable by `method`, its @@iterator, which was read once. */
  lib.sequenceBy = (v, method, convert) => {
    if (typeof method !== 'function') throw new TypeError('not iterable');
    const it = apply(method, v, []);
    if (!isObject(it)) throw new TypeError('the iterator is not an object');
    const next = it.next;
    const out = [];
    for (let n = 0; ; n++) {
      const step = apply(next, it, []);
      if (!isObject(step)) throw new TypeError('the iterator result is not an object');
      if (step.done) return out;
      put(out, n, convert(step.value));
    }
  };
  lib.sequence = (v, convert, what) => {
    if (!isObject(v)) throw new TypeError(`${what} is not a sequence`);
    const method = v[p.iterator];
    if (method === undefined || method === null) throw new TypeError(`${what} is not iterable`);
    return lib.sequenceBy(v, method, convert);
  };
  /** Sets an element without meeting setters that user code put on Array.prototype. */
  const put = (list, at, value) => {
    if (at < list.length) list[at] = value;
    else defineProperty(list, at, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
  };
  lib.append = (list, value) => {
    defineProperty(list, list.length, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
  };
  /** A record<K, V> as an array of pairs, in the order of the keys. */
  lib.record = (v, convertKey, convertValue) => {
    if (!isObject(v)) throw new TypeError('not an object');
    const keys = ownKeys(v);
    const out = [];
    const places = new p.Map();
    for (let i = 0; i < keys.length; i++) {
      const d = getOwnPropertyDescriptor(v, keys[i]);
      if (d === undefined || !d.enumerable) continue;
      const key = convertKey(keys[i]);
      const value = convertValue(v[keys[i]]);
      const at = p.mapGet(places, key);
      if (at === undefined) {
        p.mapSet(places, key, out.length);
        lib.append(out, [key, value]);
      } else {
        out[at][1] = value;
      }
    }
    return out;
  };

  // ---- bytes --------------------------------------------------------------------------------------------------------
  const isArrayBuffer = (v) => {
    if (!isObject(v)) return false;
    try { p.bufferByteLength(v); return true; } catch { return false; }
  };
  const isSharedArrayBuffer = (v) => {
    if (!isObject(v)) return false;
    try { p.sharedByteLength(v); return true; } catch { return false; }
  };
  lib.isArrayBuffer = isArrayBuffer;
  lib.isSharedArrayBuffer = isSharedArrayBuffer;
  lib.isBufferSource = (v) => isObject(v) && (p.isView(v) || isArrayBuffer(v));
  const viewParts = (v) => (p.typedTag(v) !== undefined
    ? { __proto__: null, buffer: p.typedBuffer(v), offset: p.typedByteOffset(v), length: p.typedByteLength(v) }
    : { __proto__: null, buffer: p.viewBuffer(v), offset: p.viewByteOffset(v), length: p.viewByteLength(v) });
  lib.viewParts = viewParts;
  /** A Uint8Array on the memory of a BufferSource; empty when it is detached. */
  lib.bytesOf = (v, what = 'the argument', allowShared = false) => {
    if (isObject(v)) {
      if (p.isView(v)) {
        let parts;
        try { parts = viewParts(v); } catch { return new Uint8Array(0); }
        if (!allowShared && isSharedArrayBuffer(parts.buffer)) throw new TypeError(`${what} is shared memory`);
        if (!allowShared && p.bufferResizable(parts.buffer)) throw new TypeError(`${what} is resizable memory`);
        if (parts.length === 0) return new Uint8Array(0);
        return new Uint8Array(parts.buffer, parts.offset, parts.length);
      }
      if (isArrayBuffer(v)) {
        if (!allowShared && p.bufferResizable(v)) throw new TypeError(`${what} is resizable memory`);
        return p.bufferDetached(v) ? new Uint8Array(0) : new Uint8Array(v);
      }
      if (allowShared && isSharedArrayBuffer(v)) return new Uint8Array(v);
    }
    throw new TypeError(`${what} is not an ArrayBuffer or a view on one`);
  };
  /** A copy of the bytes of a BufferSource. */
  lib.copyOf = (v, what, allowShared) => {
    const from = lib.bytesOf(v, what, allowShared);
    const to = new Uint8Array(p.typedLength(from));
    p.typedSet(to, from);
    return to;
  };
  /** Bytes that the host gives, as a Uint8Array of our own. */
  lib.fromHost = (buffer) => {
    if (buffer === null) return null;
    const from = new Uint8Array(new ArrayBuffer(buffer));
    const to = new Uint8Array(p.typedLength(from));
    p.typedSet(to, from);
    return to;
  };
  /** Arguments for a host method that reads bytes of a Uint8Array: buffer, offset, length. */
  lib.concat = (chunks, total) => {
    if (chunks.length === 1) return chunks[0];
    const out = new Uint8Array(total);
    for (let i = 0, at = 0; i < chunks.length; i++) {
      p.typedSet(out, chunks[i], at);
      at += p.typedLength(chunks[i]);
    }
    return out;
  };
  lib.utf8Encode = (s) => lib.fromHost(host.utf8Encode(s));
  /** UTF-8 to string, replacing what is wrong; a byte order mark is dropped unless kept. */
  lib.utf8Decode = (u8, keepMark = false) =>
    host.utf8Decode(p.typedBuffer(u8), p.typedByteOffset(u8), p.typedLength(u8), keepMark);

  // Answers of files that are not loaded yet: nothing can be an instance of a class that does not exist.
  const never = () => false;
  lib.isBlob = lib.isFile = lib.isFormData = lib.isSearchParams = lib.isStream = lib.isRequest = lib.isResponse = never;
  lib.isURL = lib.isHeaders = lib.isWritable = lib.isTransform = never;
  lib.isMessagePort = lib.isCryptoKey = lib.isAbortSignal = lib.isDOMException = never;

  // ---- strings ------------------------------------------------------------------------------------------------------
  lib.isToken = (s) => host.fieldName(s) !== null;
  /** Lower-cases A to Z only. */
  lib.asciiLower = (s) => host.asciiLower(s);

  return lib;
}
