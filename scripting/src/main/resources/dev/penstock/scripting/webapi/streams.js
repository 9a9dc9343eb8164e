// Readable streams (Streams §4) and queuing strategies (§7). Public objects hold their state in a private field; the
// algorithms work on states, so that nothing user code does to prototypes changes them.
(lib) => {
  'use strict';
  const { p, isObject, defineInterface, deferred, handled, resolved, rejected } = lib;
  const { TypeError, RangeError, apply, Uint8Array } = p;
  const KEY = p.freeze({ __proto__: null });
  const illegal = () => new TypeError('Illegal constructor');
  lib.streamKey = KEY;
  lib.illegal = illegal;

  // ---- shared helpers ---------------------------------------------------------------------------------------------
  /** First in, first out, with the sizes that back-pressure counts. */
  class Queue {
    head = null;
    tail = null;
    total = 0;
    add(value, size) {
      const node = { __proto__: null, value, size, next: null };
      if (this.head === null) this.head = node;
      else this.tail.next = node;
      this.tail = node;
      this.total += size;
    }
    take() {
      const node = this.head;
      this.head = node.next;
      if (node.next === null) this.tail = null;
      this.total -= node.size;
      if (this.total < 0) this.total = 0;
      return node.value;
    }
    get isEmpty() { return this.head === null; }
    clear() { this.head = this.tail = null; this.total = 0; }
  }
  p.setPrototypeOf(Queue.prototype, null);
  lib.Queue = Queue;
  const invoke = (f, self, ...args) => {
    try {
      return resolved(apply(f, self, args));
    } catch (e) {
      return rejected(e);
    }
  };
  const invoke1 = (f, self, a) => { try { return resolved(apply(f, self, [a])); } catch (e) { return rejected(e); } };
  lib.invokePromise = invoke;
  const callbackMember = (d, name) => {
    const f = d[name];
    if (f === undefined) return undefined;
    if (typeof f !== 'function') throw new TypeError(`${name} is not a function`);
    return f;
  };
  lib.callbackMember = callbackMember;
  lib.toStrategy = (v) => {
    const d = lib.dictionary(v, 'strategy');
    const { highWaterMark } = d;
    const hwm = highWaterMark === undefined ? undefined : +highWaterMark;
    return { __proto__: null, hwm, size: callbackMember(d, 'size') };
  };
  lib.highWaterMark = (strategy, byDefault) => {
    if (strategy.hwm === undefined) return byDefault;
    if (strategy.hwm !== strategy.hwm || strategy.hwm < 0) throw new RangeError('highWaterMark is negative or NaN');
    return strategy.hwm;
  };
  const one = () => 1;
  lib.sizeOf = (strategy) => {
    const { size } = strategy;
    return size === undefined ? one : (chunk) => +apply(size, undefined, [chunk]);
  };
  const checkSize = (size) => {
    if (typeof size !== 'number' || size !== size || size < 0 || size === p.Infinity) {
      throw new RangeError('the size of a chunk is not a finite, non-negative number');
    }
  };
  lib.checkSize = checkSize;
  /** Runs the body of a method that answers with a promise; what it throws becomes a rejection. */
  const asPromise = (run) => { try { return run(); } catch (e) { return rejected(e); } };
  lib.asPromise = asPromise;

  // ---- ReadableStream ---------------------------------------------------------------------------------------------
  const READABLE = 0;
  const CLOSED = 1;
  const ERRORED = 2;
  const newState = () => ({
    __proto__: null, state: READABLE, stored: undefined, reader: null, disturbed: false, controller: null, wrapper: null,
    backing: null,
  });

  class ReadableStream {
    #s;
    constructor(underlyingSource, strategy = {}) {
      if (underlyingSource === KEY) {
        this.#s = arguments[1];
        this.#s.wrapper = this;
        return;
      }
      if (underlyingSource !== undefined && !isObject(underlyingSource)) {
        throw new TypeError('ReadableStream: the source is not an object');
      }
      const strategyDict = lib.toStrategy(strategy);
      const source = underlyingSource === undefined ? null : underlyingSource;
      const d = source === null ? p.bare() : source;
      const { autoAllocateChunkSize } = d;
      const auto = autoAllocateChunkSize === undefined ? undefined
        : lib.unsignedLongLong(autoAllocateChunkSize, 'enforce');
      const cancel = callbackMember(d, 'cancel');
      const pull = callbackMember(d, 'pull');
      const start = callbackMember(d, 'start');
      const { type } = d;
      if (type !== undefined && `${type}` !== 'bytes') throw new TypeError(`type: "${type}" is not "bytes"`);
      const s = (this.#s = newState());
      s.wrapper = this;
      const callers = (c) => ({
        __proto__: null,
        start: start === undefined ? lib.noop : () => apply(start, source, [c.wrapper]),
        pull: pull === undefined ? () => resolved(undefined) : () => invoke1(pull, source, c.wrapper),
        cancel: cancel === undefined ? () => resolved(undefined) : (reason) => invoke1(cancel, source, reason),
      });
      if (type !== undefined) {
        if (strategyDict.size !== undefined) throw new RangeError('a byte stream has no size function');
        const hwm = lib.highWaterMark(strategyDict, 0);
        if (auto === 0) throw new TypeError('autoAllocateChunkSize is 0');
        lib.setupByteController(s, callers, hwm, auto);
      } else {
        const size = lib.sizeOf(strategyDict);
        setupDefaultController(s, callers, lib.highWaterMark(strategyDict, 1), size);
      }
    }
    static from(asyncIterable) {
      if (arguments.length < 1) lib.missing('ReadableStream', 'from', 1, 0);
      return fromIterable(asyncIterable).wrapper;
    }
    get locked() { return this.#s.reader !== null; }
    cancel(reason = undefined) {
      return asPromise(() => {
        const s = this.#s;
        if (s.reader !== null) throw new TypeError('the stream is locked');
        return cancelStream(s, reason);
      });
    }
    getReader(options = {}) {
      this.#s;
      const { mode } = lib.dictionary(options, 'options');
      if (mode === undefined) return new ReadableStreamDefaultReader(this);
      if (`${mode}` !== 'byob') throw new TypeError(`mode: "${mode}" is not "byob"`);
      return new lib.ReadableStreamBYOBReader(this);
    }
    pipeThrough(transform, options = {}) {
      const s = this.#s;
      if (arguments.length < 1) lib.missing('ReadableStream', 'pipeThrough', 1, 0);
      const t = lib.dictionary(transform, 'transform');
      const { readable } = t;
      if (readable === undefined || !lib.isStream(readable)) throw new TypeError('readable is not a ReadableStream');
      const { writable } = t;
      lib.load('writable');
      if (writable === undefined || !lib.isWritable(writable)) throw new TypeError('writable is not a WritableStream');
      const o = pipeOptions(options);
      const w = lib.writableState(writable);
      if (s.reader !== null) throw new TypeError('the readable stream is locked');
      if (w.writer !== null) throw new TypeError('the writable stream is locked');
      handled(lib.pipe(s, w, o.preventClose, o.preventAbort, o.preventCancel, o.signal));
      return readable;
    }
    pipeTo(destination, options = {}) {
      return asPromise(() => {
        const s = this.#s;
        if (arguments.length < 1) lib.missing('ReadableStream', 'pipeTo', 1, 0);
        lib.load('writable');
        if (!lib.isWritable(destination)) throw new TypeError('the destination is not a WritableStream');
        const o = pipeOptions(options);
        const w = lib.writableState(destination);
        if (s.reader !== null) throw new TypeError('the readable stream is locked');
        if (w.writer !== null) throw new TypeError('the writable stream is locked');
        return lib.pipe(s, w, o.preventClose, o.preventAbort, o.preventCancel, o.signal);
      });
    }
    tee() {
      const branches = tee(this.#s, false);
      return [branches.a.wrapper, branches.b.wrapper];
    }
    values(options = {}) {
      const s = this.#s;
      const preventCancel = !!lib.dictionary(options, 'options').preventCancel;
      return newIterator(acquireReader(s), preventCancel);
    }
    static {
      lib.isStream = (v) => isObject(v) && #s in v;
      lib.streamState = (v) => v.#s;
    }
  }
  p.defineProperty(ReadableStream, 'length', { __proto__: null, value: 0, configurable: true });
  p.defineProperty(ReadableStream.prototype, p.asyncIterator, {
    __proto__: null, value: ReadableStream.prototype.values, writable: true, enumerable: false, configurable: true,
  });
  const pipeOptions = (v) => {
    const d = lib.dictionary(v, 'options');
    const o = p.bare();
    o.preventAbort = !!d.preventAbort;
    o.preventCancel = !!d.preventCancel;
    o.preventClose = !!d.preventClose;
    const { signal } = d;
    if (signal !== undefined && !lib.isAbortSignal(signal)) throw new TypeError('signal is not an AbortSignal');
    o.signal = signal;
    return o;
  };
  const wrap = (s) => new ReadableStream(KEY, s);
  const createStream = (algorithms, hwm = 1, size = one) => {
    const s = newState();
    wrap(s);
    setupDefaultController(s, () => algorithms, hwm, size);
    return s;
  };
  const createByteStream = (algorithms, hwm = 0) => {
    const s = newState();
    wrap(s);
    lib.setupByteController(s, () => algorithms, hwm, undefined);
    return s;
  };
  lib.createStream = createStream;
  lib.createByteStream = createByteStream;

  const isDefaultReader = (r) => r.readRequests !== undefined;
  const cancelStream = (s, reason) => {
    s.disturbed = true;
    s.backing = null;
    if (s.state === CLOSED) return resolved(undefined);
    if (s.state === ERRORED) return rejected(s.stored);
    closeStream(s);
    const r = s.reader;
    if (r !== null && !isDefaultReader(r)) {
      const requests = r.readIntoRequests;
      r.readIntoRequests = new Queue();
      while (!requests.isEmpty) requests.take().close(undefined);
    }
    return p.then(s.controller.cancelSteps(reason), lib.noop);
  };
  const closeStream = (s) => {
    s.state = CLOSED;
    const r = s.reader;
    if (r === null) return;
    r.closed.resolve(undefined);
    if (isDefaultReader(r)) {
      const requests = r.readRequests;
      r.readRequests = new Queue();
      while (!requests.isEmpty) requests.take().close();
    }
  };
  const errorStream = (s, e) => {
    s.state = ERRORED;
    s.stored = e;
    const r = s.reader;
    if (r === null) return;
    r.closed.reject(e);
    handled(r.closed.promise);
    if (isDefaultReader(r)) failReadRequests(r, e);
    else lib.failReadIntoRequests(r, e);
  };
  const failReadRequests = (r, e) => {
    const requests = r.readRequests;
    r.readRequests = new Queue();
    while (!requests.isEmpty) requests.take().error(e);
  };
  lib.closeStreamState = closeStream;
  lib.errorStreamState = errorStream;
  lib.cancelStreamState = cancelStream;
  const fulfillRead = (s, chunk, done) => {
    const request = s.reader.readRequests.take();
    if (done) request.close();
    else request.chunk(chunk);
  };
  lib.fulfillRead = fulfillRead;
  const hasDefaultReader = (s) => s.reader !== null && isDefaultReader(s.reader);
  const readRequestCount = (s) => (s.reader.readRequests.isEmpty ? 0 : 1);
  lib.hasDefaultReader = hasDefaultReader;

  // ---- readers ------------------------------------------------------------------------------------------------------
  const initReader = (r, s) => {
    r.stream = s;
    s.reader = r;
    r.closed = deferred();
    if (s.state === CLOSED) {
      r.closed.resolve(undefined);
    } else if (s.state === ERRORED) {
      r.closed.reject(s.stored);
      handled(r.closed.promise);
    }
  };
  lib.initReader = initReader;
  const newReader = () => ({ __proto__: null, stream: null, closed: null, readRequests: new Queue() });
  const acquireReader = (s) => {
    if (s.reader !== null) throw new TypeError('the stream is locked to another reader');
    const r = newReader();
    initReader(r, s);
    return r;
  };
  lib.acquireReader = acquireReader;
  const cancelReader = (r, reason) => cancelStream(r.stream, reason);
  const releaseGeneric = (r) => {
    const s = r.stream;
    const e = new TypeError('the reader was released');
    if (s.state !== READABLE) r.closed = deferred();
    r.closed.reject(e);
    handled(r.closed.promise);
    s.controller.releaseSteps();
    s.reader = null;
    r.stream = null;
  };
  lib.releaseGeneric = releaseGeneric;
  const read = (r, request) => {
    const s = r.stream;
    s.disturbed = true;
    if (s.state === CLOSED) request.close();
    else if (s.state === ERRORED) request.error(s.stored);
    else s.controller.pullSteps(request);
  };
  const release = (r) => {
    releaseGeneric(r);
    failReadRequests(r, new TypeError('the reader was released'));
  };
  lib.readFrom = read;
  lib.releaseReader = release;
  lib.readRequest = (d) => ({
    __proto__: null,
    chunk: (value) => d.resolve({ value, done: false }),
    close: () => d.resolve({ value: undefined, done: true }),
    error: (e) => d.reject(e),
  });

  class ReadableStreamDefaultReader {
    #r;
    constructor(stream) {
      if (arguments.length < 1) lib.missing('ReadableStreamDefaultReader', undefined, 1, 0);
      if (!lib.isStream(stream)) throw new TypeError('not a ReadableStream');
      this.#r = acquireReader(lib.streamState(stream));
    }
    get closed() { return asPromise(() => this.#r.closed.promise); }
    cancel(reason = undefined) {
      return asPromise(() => {
        const r = this.#r;
        if (r.stream === null) throw new TypeError('the reader was released');
        return cancelReader(r, reason);
      });
    }
    read() {
      return asPromise(() => {
        const r = this.#r;
        if (r.stream === null) throw new TypeError('the reader was released');
        const d = deferred();
        read(r, lib.readRequest(d));
        return d.promise;
      });
    }
    releaseLock() {
      const r = this.#r;
      if (r.stream !== null) release(r);
    }
  }

  // ---- async iteration ----------------------------------------------------------------------------------------------
  class StreamIterator {
    #reader; #preventCancel; #ongoing = null; #finished = false;
    constructor(reader, preventCancel) { this.#reader = reader; this.#preventCancel = preventCancel; }
    next() {
      return asPromise(() => {
        const go = () => this.#next();
        this.#ongoing = this.#ongoing === null ? go() : p.then(this.#ongoing, go, go);
        return this.#ongoing;
      });
    }
    return(value = undefined) {
      return asPromise(() => {
        const go = () => this.#return(value);
        this.#ongoing = this.#ongoing === null ? go() : p.then(this.#ongoing, go, go);
        return p.then(this.#ongoing, () => ({ value, done: true }));
      });
    }
    #next() {
      if (this.#finished) return resolved({ value: undefined, done: true });
      const d = deferred();
      const reader = this.#reader;
      // The value in a box, since it may be a thenable that is not to be awaited.
      read(reader, {
        __proto__: null,
        chunk: (value) => d.resolve({ __proto__: null, value }),
        close: () => {
          release(reader);
          d.resolve(null);
        },
        error: (e) => {
          release(reader);
          d.reject(e);
        },
      });
      return p.then(d.promise, (box) => {
        this.#ongoing = null;
        if (box !== null) return { value: box.value, done: false };
        this.#finished = true;
        return { value: undefined, done: true };
      }, (e) => {
        this.#ongoing = null;
        this.#finished = true;
        throw e;
      });
    }
    #return(value) {
      if (this.#finished) return resolved({ value, done: true });
      this.#finished = true;
      const reader = this.#reader;
      if (this.#preventCancel) {
        release(reader);
        return resolved(undefined);
      }
      const result = cancelReader(reader, value);
      release(reader);
      return result;
    }
  }
  const iteratorProto = StreamIterator.prototype;
  delete iteratorProto.constructor;
  p.setPrototypeOf(iteratorProto, p.AsyncIteratorPrototype);
  p.defineProperty(iteratorProto, 'next', { __proto__: null, enumerable: true });
  p.defineProperty(iteratorProto, 'return', { __proto__: null, enumerable: true });
  p.defineProperty(iteratorProto.return, 'length', { __proto__: null, value: 1, configurable: true });
  p.defineProperty(iteratorProto, p.toStringTag,
    { __proto__: null, value: 'ReadableStream AsyncIterator', configurable: true });
  const newIterator = (reader, preventCancel) => new StreamIterator(reader, preventCancel);

  const fromIterable = (iterable) => {
    if (iterable === null || iterable === undefined) throw new TypeError('ReadableStream.from: not iterable');
    let method = iterable[p.asyncIterator];
    let sync = false;
    if (method === undefined || method === null) {
      method = iterable[p.iterator];
      sync = true;
    }
    if (typeof method !== 'function') throw new TypeError('ReadableStream.from: not iterable');
    const it = apply(method, iterable, []);
    if (!isObject(it)) throw new TypeError('ReadableStream.from: the iterator is not an object');
    const { next } = it;
    // A synchronous iterator gives values that may be promises, as `for await` would see them.
    const settle = (result) => {
      if (!isObject(result)) throw new TypeError('ReadableStream.from: the iterator result is not an object');
      return result;
    };
    const s = createStream({
      __proto__: null,
      start: lib.noop,
      pull: () => {
        let step;
        try { step = apply(next, it, []); } catch (e) { return rejected(e); }
        if (sync) {
          try {
            settle(step);
            const { done } = step;
            const { value } = step;
            return p.then(resolved(value), (v) => give(!!done, v));
          } catch (e) {
            return rejected(e);
          }
        }
        return p.then(resolved(step), (result) => {
          settle(result);
          return result.done ? give(true) : give(false, result.value);
        });
      },
      cancel: (reason) => {
        try {
          const ret = it.return;
          if (ret === undefined || ret === null) return resolved(undefined);
          const step = apply(ret, it, [reason]);
          return p.then(resolved(step), (result) => {
            if (!isObject(result)) throw new TypeError('ReadableStream.from: return() did not give an object');
          });
        } catch (e) {
          return rejected(e);
        }
      },
    }, 0);
    const give = (done, value) => {
      if (done) closeDefault(s.controller);
      else enqueueDefault(s.controller, value);
    };
    return s;
  };

  // ---- default controller -------------------------------------------------------------------------------------------
  class ReadableStreamDefaultController {
    #c;
    constructor() {
      if (arguments[0] !== KEY) throw illegal();
      this.#c = arguments[1];
    }
    get desiredSize() { return desiredSize(this.#c); }
    close() {
      const c = this.#c;
      if (!canCloseOrEnqueue(c)) throw new TypeError('the stream is closed, closing or errored');
      closeDefault(c);
    }
    enqueue(chunk = undefined) {
      const c = this.#c;
      if (!canCloseOrEnqueue(c)) throw new TypeError('the stream is closed, closing or errored');
      enqueueDefault(c, chunk);
    }
    error(e = undefined) { errorDefault(this.#c, e); }
  }
  const desiredSize = (c) => {
    const { state } = c.stream;
    return state === ERRORED ? null : state === CLOSED ? 0 : c.hwm - c.queue.total;
  };
  lib.desiredSize = desiredSize;
  const canCloseOrEnqueue = (c) => !c.closeRequested && c.stream.state === READABLE;
  lib.canCloseOrEnqueue = canCloseOrEnqueue;
  const clearAlgorithms = (c) => { c.pullAlgorithm = c.cancelAlgorithm = c.size = undefined; };
  const closeDefault = (c) => {
    if (!canCloseOrEnqueue(c)) return;
    c.closeRequested = true;
    if (c.queue.isEmpty) {
      clearAlgorithms(c);
      closeStream(c.stream);
    }
  };
  const enqueueDefault = (c, chunk) => {
    if (!canCloseOrEnqueue(c)) return;
    const s = c.stream;
    if (hasDefaultReader(s) && readRequestCount(s) > 0) {
      fulfillRead(s, chunk, false);
    } else {
      let size;
      try {
        size = c.size(chunk);
      } catch (e) {
        errorDefault(c, e);
        throw e;
      }
      try {
        checkSize(size);
        c.queue.add(chunk, size);
      } catch (e) {
        errorDefault(c, e);
        throw e;
      }
    }
    pullIfNeeded(c);
  };
  const errorDefault = (c, e) => {
    if (c.stream.state !== READABLE) return;
    c.queue.clear();
    clearAlgorithms(c);
    errorStream(c.stream, e);
  };
  lib.closeDefault = closeDefault;
  lib.enqueueDefault = enqueueDefault;
  lib.errorDefault = errorDefault;
  const shouldPull = (c) => {
    const s = c.stream;
    if (!canCloseOrEnqueue(c) || !c.started) return false;
    if (hasDefaultReader(s) && readRequestCount(s) > 0) return true;
    return desiredSize(c) > 0;
  };
  const pullIfNeeded = (c) => {
    if (!shouldPull(c)) return;
    if (c.pulling) {
      c.pullAgain = true;
      return;
    }
    c.pulling = true;
    p.then(c.pullAlgorithm(), () => {
      c.pulling = false;
      if (c.pullAgain) {
        c.pullAgain = false;
        pullIfNeeded(c);
      }
    }, (e) => { errorDefault(c, e); });
  };
  lib.shouldPullDefault = shouldPull;
  const setupDefaultController = (s, callers, hwm, size) => {
    const c = {
      __proto__: null, stream: s, queue: new Queue(), started: false, closeRequested: false, pullAgain: false,
      pulling: false, hwm, size, pullAlgorithm: undefined, cancelAlgorithm: undefined, wrapper: null, pullSteps: null,
      cancelSteps: null, releaseSteps: lib.noop, isByte: false,
    };
    c.wrapper = new ReadableStreamDefaultController(KEY, c);
    c.cancelSteps = (reason) => {
      c.queue.clear();
      const result = c.cancelAlgorithm(reason);
      clearAlgorithms(c);
      return result;
    };
    c.pullSteps = (request) => {
      if (!c.queue.isEmpty) {
        const chunk = c.queue.take();
        if (c.closeRequested && c.queue.isEmpty) {
          clearAlgorithms(c);
          closeStream(s);
        } else {
          pullIfNeeded(c);
        }
        request.chunk(chunk);
      } else {
        s.reader.readRequests.add(request, 0);
        pullIfNeeded(c);
      }
    };
    const algorithms = callers(c);
    c.pullAlgorithm = algorithms.pull;
    c.cancelAlgorithm = algorithms.cancel;
    s.controller = c;
    const started = algorithms.start();
    p.then(lib.resolvedAnew(started), () => {
      c.started = true;
      pullIfNeeded(c);
    }, (e) => { errorDefault(c, e); });
    return c;
  };

  // ---- tee ----------------------------------------------------------------------------------------------------------
  const tee = (s, clone) => (s.controller.isByte ? lib.teeBytes(s) : teeDefault(s, clone));
  const teeDefault = (s, clone) => {
    const reader = acquireReader(s);
    let reading = false;
    let readAgain = false;
    let canceledA = false;
    let canceledB = false;
    let reasonA;
    let reasonB;
    let a;
    let b;
    const canceled = deferred();
    const pull = () => {
      if (reading) {
        readAgain = true;
        return resolved(undefined);
      }
      reading = true;
      read(reader, {
        __proto__: null,
        chunk: (chunk) => lib.microtask(() => {
          readAgain = false;
          const chunkA = chunk;
          let chunkB = chunk;
          if (!canceledB && clone) {
            try {
              lib.load('messaging');
              chunkB = lib.structuredClone(chunk);
            } catch (e) {
              errorDefault(a.controller, e);
              errorDefault(b.controller, e);
              canceled.resolve(cancelStream(s, e));
              return;
            }
          }
          if (!canceledA) enqueueDefault(a.controller, chunkA);
          if (!canceledB) enqueueDefault(b.controller, chunkB);
          reading = false;
          if (readAgain) pull();
        }),
        close: () => {
          reading = false;
          if (!canceledA) closeDefault(a.controller);
          if (!canceledB) closeDefault(b.controller);
          if (!canceledA || !canceledB) canceled.resolve(undefined);
        },
        error: () => { reading = false; },
      });
      return resolved(undefined);
    };
    const cancelA = (reason) => {
      canceledA = true;
      reasonA = reason;
      if (canceledB) canceled.resolve(cancelStream(s, [reasonA, reasonB]));
      return canceled.promise;
    };
    const cancelB = (reason) => {
      canceledB = true;
      reasonB = reason;
      if (canceledA) canceled.resolve(cancelStream(s, [reasonA, reasonB]));
      return canceled.promise;
    };
    a = createStream({ __proto__: null, start: lib.noop, pull, cancel: cancelA });
    b = createStream({ __proto__: null, start: lib.noop, pull, cancel: cancelB });
    p.then(reader.closed.promise, undefined, (e) => {
      errorDefault(a.controller, e);
      errorDefault(b.controller, e);
      if (!canceledA || !canceledB) canceled.resolve(undefined);
    });
    return { __proto__: null, a, b };
  };

  defineInterface(ReadableStream);
  defineInterface(ReadableStreamDefaultReader);
  defineInterface(ReadableStreamDefaultController);

  // ---- queuing strategies -------------------------------------------------------------------------------------------
  const strategyInit = (init, name) => {
    const { highWaterMark } = lib.dictionary(init, 'init');
    if (highWaterMark === undefined) throw new TypeError(`${name}: highWaterMark is required`);
    return +highWaterMark;
  };
  const byteLengthSize = { size(chunk) { return chunk.byteLength; } }.size;
  const countSize = { size() { return 1; } }.size;
  class ByteLengthQueuingStrategy {
    #hwm;
    constructor(init) {
      if (arguments.length < 1) lib.missing('ByteLengthQueuingStrategy', undefined, 1, 0);
      this.#hwm = strategyInit(init, 'ByteLengthQueuingStrategy');
    }
    get highWaterMark() { return this.#hwm; }
    get size() { return (this.#hwm, byteLengthSize); }
  }
  class CountQueuingStrategy {
    #hwm;
    constructor(init) {
      if (arguments.length < 1) lib.missing('CountQueuingStrategy', undefined, 1, 0);
      this.#hwm = strategyInit(init, 'CountQueuingStrategy');
    }
    get highWaterMark() { return this.#hwm; }
    get size() { return (this.#hwm, countSize); }
  }
  defineInterface(ByteLengthQueuingStrategy);
  defineInterface(CountQueuingStrategy);

  // ---- for other files ----------------------------------------------------------------------------------------------
  const of = lib.streamState;
  lib.streamDisturbed = (v) => of(v).disturbed;
  lib.streamLocked = (v) => of(v).reader !== null;
  lib.cancelStream = (v, reason) => cancelStream(of(v), reason);
  lib.errorStream = (v, e) => {
    const s = of(v);
    if (s.state !== READABLE) return;
    if (s.controller.isByte) lib.errorBytes(s.controller, e);
    else errorDefault(s.controller, e);
  };
  lib.teeForClone = (v) => {
    const branches = tee(of(v), true);
    return { __proto__: null, a: branches.a.wrapper, b: branches.b.wrapper };
  };
  /** The stream of a body that was read to its end without it. */
  lib.consumedStream = () => {
    const s = createByteStream({ __proto__: null, start: lib.noop, pull: lib.noop, cancel: lib.noop });
    s.disturbed = true;
    lib.closeBytes(s.controller);
    acquireReader(s);
    return s.wrapper;
  };
  lib.oneChunkStream = (bytes) => {
    const s = createByteStream({
      __proto__: null, start: lib.noop, pull: () => resolved(undefined), cancel: () => resolved(undefined),
    });
    if (p.typedLength(bytes) > 0) lib.enqueueBytes(s.controller, bytes);
    lib.closeBytes(s.controller);
    return s.wrapper;
  };
  /** A byte stream over `pull` and `cancel` of ours; fed by byteStreamPush, byteStreamClose, byteStreamError. */
  lib.byteStream = (pull, cancel, backing = null) => {
    const s = createByteStream({
      __proto__: null,
      start: lib.noop,
      pull: () => {
        s.backing = null;
        return pull();
      },
      cancel: (reason) => invoke1(cancel, undefined, reason),
    });
    s.backing = backing;
    return s.wrapper;
  };
  lib.byteStreamPush = (v, bytes) => {
    const c = of(v).controller;
    if (canCloseOrEnqueue(c) && p.typedLength(bytes) > 0) lib.enqueueBytes(c, bytes);
  };
  lib.byteStreamClose = (v) => {
    const c = of(v).controller;
    if (!canCloseOrEnqueue(c)) return;
    lib.closeBytes(c);
    if (c.pendingPullIntos.length > 0) lib.respondBytes(c, 0);
  };
  lib.byteStreamError = (v, e) => lib.errorBytes(of(v).controller, e);
  /** The host body behind a stream that nobody has touched; the stream is locked and disturbed from then on. */
  lib.takeBacking = (v) => {
    const s = of(v);
    const { backing } = s;
    if (backing === null || s.disturbed || s.reader !== null || !s.controller.queue.isEmpty) return null;
    s.backing = null;
    s.disturbed = true;
    acquireReader(s);
    return backing;
  };
  const isBytes = (chunk) => isObject(chunk) && p.isView(chunk) && p.typedTag(chunk) === 'Uint8Array';
  /** Reads to the end; `done` gets a Uint8Array of its own. */
  lib.readAll = (v, done, failed) => {
    const reader = acquireReader(of(v));
    const chunks = [];
    let total = 0;
    const request = {
      __proto__: null,
      chunk: (chunk) => {
        if (!isBytes(chunk)) {
          const e = new TypeError('a chunk of the body is not a Uint8Array');
          handled(cancelReader(reader, e));
          failed(e);
          return;
        }
        lib.append(chunks, chunk);
        total += p.typedLength(chunk);
        // Through the microtask queue: a stream with a long queue would nest one call per chunk otherwise.
        lib.microtask(next);
      },
      close: () => done(chunks.length === 0 ? new Uint8Array(0)
        : chunks.length === 1 ? lib.copyOf(chunks[0]) : lib.concat(chunks, total)),
      error: failed,
    };
    const next = () => read(reader, request);
    next();
  };
  /** For the host: reads chunk by chunk. */
  lib.byteReader = (v) => {
    const reader = acquireReader(of(v));
    return {
      __proto__: null,
      pull: (taker) => {
        read(reader, {
          __proto__: null,
          chunk: (chunk) => {
            if (isBytes(chunk)) {
              taker.chunk(p.typedBuffer(chunk), p.typedByteOffset(chunk), p.typedLength(chunk));
              return;
            }
            const e = new TypeError('a chunk of the body is not a Uint8Array');
            handled(cancelReader(reader, e));
            taker.fail(e.message);
          },
          close: () => taker.end(),
          error: (e) => taker.fail(lib.describeError(e)),
        });
      },
      cancel: (message) => {
        if (reader.stream !== null) handled(cancelReader(reader, lib.domException(message, 'AbortError')));
      },
    };
  };
  lib.identityPipe = (v) => {
    lib.load('transform');
    const t = lib.newTransform(null, null);
    lib.pipe(of(v), lib.writableState(t.writable), false, false, false, undefined);
    return t.readable;
  };
  lib.load('bytestreams');
}
