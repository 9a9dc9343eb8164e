// Readable byte streams (Streams §4.5 to §4.8): controller, BYOB reader and request, and their tee.
(lib) => {
  'use strict';
  const { p, isObject, defineInterface, deferred, handled, resolved, asPromise } = lib;
  const { TypeError, RangeError, Uint8Array, ArrayBuffer } = p;
  const { streamKey: KEY, illegal, Queue, canCloseOrEnqueue, hasDefaultReader, closeStreamState, errorStreamState } = lib;
  const READABLE = 0;
  const CLOSED = 1;
  const ERRORED = 2;

  const CTORS = {
    __proto__: null, Uint8Array, Int8Array: p.Int8Array, Uint8ClampedArray: p.Uint8ClampedArray,
    Int16Array: p.Int16Array, Uint16Array: p.Uint16Array, Int32Array: p.Int32Array, Uint32Array: p.Uint32Array,
    Float16Array: p.Float16Array, Float32Array: p.Float32Array, Float64Array: p.Float64Array,
    BigInt64Array: p.BigInt64Array, BigUint64Array: p.BigUint64Array,
  };
  const viewKind = (v) => {
    const tag = p.typedTag(v);
    if (tag === undefined) return { __proto__: null, ctor: p.DataView, elementSize: 1 };
    return { __proto__: null, ctor: CTORS[tag], elementSize: CTORS[tag].BYTES_PER_ELEMENT };
  };
  const copyBytes = (to, toOffset, from, fromOffset, count) => {
    p.typedSet(new Uint8Array(to, toOffset, count), new Uint8Array(from, fromOffset, count));
  };
  const isView = (v) => isObject(v) && p.isView(v);
  /** A view argument of Web IDL: neither shared nor resizable memory. */
  const checkView = (v) => {
    if (!isView(v)) throw new TypeError('not an ArrayBufferView');
    const parts = lib.viewParts(v);
    if (lib.isSharedArrayBuffer(parts.buffer)) throw new TypeError('the view is on shared memory');
    if (p.bufferResizable(parts.buffer)) throw new TypeError('the view is on resizable memory');
    return parts;
  };

  class ReadableByteStreamController {
    #c;
    constructor() {
      if (arguments[0] !== KEY) throw illegal();
      this.#c = arguments[1];
    }
    get byobRequest() { return byobRequest(this.#c); }
    get desiredSize() { return lib.desiredSize(this.#c); }
    close() {
      const c = this.#c;
      if (!canCloseOrEnqueue(c)) throw new TypeError('the stream is closed, closing or errored');
      close(c);
    }
    enqueue(chunk) {
      const c = this.#c;
      if (arguments.length < 1) lib.missing('ReadableByteStreamController', 'enqueue', 1, 0);
      const parts = checkView(chunk);
      if (parts.length === 0) throw new TypeError('the chunk is empty');
      if (p.bufferByteLength(parts.buffer) === 0) throw new TypeError('the buffer of the chunk is empty');
      if (!canCloseOrEnqueue(c)) throw new TypeError('the stream is closed, closing or errored');
      enqueue(c, parts.buffer, parts.offset, parts.length);
    }
    error(e = undefined) { error(this.#c, e); }
  }
  class ReadableStreamBYOBRequest {
    #q;
    constructor() {
      if (arguments[0] !== KEY) throw illegal();
      this.#q = arguments[1];
    }
    get view() { return this.#q.view; }
    respond(bytesWritten) {
      const q = this.#q;
      if (arguments.length < 1) lib.missing('ReadableStreamBYOBRequest', 'respond', 1, 0);
      const n = lib.unsignedLongLong(bytesWritten, 'enforce');
      if (q.controller === null) throw new TypeError('this request was already answered');
      if (p.bufferDetached(p.typedBuffer(q.view))) throw new TypeError('the buffer of the view is detached');
      respond(q.controller, n);
    }
    respondWithNewView(view) {
      const q = this.#q;
      if (arguments.length < 1) lib.missing('ReadableStreamBYOBRequest', 'respondWithNewView', 1, 0);
      const parts = checkView(view);
      if (q.controller === null) throw new TypeError('this request was already answered');
      if (p.bufferDetached(parts.buffer)) throw new TypeError('the buffer of the view is detached');
      respondWithNewView(q.controller, parts);
    }
  }
  const byobRequest = (c) => {
    if (c.byobRequest === null && c.pendingPullIntos.length > 0) {
      const d = c.pendingPullIntos[0];
      const view = new Uint8Array(d.buffer, d.offset + d.filled, d.length - d.filled);
      c.byobState = { __proto__: null, controller: c, view };
      c.byobRequest = new ReadableStreamBYOBRequest(KEY, c.byobState);
    }
    return c.byobRequest;
  };
  const invalidateByobRequest = (c) => {
    if (c.byobRequest === null) return;
    c.byobState.controller = null;
    c.byobState.view = null;
    c.byobRequest = c.byobState = null;
  };
  const clearAlgorithms = (c) => { c.pullAlgorithm = c.cancelAlgorithm = undefined; };
  const clearPending = (c) => {
    invalidateByobRequest(c);
    c.pendingPullIntos = [];
  };
  const hasByobReader = (s) => s.reader !== null && s.reader.readIntoRequests !== undefined;

  const shouldPull = (c) => {
    const s = c.stream;
    if (s.state !== READABLE || c.closeRequested || !c.started) return false;
    if (hasDefaultReader(s) && !s.reader.readRequests.isEmpty) return true;
    if (hasByobReader(s) && !s.reader.readIntoRequests.isEmpty) return true;
    return lib.desiredSize(c) > 0;
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
    }, (e) => { error(c, e); });
  };
  const error = (c, e) => {
    if (c.stream.state !== READABLE) return;
    clearPending(c);
    c.queue.clear();
    clearAlgorithms(c);
    errorStreamState(c.stream, e);
  };
  const close = (c) => {
    if (c.closeRequested || c.stream.state !== READABLE) return;
    if (c.queue.total > 0) {
      c.closeRequested = true;
      return;
    }
    if (c.pendingPullIntos.length > 0) {
      const first = c.pendingPullIntos[0];
      if (first.filled % first.elementSize !== 0) {
        const e = new TypeError('the stream ends within an element of the view that is being filled');
        error(c, e);
        throw e;
      }
    }
    clearAlgorithms(c);
    closeStreamState(c.stream);
    if (c.pendingPullIntos.length > 0) c.closeRequested = true;
  };
  const enqueueChunk = (c, buffer, offset, length) => {
    c.queue.add({ __proto__: null, buffer, offset, length }, length);
  };
  const cloneToQueue = (c, buffer, offset, length) => {
    let copy;
    try {
      copy = new ArrayBuffer(length);
      copyBytes(copy, 0, buffer, offset, length);
    } catch (e) {
      error(c, e);
      throw e;
    }
    enqueueChunk(c, copy, 0, length);
  };
  const enqueueDetached = (c, d) => {
    if (d.filled > 0) cloneToQueue(c, d.buffer, d.offset, d.filled);
    shiftPending(c);
  };
  const enqueue = (c, buffer, offset, length) => {
    const s = c.stream;
    if (c.closeRequested || s.state !== READABLE) return;
    if (p.bufferDetached(buffer)) throw new TypeError('the buffer of the chunk is detached');
    const own = p.bufferTransfer(buffer);
    if (c.pendingPullIntos.length > 0) {
      const first = c.pendingPullIntos[0];
      if (p.bufferDetached(first.buffer)) throw new TypeError('the buffer of the pending read is detached');
      invalidateByobRequest(c);
      first.buffer = p.bufferTransfer(first.buffer);
      if (first.readerType === 'none') enqueueDetached(c, first);
    }
    if (hasDefaultReader(s)) {
      while (!s.reader.readRequests.isEmpty && c.queue.total > 0) fillFromQueue(c, s.reader.readRequests.take());
      if (s.reader.readRequests.isEmpty) {
        enqueueChunk(c, own, offset, length);
      } else {
        if (c.pendingPullIntos.length > 0) shiftPending(c);
        lib.fulfillRead(s, new Uint8Array(own, offset, length), false);
      }
    } else if (hasByobReader(s)) {
      enqueueChunk(c, own, offset, length);
      const filled = processPending(c);
      for (let i = 0; i < filled.length; i++) commit(s, filled[i]);
    } else {
      enqueueChunk(c, own, offset, length);
    }
    pullIfNeeded(c);
  };
  const shiftPending = (c) => p.shift(c.pendingPullIntos);
  const drained = (c) => {
    if (c.queue.total === 0 && c.closeRequested) {
      clearAlgorithms(c);
      closeStreamState(c.stream);
    } else {
      pullIfNeeded(c);
    }
  };
  const fillFromQueue = (c, request) => {
    const entry = c.queue.take();
    drained(c);
    request.chunk(new Uint8Array(entry.buffer, entry.offset, entry.length));
  };
  const commit = (s, d) => {
    const done = s.state === CLOSED;
    const view = convert(d);
    if (d.readerType === 'default') {
      lib.fulfillRead(s, view, done);
    } else {
      const request = s.reader.readIntoRequests.take();
      if (done) request.close(view);
      else request.chunk(view);
    }
  };
  const convert = (d) => {
    const buffer = p.bufferTransfer(d.buffer);
    return new d.ctor(buffer, d.offset, d.filled / d.elementSize);
  };
  const fillPullInto = (c, d) => {
    const most = p.min(c.queue.total, d.length - d.filled);
    const mostFilled = d.filled + most;
    let left = most;
    let ready = false;
    const aligned = mostFilled - (mostFilled % d.elementSize);
    if (aligned >= d.minimum) {
      left = aligned - d.filled;
      ready = true;
    }
    const q = c.queue;
    while (left > 0) {
      const head = q.head.value;
      const n = p.min(left, head.length);
      copyBytes(d.buffer, d.offset + d.filled, head.buffer, head.offset, n);
      if (head.length === n) {
        q.take();
      } else {
        head.offset += n;
        head.length -= n;
        q.head.size -= n;
        q.total -= n;
      }
      d.filled += n;
      left -= n;
    }
    return ready;
  };
  const processPending = (c) => {
    const filled = [];
    while (c.pendingPullIntos.length > 0) {
      if (c.queue.total === 0) break;
      const d = c.pendingPullIntos[0];
      if (fillPullInto(c, d)) {
        shiftPending(c);
        lib.append(filled, d);
      }
    }
    return filled;
  };
  const pullInto = (c, view, min, request) => {
    const s = c.stream;
    const { ctor, elementSize } = viewKind(view);
    const parts = lib.viewParts(view);
    let buffer;
    try {
      buffer = p.bufferTransfer(parts.buffer);
    } catch (e) {
      request.error(e);
      return;
    }
    const d = {
      __proto__: null, buffer, bufferLength: p.bufferByteLength(buffer), offset: parts.offset, length: parts.length,
      filled: 0, minimum: min * elementSize, elementSize, ctor, readerType: 'byob',
    };
    if (c.pendingPullIntos.length > 0) {
      lib.append(c.pendingPullIntos, d);
      s.reader.readIntoRequests.add(request, 0);
      return;
    }
    if (s.state === CLOSED) {
      request.close(new ctor(d.buffer, d.offset, 0));
      return;
    }
    if (c.queue.total > 0) {
      if (fillPullInto(c, d)) {
        const filled = convert(d);
        drained(c);
        request.chunk(filled);
        return;
      }
      if (c.closeRequested) {
        const e = new TypeError('the stream ends within an element of the view');
        error(c, e);
        request.error(e);
        return;
      }
    }
    lib.append(c.pendingPullIntos, d);
    s.reader.readIntoRequests.add(request, 0);
    pullIfNeeded(c);
  };
  const respond = (c, n) => {
    const first = c.pendingPullIntos[0];
    const { state } = c.stream;
    if (state === CLOSED) {
      if (n !== 0) throw new TypeError('the stream is closed: only 0 bytes can be written');
    } else {
      if (n === 0) throw new TypeError('0 bytes were written, but the stream is not closed');
      if (first.filled + n > first.length) throw new RangeError('more bytes than the view has room for');
    }
    first.buffer = p.bufferTransfer(first.buffer);
    respondInternal(c, n);
  };
  const respondWithNewView = (c, parts) => {
    const first = c.pendingPullIntos[0];
    const { state } = c.stream;
    if (state === CLOSED) {
      if (parts.length !== 0) throw new TypeError('the stream is closed: the view has to be empty');
    } else if (parts.length === 0) {
      throw new TypeError('the view is empty, but the stream is not closed');
    }
    if (first.offset + first.filled !== parts.offset) throw new RangeError('the view begins at another place');
    if (first.bufferLength !== p.bufferByteLength(parts.buffer)) throw new RangeError('the buffer has another length');
    if (first.filled + parts.length > first.length) throw new RangeError('the view is longer than there is room for');
    first.buffer = p.bufferTransfer(parts.buffer);
    respondInternal(c, parts.length);
  };
  const respondInternal = (c, n) => {
    const first = c.pendingPullIntos[0];
    invalidateByobRequest(c);
    if (c.stream.state === CLOSED) respondClosed(c, first);
    else respondReadable(c, n, first);
    pullIfNeeded(c);
  };
  const respondClosed = (c, first) => {
    if (first.readerType === 'none') shiftPending(c);
    const s = c.stream;
    if (!hasByobReader(s)) return;
    const filled = [];
    while (filled.length < countRequests(s.reader.readIntoRequests)) lib.append(filled, shiftPending(c));
    for (let i = 0; i < filled.length; i++) commit(s, filled[i]);
  };
  const countRequests = (queue) => {
    let n = 0;
    for (let node = queue.head; node !== null; node = node.next) n++;
    return n;
  };
  const respondReadable = (c, n, d) => {
    d.filled += n;
    if (d.readerType === 'none') {
      enqueueDetached(c, d);
      const filled = processPending(c);
      for (let i = 0; i < filled.length; i++) commit(c.stream, filled[i]);
      return;
    }
    if (d.filled < d.minimum) return;
    shiftPending(c);
    const rest = d.filled % d.elementSize;
    if (rest > 0) {
      const end = d.offset + d.filled;
      cloneToQueue(c, d.buffer, end - rest, rest);
    }
    d.filled -= rest;
    const filled = processPending(c);
    commit(c.stream, d);
    for (let i = 0; i < filled.length; i++) commit(c.stream, filled[i]);
  };

  lib.setupByteController = (s, callers, hwm, autoAllocate) => {
    const c = {
      __proto__: null, stream: s, queue: new Queue(), started: false, closeRequested: false, pullAgain: false,
      pulling: false, hwm, autoAllocate, pullAlgorithm: undefined, cancelAlgorithm: undefined, wrapper: null,
      pendingPullIntos: [], byobRequest: null, byobState: null, pullSteps: null, cancelSteps: null, releaseSteps: null,
      isByte: true,
    };
    c.wrapper = new ReadableByteStreamController(KEY, c);
    c.cancelSteps = (reason) => {
      clearPending(c);
      c.queue.clear();
      const result = c.cancelAlgorithm(reason);
      clearAlgorithms(c);
      return result;
    };
    c.pullSteps = (request) => {
      if (c.queue.total > 0) {
        fillFromQueue(c, request);
        return;
      }
      if (c.autoAllocate !== undefined) {
        let buffer;
        try {
          buffer = new ArrayBuffer(c.autoAllocate);
        } catch (e) {
          request.error(e);
          return;
        }
        lib.append(c.pendingPullIntos, {
          __proto__: null, buffer, bufferLength: c.autoAllocate, offset: 0, length: c.autoAllocate, filled: 0,
          minimum: 1, elementSize: 1, ctor: Uint8Array, readerType: 'default',
        });
      }
      s.reader.readRequests.add(request, 0);
      pullIfNeeded(c);
    };
    c.releaseSteps = () => {
      if (c.pendingPullIntos.length > 0) {
        const first = c.pendingPullIntos[0];
        first.readerType = 'none';
        c.pendingPullIntos = [first];
      }
    };
    s.controller = c;
    const algorithms = callers(c);
    c.pullAlgorithm = algorithms.pull;
    c.cancelAlgorithm = algorithms.cancel;
    const started = algorithms.start();
    p.then(lib.resolvedAnew(started), () => {
      c.started = true;
      pullIfNeeded(c);
    }, (e) => { error(c, e); });
  };
  lib.closeBytes = close;
  lib.errorBytes = error;
  lib.enqueueBytes = (c, u8) => enqueue(c, p.typedBuffer(u8), p.typedByteOffset(u8), p.typedLength(u8));
  lib.respondBytes = respond;

  // ---- BYOB reader --------------------------------------------------------------------------------------------------
  const acquireByobReader = (s) => {
    if (s.reader !== null) throw new TypeError('the stream is locked to another reader');
    if (!s.controller.isByte) throw new TypeError('the stream is not a byte stream');
    const r = { __proto__: null, stream: null, closed: null, readRequests: undefined, readIntoRequests: new Queue() };
    lib.initReader(r, s);
    return r;
  };
  const failReadIntoRequests = (r, e) => {
    const requests = r.readIntoRequests;
    r.readIntoRequests = new Queue();
    while (!requests.isEmpty) requests.take().error(e);
  };
  lib.failReadIntoRequests = failReadIntoRequests;
  const releaseByob = (r) => {
    lib.releaseGeneric(r);
    failReadIntoRequests(r, new TypeError('the reader was released'));
  };
  const readInto = (r, view, min, request) => {
    const s = r.stream;
    s.disturbed = true;
    if (s.state === ERRORED) request.error(s.stored);
    else pullInto(s.controller, view, min, request);
  };
  class ReadableStreamBYOBReader {
    #r;
    constructor(stream) {
      if (arguments.length < 1) lib.missing('ReadableStreamBYOBReader', undefined, 1, 0);
      if (!lib.isStream(stream)) throw new TypeError('not a ReadableStream');
      this.#r = acquireByobReader(lib.streamState(stream));
    }
    get closed() { return asPromise(() => this.#r.closed.promise); }
    cancel(reason = undefined) {
      return asPromise(() => {
        const r = this.#r;
        if (r.stream === null) throw new TypeError('the reader was released');
        return lib.cancelStreamState(r.stream, reason);
      });
    }
    read(view, options = {}) {
      return asPromise(() => {
        const r = this.#r;
        if (arguments.length < 1) lib.missing('ReadableStreamBYOBReader', 'read', 1, 0);
        const parts = checkView(view);
        const { min } = lib.dictionary(options, 'options');
        const wanted = min === undefined ? 1 : lib.unsignedLongLong(min, 'enforce');
        if (parts.length === 0) throw new TypeError('the view is empty');
        if (p.bufferByteLength(parts.buffer) === 0) throw new TypeError('the buffer of the view is empty');
        if (p.bufferDetached(parts.buffer)) throw new TypeError('the buffer of the view is detached');
        if (wanted === 0) throw new TypeError('min is 0');
        if (p.typedTag(view) !== undefined) {
          if (wanted > p.typedLength(view)) throw new RangeError('min is more than the view holds');
        } else if (wanted > parts.length) {
          throw new RangeError('min is more than the view holds');
        }
        if (r.stream === null) throw new TypeError('the reader was released');
        const d = deferred();
        readInto(r, view, wanted, {
          __proto__: null,
          chunk: (value) => d.resolve({ value, done: false }),
          close: (value) => d.resolve({ value, done: true }),
          error: (e) => d.reject(e),
        });
        return d.promise;
      });
    }
    releaseLock() {
      const r = this.#r;
      if (r.stream !== null) releaseByob(r);
    }
  }
  p.defineProperty(ReadableStreamBYOBReader.prototype.read, 'length', { __proto__: null, value: 1, configurable: true });
  defineInterface(ReadableStreamBYOBReader);
  defineInterface(ReadableByteStreamController);
  defineInterface(ReadableStreamBYOBRequest);

  // ---- tee ----------------------------------------------------------------------------------------------------------
  const cloneView = (view) => new Uint8Array(p.typedBuffer(lib.copyOf(view)));
  lib.teeBytes = (s) => {
    let reader = lib.acquireReader(s);
    let reading = false;
    let againA = false;
    let againB = false;
    let canceledA = false;
    let canceledB = false;
    let reasonA;
    let reasonB;
    let a;
    let b;
    const canceled = deferred();
    const forward = (r) => {
      p.then(r.closed.promise, undefined, (e) => {
        if (r !== reader) return;
        error(a.controller, e);
        error(b.controller, e);
        if (!canceledA || !canceledB) canceled.resolve(undefined);
      });
    };
    const fail = (e) => {
      error(a.controller, e);
      error(b.controller, e);
      canceled.resolve(lib.cancelStreamState(s, e));
    };
    const pullDefault = () => {
      if (reader.readIntoRequests !== undefined) {
        releaseByob(reader);
        reader = lib.acquireReader(s);
        forward(reader);
      }
      lib.readFrom(reader, {
        __proto__: null,
        chunk: (chunk) => lib.microtask(() => {
          againA = againB = false;
          const chunkA = chunk;
          let chunkB = chunk;
          if (!canceledA && !canceledB) {
            try {
              chunkB = cloneView(chunk);
            } catch (e) {
              fail(e);
              return;
            }
          }
          if (!canceledA) lib.enqueueBytes(a.controller, chunkA);
          if (!canceledB) lib.enqueueBytes(b.controller, chunkB);
          reading = false;
          if (againA) pullA();
          else if (againB) pullB();
        }),
        close: () => {
          reading = false;
          if (!canceledA) close(a.controller);
          if (!canceledB) close(b.controller);
          if (a.controller.pendingPullIntos.length > 0) respond(a.controller, 0);
          if (b.controller.pendingPullIntos.length > 0) respond(b.controller, 0);
          if (!canceledA || !canceledB) canceled.resolve(undefined);
        },
        error: () => { reading = false; },
      });
    };
    const pullByob = (view, forB) => {
      if (reader.readRequests !== undefined) {
        lib.releaseReader(reader);
        reader = acquireByobReader(s);
        forward(reader);
      }
      const byob = forB ? b : a;
      const other = forB ? a : b;
      readInto(reader, view, 1, {
        __proto__: null,
        chunk: (chunk) => lib.microtask(() => {
          againA = againB = false;
          const byobCanceled = forB ? canceledB : canceledA;
          const otherCanceled = forB ? canceledA : canceledB;
          if (!otherCanceled) {
            let copy;
            try {
              copy = cloneView(chunk);
            } catch (e) {
              fail(e);
              return;
            }
            if (!byobCanceled) respondWithNewView(byob.controller, lib.viewParts(chunk));
            lib.enqueueBytes(other.controller, copy);
          } else if (!byobCanceled) {
            respondWithNewView(byob.controller, lib.viewParts(chunk));
          }
          reading = false;
          if (againA) pullA();
          else if (againB) pullB();
        }),
        close: (chunk) => {
          reading = false;
          const byobCanceled = forB ? canceledB : canceledA;
          const otherCanceled = forB ? canceledA : canceledB;
          if (!byobCanceled) close(byob.controller);
          if (!otherCanceled) close(other.controller);
          if (chunk !== undefined) {
            if (!byobCanceled) respondWithNewView(byob.controller, lib.viewParts(chunk));
            if (!otherCanceled && other.controller.pendingPullIntos.length > 0) respond(other.controller, 0);
          }
          if (!byobCanceled || !otherCanceled) canceled.resolve(undefined);
        },
        error: () => { reading = false; },
      });
    };
    const pullA = () => {
      if (reading) {
        againA = true;
        return resolved(undefined);
      }
      reading = true;
      if (byobRequest(a.controller) === null) pullDefault();
      else pullByob(a.controller.byobState.view, false);
      return resolved(undefined);
    };
    const pullB = () => {
      if (reading) {
        againB = true;
        return resolved(undefined);
      }
      reading = true;
      if (byobRequest(b.controller) === null) pullDefault();
      else pullByob(b.controller.byobState.view, true);
      return resolved(undefined);
    };
    const cancelA = (reason) => {
      canceledA = true;
      reasonA = reason;
      if (canceledB) canceled.resolve(lib.cancelStreamState(s, [reasonA, reasonB]));
      return canceled.promise;
    };
    const cancelB = (reason) => {
      canceledB = true;
      reasonB = reason;
      if (canceledA) canceled.resolve(lib.cancelStreamState(s, [reasonA, reasonB]));
      return canceled.promise;
    };
    a = lib.createByteStream({ __proto__: null, start: lib.noop, pull: pullA, cancel: cancelA });
    b = lib.createByteStream({ __proto__: null, start: lib.noop, pull: pullB, cancel: cancelB });
    forward(reader);
    return { __proto__: null, a, b };
  };
}
