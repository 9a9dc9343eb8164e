// structuredClone (HTML §2.7), MessageChannel and MessagePort (HTML §9.4). A value is first written as records, then
// read again: nothing is transferred when writing fails.
(lib) => {
  'use strict';
  const { global, p, isObject, append, domException } = lib;
  const { TypeError, Uint8Array } = p;
  lib.load('events');
  lib.load('form');
  lib.load('crypto');
  const refuse = (what) => { throw domException(`${what} could not be cloned`, 'DataCloneError'); };

  // ---- writing --------------------------------------------------------------------------------------------------------
  const VIEWS = {
    __proto__: null, Int8Array: p.Int8Array, Uint8Array, Uint8ClampedArray: p.Uint8ClampedArray, Int16Array: p.Int16Array,
    Uint16Array: p.Uint16Array, Int32Array: p.Int32Array, Uint32Array: p.Uint32Array, Float16Array: p.Float16Array,
    Float32Array: p.Float32Array, Float64Array: p.Float64Array, BigInt64Array: p.BigInt64Array,
    BigUint64Array: p.BigUint64Array,
  };
  const ERRORS = {
    __proto__: null, Error: p.Error, EvalError: p.EvalError, RangeError: p.RangeError, ReferenceError: p.ReferenceError,
    SyntaxError: p.SyntaxError, TypeError, URIError: p.URIError,
  };
  const attempt = (f, v) => { try { return f(v); } catch { return undefined; } };
  const isPrimitive = (v) => !isObject(v);
  const sealed = [p.Promise, p.WeakMap, global.WeakSet, p.WeakRef, global.FinalizationRegistry];
  const isBuiltinWithoutClone = (v) => {
    for (let i = 0; i < sealed.length; i++) if (sealed[i] !== undefined && p.isPrototypeOf(sealed[i].prototype, v)) return true;
    return false;
  };
  const record = (kind) => ({ __proto__: null, kind, value: undefined, extra: undefined, items: undefined, made: undefined });

  const write = (v, memory) => {
    if (isPrimitive(v)) {
      if (typeof v === 'symbol') refuse(p.symbolToString(v));
      const r = record('primitive');
      r.value = v;
      return r;
    }
    const known = p.mapGet(memory, v);
    if (known !== undefined) return known;
    const r = record('object');
    p.mapSet(memory, v, r);
    if (typeof v === 'function') refuse(`the function ${attempt((f) => `${f.name}`, v)}`);
    if (writeBuiltin(v, r, memory)) return r;
    if (lib.isPlatformObject(v)) {
      writePlatform(v, r);
      return r;
    }
    if (isBuiltinWithoutClone(v)) refuse(p.objectToString(v));
    r.kind = p.isArray(v) ? 'array' : 'object';
    if (r.kind === 'array') r.value = v.length;
    writeProperties(v, r, memory);
    return r;
  };
  const writeProperties = (v, r, memory) => {
    r.items = [];
    const keys = p.ownKeys(v);
    const names = [];
    for (let i = 0; i < keys.length; i++) {
      if (typeof keys[i] !== 'string') continue;
      const d = p.getOwnPropertyDescriptor(v, keys[i]);
      if (d !== undefined && d.enumerable) append(names, keys[i]);
    }
    for (let i = 0; i < names.length; i++) {
      if (p.hasOwn(v, names[i])) append(r.items, [names[i], write(v[names[i]], memory)]);
    }
  };
  /** Objects of ECMAScript with internal slots. The tag is a hint that spares most attempts; the slot decides. */
  const writeBuiltin = (v, r, memory) => {
    const tag = p.objectToString(v);
    if (tag === '[object Object]' && p.getPrototypeOf(v) === p.Object.prototype) return false;
    let x;
    if ((x = attempt(p.booleanValueOf, v)) !== undefined) {
      r.kind = 'Boolean';
      r.value = x;
    } else if ((x = attempt(p.numberValueOf, v)) !== undefined) {
      r.kind = 'Number';
      r.value = x;
    } else if ((x = attempt(p.bigIntValueOf, v)) !== undefined) {
      r.kind = 'BigInt';
      r.value = x;
    } else if ((x = attempt(p.stringValueOf, v)) !== undefined) {
      r.kind = 'String';
      r.value = x;
    } else if (attempt(p.symbolValueOf, v) !== undefined) {
      refuse('a Symbol object');
    } else if ((x = attempt(p.dateGetTime, v)) !== undefined) {
      r.kind = 'Date';
      r.value = x;
    } else if (tag === '[object RegExp]' && (x = regExpParts(v)) !== undefined) {
      r.kind = 'RegExp';
      r.value = x.source;
      r.extra = x.flags;
    } else if (lib.isSharedArrayBuffer(v)) {
      r.kind = 'shared';
      r.value = v;
    } else if (lib.isArrayBuffer(v)) {
      if (p.bufferDetached(v)) refuse('a detached ArrayBuffer');
      r.kind = 'ArrayBuffer';
      const n = p.bufferByteLength(v);
      const copy = p.bufferResizable(v) ? new p.ArrayBuffer(n, { __proto__: null, maxByteLength: p.bufferMaxByteLength(v) })
        : new p.ArrayBuffer(n);
      p.typedSet(new Uint8Array(copy), new Uint8Array(v));
      r.value = copy;
    } else if (p.isView(v)) {
      writeView(v, r, memory);
    } else if (attempt(p.mapSize, v) !== undefined) {
      r.kind = 'Map';
      const pairs = [];
      p.mapForEach(v, (value, key) => append(pairs, [key, value]));
      r.items = [];
      for (let i = 0; i < pairs.length; i++) append(r.items, [write(pairs[i][0], memory), write(pairs[i][1], memory)]);
    } else if (attempt(p.setSize, v) !== undefined) {
      r.kind = 'Set';
      const values = [];
      p.setForEach(v, (value) => append(values, value));
      r.items = [];
      for (let i = 0; i < values.length; i++) append(r.items, write(values[i], memory));
    } else if (tag === '[object Error]' || v instanceof p.Error) {
      if (lib.isPlatformObject(v)) return false;
      writeError(v, r);
    } else {
      return false;
    }
    return true;
  };
  const regExpParts = (v) => attempt((re) => ({ __proto__: null, source: p.regExpSource(re), flags: p.regExpFlags(re) }), v);
  const writeView = (v, r, memory) => {
    const tag = p.typedTag(v);
    const parts = attempt(lib.viewParts, v);
    if (parts === undefined || isOutOfBounds(v, parts)) refuse('a view on a detached or shrunk ArrayBuffer');
    r.kind = 'view';
    r.extra = tag === undefined ? p.DataView : VIEWS[tag];
    const tracks = isLengthTracking(v, parts, r.extra);
    r.value = {
      __proto__: null, offset: parts.offset,
      length: tracks ? undefined : tag === undefined ? parts.length : p.typedLength(v),
    };
    r.items = [write(parts.buffer, memory)];
  };
  const isOutOfBounds = (v, parts) => {
    if (lib.isSharedArrayBuffer(parts.buffer)) return false;
    if (p.bufferDetached(parts.buffer)) return true;
    if (!p.bufferResizable(parts.buffer) || p.typedTag(v) === undefined) return false;
    // A view that its buffer shrank away from shows as an empty one, but refuses to be written.
    try { p.typedSet(v, []); return false; } catch { return true; }
  };
  // A view without a length of its own follows its resizable buffer; only then does it reach to the very end.
  const isLengthTracking = (v, parts, ctor) => {
    if (lib.isSharedArrayBuffer(parts.buffer) || !p.bufferResizable(parts.buffer)) return false;
    const size = p.bufferByteLength(parts.buffer);
    const unit = ctor === p.DataView ? 1 : ctor.BYTES_PER_ELEMENT;
    return size - parts.offset - parts.length < unit && size !== p.bufferMaxByteLength(parts.buffer) && grows(v, parts);
  };
  const grows = (v, parts) => {
    const size = p.bufferByteLength(parts.buffer);
    const max = p.bufferMaxByteLength(parts.buffer);
    p.bufferResize(parts.buffer, max);
    const now = attempt(lib.viewParts, v);
    p.bufferResize(parts.buffer, size);
    return now !== undefined && now.length !== parts.length;
  };
  const writeError = (v, r) => {
    r.kind = 'Error';
    const name = v.name;
    const asked = name === undefined ? 'Error' : lib.DOMString(name);
    r.value = ERRORS[asked] === undefined ? 'Error' : asked;
    const message = p.getOwnPropertyDescriptor(v, 'message');
    r.extra = message !== undefined && p.hasOwn(message, 'value') ? lib.DOMString(message.value) : undefined;
    const stack = p.getOwnPropertyDescriptor(v, 'stack');
    r.items = stack !== undefined && typeof stack.value === 'string' ? stack.value : undefined;
  };
  const writePlatform = (v, r) => {
    if (lib.isFile(v)) {
      r.kind = 'made';
      r.made = lib.newFile(lib.blobBytes(v), lib.fileName(v), lib.blobType(v), lib.fileModified(v));
    } else if (lib.isBlob(v)) {
      r.kind = 'made';
      r.made = lib.newBlob(lib.blobBytes(v), lib.blobType(v));
    } else if (lib.isDOMException(v)) {
      r.kind = 'made';
      r.made = lib.cloneDOMException(v);
    } else if (lib.isCryptoKey(v)) {
      r.kind = 'made';
      r.made = lib.cloneKey(v);
    } else {
      refuse(p.objectToString(v));
    }
  };

  // ---- reading --------------------------------------------------------------------------------------------------------
  const define = (o, key, value) => {
    p.defineProperty(o, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
  };
  const read = (r) => {
    if (r.kind === 'primitive') return r.value;
    if (r.made !== undefined) return r.made;
    switch (r.kind) {
      case 'Boolean': case 'Number': case 'BigInt': case 'String': return (r.made = p.Object(r.value));
      case 'Date': return (r.made = new p.Date(r.value));
      case 'RegExp': return (r.made = new p.RegExp(r.value, r.extra));
      case 'shared': case 'ArrayBuffer': return (r.made = r.value);
      case 'view': {
        const buffer = read(r.items[0]);
        const { offset, length } = r.value;
        r.made = length === undefined ? new r.extra(buffer, offset) : new r.extra(buffer, offset, length);
        return r.made;
      }
      case 'Map':
        r.made = new p.Map();
        for (let i = 0; i < r.items.length; i++) p.mapSet(r.made, read(r.items[i][0]), read(r.items[i][1]));
        return r.made;
      case 'Set':
        r.made = new p.Set();
        for (let i = 0; i < r.items.length; i++) p.setAdd(r.made, read(r.items[i]));
        return r.made;
      case 'Error': {
        const ctor = ERRORS[r.value];
        const e = r.extra === undefined ? new ctor() : new ctor(r.extra);
        if (r.items !== undefined) {
          p.defineProperty(e, 'stack', { __proto__: null, value: r.items, writable: true, enumerable: false, configurable: true });
        }
        return (r.made = e);
      }
      case 'array':
        r.made = [];
        r.made.length = r.value;
        break;
      default:
        r.made = {};
    }
    for (let i = 0; i < r.items.length; i++) define(r.made, r.items[i][0], read(r.items[i][1]));
    return r.made;
  };

  // ---- transfer -------------------------------------------------------------------------------------------------------
  const isTransferable = (v) => lib.isArrayBuffer(v) || lib.isMessagePort(v) || lib.isStream(v)
    || lib.isWritable(v) || lib.isTransform(v);
  const placeholders = (list, memory) => {
    for (let i = 0; i < list.length; i++) {
      const v = list[i];
      if (!isTransferable(v)) refuse('a value that is not transferable');
      if (p.mapGet(memory, v) !== undefined) refuse('a value that is transferred twice');
      const r = record('transferred');
      p.mapSet(memory, v, r);
    }
  };
  /** Refuses what is gone or locked, perhaps by what was transferred before it. */
  const checkTransferable = (v) => {
    if (lib.isArrayBuffer(v)) { if (p.bufferDetached(v)) refuse('a detached ArrayBuffer'); }
    else if (lib.isMessagePort(v)) { if (lib.portDetached(v)) refuse('a detached MessagePort'); }
    else if (lib.isStream(v)) { if (lib.streamLocked(v)) refuse('a locked ReadableStream'); }
    else if (lib.isWritable(v)) { if (lib.writableState(v).writer !== null) refuse('a locked WritableStream'); }
    else {
      const t = lib.transformState(v);
      if (t.readable.reader !== null || t.writable.writer !== null) refuse('a locked TransformStream');
    }
  };
  const transfer = (list, memory, ports) => {
    for (let i = 0; i < list.length; i++) checkTransferable(list[i]);
    for (let i = 0; i < list.length; i++) {
      const v = list[i];
      const r = p.mapGet(memory, v);
      checkTransferable(v);
      if (lib.isArrayBuffer(v)) {
        r.made = p.bufferTransfer(v);
      } else if (lib.isMessagePort(v)) {
        r.made = lib.movePort(v);
        append(ports, r.made);
      } else {
        lib.load('transform');
        if (lib.isStream(v)) {
          r.made = lib.identityPipe(v);
        } else if (lib.isWritable(v)) {
          const t = lib.newTransform(null, null);
          lib.handled(lib.pipe(lib.streamState(t.readable), lib.writableState(v), false, false, false, undefined));
          r.made = t.writable;
        } else {
          r.made = lib.moveTransform(v);
        }
      }
    }
  };
  /** Clones `value`; gives {value, ports}. */
  const clone = (value, list) => {
    const memory = new p.Map();
    placeholders(list, memory);
    const r = write(value, memory);
    const ports = [];
    transfer(list, memory, ports);
    return { __proto__: null, value: read(r), ports };
  };
  lib.structuredClone = (value) => clone(value, []).value;
  const asObject = (v) => {
    if (!isObject(v)) throw new TypeError('an element of transfer is not an object');
    return v;
  };
  const toTransfer = (options) => {
    const { transfer: list } = lib.dictionary(options, 'options');
    return list === undefined ? [] : lib.sequence(list, asObject, 'transfer');
  };
  lib.structuredCloneWith = (value, options) => clone(value, toTransfer(options)).value;

  // ---- MessagePort ----------------------------------------------------------------------------------------------------
  const KEY = p.freeze({ __proto__: null });
  class MessagePort extends lib.EventTarget {
    #s;
    constructor() {
      if (arguments[0] !== KEY) throw new TypeError('Illegal constructor');
      super();
      this.#s = arguments[1];
      this.#s.port = this;
    }
    postMessage(message, options = {}) {
      const s = this.#s;
      if (arguments.length < 1) lib.missing('MessagePort', 'postMessage', 1, 0);
      let list;
      if (isObject(options)) {
        const method = options[p.iterator];
        list = method !== undefined && method !== null ? lib.sequenceBy(options, method, asObject) : toTransfer(options);
      } else {
        list = toTransfer(options);
      }
      for (let i = 0; i < list.length; i++) if (list[i] === this) refuse('a MessagePort through itself');
      const { other } = s;
      const message_ = clone(message, list);
      if (other === null) return;
      if (p.indexOfItem(message_.ports, other.port) >= 0) return;
      append(other.queue, message_);
      schedule(other);
    }
    start() {
      const s = this.#s;
      s.enabled = true;
      schedule(s);
    }
    close() {
      const s = this.#s;
      if (s.other !== null) {
        const { other } = s;
        s.other.other = null;
        s.other = null;
        lib.startTimer(0, () => { if (other.port !== null) lib.fireSimple('close', other.port); });
      }
      s.closed = true;
    }
    static {
      lib.isMessagePort = (v) => isObject(v) && #s in v;
      lib.portDetached = (v) => v.#s.detached || v.#s.closed;
      lib.movePort = (v) => {
        const s = v.#s;
        s.detached = true;
        v.#s = { __proto__: null, port: v, other: null, queue: [], enabled: false, closed: true, detached: true };
        s.detached = false;
        s.enabled = false;
        return new MessagePort(KEY, s);
      };
    }
  }
  p.defineProperty(MessagePort.prototype.postMessage, 'length', { __proto__: null, value: 1, configurable: true });
  const newState = () => ({
    __proto__: null, port: null, other: null, queue: [], enabled: false, closed: false, detached: false,
  });
  const schedule = (s) => {
    if (!s.enabled || s.queue.length === 0) return;
    lib.startTimer(0, () => {
      if (!s.enabled || s.queue.length === 0 || s.closed) return;
      const message = p.shift(s.queue);
      const event = new lib.MessageEvent('message', { __proto__: null, data: message.value, ports: message.ports });
      lib.fire(event, s.port);
      schedule(s);
    });
  };
  lib.defineHandler(MessagePort.prototype, 'onmessage', 'message', lib.isMessagePort);
  lib.defineHandler(MessagePort.prototype, 'onmessageerror', 'messageerror', lib.isMessagePort);
  lib.defineHandler(MessagePort.prototype, 'onclose', 'close', lib.isMessagePort);
  // Setting onmessage also starts the port.
  const accessor = p.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage');
  const plainSet = accessor.set;
  const { start } = MessagePort.prototype;
  accessor.set = { set onmessage(v) { p.apply(plainSet, this, [v]); p.apply(start, this, []); } };
  accessor.set = p.getOwnPropertyDescriptor(accessor.set, 'onmessage').set;
  p.defineProperty(MessagePort.prototype, 'onmessage', accessor);
  lib.defineInterface(MessagePort);

  class MessageChannel {
    #port1;
    #port2;
    constructor() {
      const a = newState();
      const b = newState();
      a.other = b;
      b.other = a;
      this.#port1 = new MessagePort(KEY, a);
      this.#port2 = new MessagePort(KEY, b);
    }
    get port1() { return this.#port1; }
    get port2() { return this.#port2; }
  }
  lib.defineInterface(MessageChannel);
}
