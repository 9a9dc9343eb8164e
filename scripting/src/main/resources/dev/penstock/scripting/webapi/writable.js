// Writable streams (Streams §5) and pipes (§4.9.1, "ReadableStreamPipeTo").
(lib) => {
  'use strict';
  lib.load('streams');
  const { p, isObject, defineInterface, deferred, handled, resolved, rejected, asPromise, Queue } = lib;
  const { TypeError, RangeError, apply } = p;
  const { streamKey: KEY, illegal } = lib;
  const WRITABLE = 0;
  const ERRORING = 1;
  const ERRORED = 2;
  const CLOSED = 3;
  const CLOSE = p.freeze({ __proto__: null });

  const newState = () => ({
    __proto__: null, state: WRITABLE, stored: undefined, writer: null, controller: null, wrapper: null,
    requests: new Queue(), inFlightWrite: null, closeRequest: null, inFlightClose: null, pendingAbort: null,
    backpressure: false,
  });
  class WritableStream {
    #s;
    constructor(underlyingSink, strategy = {}) {
      if (underlyingSink === KEY) {
        this.#s = arguments[1];
        this.#s.wrapper = this;
        return;
      }
      if (underlyingSink !== undefined && !isObject(underlyingSink)) {
        throw new TypeError('WritableStream: the sink is not an object');
      }
      const strategyDict = lib.toStrategy(strategy);
      const sink = underlyingSink === undefined ? null : underlyingSink;
      const d = sink === null ? p.bare() : sink;
      const abort = lib.callbackMember(d, 'abort');
      const close = lib.callbackMember(d, 'close');
      const start = lib.callbackMember(d, 'start');
      const { type } = d;
      const write = lib.callbackMember(d, 'write');
      if (type !== undefined) throw new RangeError('WritableStream: the sink has a type');
      const size = lib.sizeOf(strategyDict);
      const hwm = lib.highWaterMark(strategyDict, 1);
      const s = (this.#s = newState());
      s.wrapper = this;
      setupController(s, (c) => ({
        __proto__: null,
        start: start === undefined ? lib.noop : () => apply(start, sink, [c.wrapper]),
        write: write === undefined ? () => resolved(undefined) : (chunk) => lib.invokePromise(write, sink, chunk, c.wrapper),
        close: close === undefined ? () => resolved(undefined) : () => lib.invokePromise(close, sink),
        abort: abort === undefined ? () => resolved(undefined) : (reason) => lib.invokePromise(abort, sink, reason),
      }), hwm, size);
    }
    get locked() { return this.#s.writer !== null; }
    abort(reason = undefined) {
      return asPromise(() => {
        const s = this.#s;
        if (s.writer !== null) throw new TypeError('the stream is locked');
        return abortStream(s, reason);
      });
    }
    close() {
      return asPromise(() => {
        const s = this.#s;
        if (s.writer !== null) throw new TypeError('the stream is locked');
        if (closeQueuedOrInFlight(s)) throw new TypeError('the stream is closing');
        return closeStream(s);
      });
    }
    getWriter() { return (this.#s, new WritableStreamDefaultWriter(this)); }
    static {
      lib.isWritable = (v) => isObject(v) && #s in v;
      lib.writableState = (v) => v.#s;
    }
  }
  p.defineProperty(WritableStream, 'length', { __proto__: null, value: 0, configurable: true });

  lib.createWritable = (algorithms, hwm = 1, size = () => 1) => {
    const s = newState();
    new WritableStream(KEY, s);
    setupController(s, () => algorithms, hwm, size);
    return s;
  };

  const closeQueuedOrInFlight = (s) => s.closeRequest !== null || s.inFlightClose !== null;
  const abortStream = (s, reason) => {
    if (s.state === CLOSED || s.state === ERRORED) return resolved(undefined);
    lib.signalAbort(s.controller.signal ??= lib.newAbortSignal(), reason);
    const { state } = s;
    if (state === CLOSED || state === ERRORED) return resolved(undefined);
    if (s.pendingAbort !== null) return s.pendingAbort.deferred.promise;
    const wasErroring = state === ERRORING;
    if (wasErroring) reason = undefined;
    const d = deferred();
    s.pendingAbort = { __proto__: null, deferred: d, reason, wasErroring };
    if (!wasErroring) startErroring(s, reason);
    return d.promise;
  };
  const closeStream = (s) => {
    const { state } = s;
    if (state === CLOSED || state === ERRORED) return rejected(new TypeError('the stream is closed or errored'));
    const d = deferred();
    s.closeRequest = d;
    const w = s.writer;
    if (w !== null && s.backpressure && state === WRITABLE) resolveReady(w);
    const c = s.controller;
    c.queue.add(CLOSE, 0);
    advance(c);
    return d.promise;
  };
  const dealWithRejection = (s, e) => {
    if (s.state === WRITABLE) startErroring(s, e);
    else finishErroring(s);
  };
  const startErroring = (s, reason) => {
    const c = s.controller;
    s.state = ERRORING;
    s.stored = reason;
    if (s.writer !== null) rejectReady(s.writer, reason);
    if (s.inFlightWrite === null && s.inFlightClose === null && c.started) finishErroring(s);
  };
  const finishErroring = (s) => {
    s.state = ERRORED;
    s.controller.queue.clear();
    const { stored, requests } = s;
    while (!requests.isEmpty) requests.take().reject(stored);
    if (s.pendingAbort === null) {
      rejectCloseAndClosed(s);
      return;
    }
    const abort = s.pendingAbort;
    s.pendingAbort = null;
    if (abort.wasErroring) {
      abort.deferred.reject(stored);
      rejectCloseAndClosed(s);
      return;
    }
    p.then(s.controller.errorSteps(abort.reason), () => {
      abort.deferred.resolve(undefined);
      rejectCloseAndClosed(s);
    }, (e) => {
      abort.deferred.reject(e);
      rejectCloseAndClosed(s);
    });
  };
  const rejectCloseAndClosed = (s) => {
    if (s.closeRequest !== null) {
      s.closeRequest.reject(s.stored);
      s.closeRequest = null;
    }
    if (s.writer !== null) rejectClosed(s.writer, s.stored);
  };
  const finishClose = (s) => {
    s.inFlightClose.resolve(undefined);
    s.inFlightClose = null;
    if (s.state === ERRORING) {
      s.stored = undefined;
      if (s.pendingAbort !== null) {
        s.pendingAbort.deferred.resolve(undefined);
        s.pendingAbort = null;
      }
    }
    s.state = CLOSED;
    if (s.writer !== null) resolveClosed(s.writer);
  };
  const updateBackpressure = (s, backpressure) => {
    const w = s.writer;
    if (w !== null && backpressure !== s.backpressure) {
      if (backpressure) {
        w.ready = deferred();
        w.readyPending = true;
      } else {
        resolveReady(w);
      }
    }
    s.backpressure = backpressure;
  };
  // A promise does not tell whether it is settled, so each writer keeps that beside its `ready` and its `closed`.
  const resolveReady = (w) => {
    w.ready.resolve(undefined);
    w.readyPending = false;
  };
  const rejectReady = (w, e) => {
    if (!w.readyPending) w.ready = deferred();
    w.ready.reject(e);
    w.readyPending = false;
    handled(w.ready.promise);
  };
  const resolveClosed = (w) => {
    w.closed.resolve(undefined);
    w.closedPending = false;
  };
  const rejectClosed = (w, e) => {
    if (!w.closedPending) w.closed = deferred();
    w.closed.reject(e);
    w.closedPending = false;
    handled(w.closed.promise);
  };

  // ---- writer -------------------------------------------------------------------------------------------------------
  class WritableStreamDefaultWriter {
    #w;
    constructor(stream) {
      if (arguments.length < 1) lib.missing('WritableStreamDefaultWriter', undefined, 1, 0);
      if (!lib.isWritable(stream)) throw new TypeError('not a WritableStream');
      this.#w = acquireWriter(lib.writableState(stream));
    }
    get closed() { return asPromise(() => this.#w.closed.promise); }
    get desiredSize() {
      const w = this.#w;
      if (w.stream === null) throw new TypeError('the writer was released');
      return writerDesiredSize(w);
    }
    get ready() { return asPromise(() => this.#w.ready.promise); }
    abort(reason = undefined) {
      return asPromise(() => {
        const w = this.#w;
        if (w.stream === null) throw new TypeError('the writer was released');
        return abortStream(w.stream, reason);
      });
    }
    close() {
      return asPromise(() => {
        const w = this.#w;
        if (w.stream === null) throw new TypeError('the writer was released');
        if (closeQueuedOrInFlight(w.stream)) throw new TypeError('the stream is closing');
        return closeStream(w.stream);
      });
    }
    releaseLock() {
      const w = this.#w;
      if (w.stream !== null) releaseWriter(w);
    }
    write(chunk = undefined) {
      return asPromise(() => {
        const w = this.#w;
        if (w.stream === null) throw new TypeError('the writer was released');
        return writeChunk(w, chunk);
      });
    }
  }
  const acquireWriter = (s) => {
    if (s.writer !== null) throw new TypeError('the stream is locked to another writer');
    const w = {
      __proto__: null, stream: s, ready: deferred(), readyPending: true, closed: deferred(), closedPending: true,
    };
    s.writer = w;
    if (s.state === WRITABLE) {
      if (closeQueuedOrInFlight(s) || !s.backpressure) resolveReady(w);
    } else if (s.state === ERRORING) {
      rejectReady(w, s.stored);
    } else if (s.state === CLOSED) {
      resolveReady(w);
      resolveClosed(w);
    } else {
      rejectReady(w, s.stored);
      rejectClosed(w, s.stored);
    }
    return w;
  };
  const writerDesiredSize = (w) => {
    const s = w.stream;
    if (s.state === ERRORED || s.state === ERRORING) return null;
    if (s.state === CLOSED) return 0;
    return s.controller.hwm - s.controller.queue.total;
  };
  const releaseWriter = (w) => {
    const s = w.stream;
    const e = new TypeError('the writer was released');
    rejectReady(w, e);
    rejectClosed(w, e);
    s.writer = null;
    w.stream = null;
  };
  const writeChunk = (w, chunk) => {
    const s = w.stream;
    const c = s.controller;
    const size = chunkSize(c, chunk);
    if (s !== w.stream) return rejected(new TypeError('the writer was released'));
    const { state } = s;
    if (state === ERRORED) return rejected(s.stored);
    if (closeQueuedOrInFlight(s) || state === CLOSED) return rejected(new TypeError('the stream is closing or closed'));
    if (state === ERRORING) return rejected(s.stored);
    const d = deferred();
    s.requests.add(d, 0);
    try {
      lib.checkSize(size);
      c.queue.add(chunk, size);
    } catch (e) {
      errorIfNeeded(c, e);
      return d.promise;
    }
    if (!closeQueuedOrInFlight(s) && s.state === WRITABLE) updateBackpressure(s, hasBackpressure(c));
    advance(c);
    return d.promise;
  };
  const closeWithErrorPropagation = (w) => {
    const s = w.stream;
    if (closeQueuedOrInFlight(s) || s.state === CLOSED) return resolved(undefined);
    if (s.state === ERRORED) return rejected(s.stored);
    return closeStream(s);
  };

  // ---- controller ---------------------------------------------------------------------------------------------------
  class WritableStreamDefaultController {
    #c;
    constructor() {
      if (arguments[0] !== KEY) throw illegal();
      this.#c = arguments[1];
    }
    get signal() { return (this.#c.signal ??= lib.newAbortSignal()); }
    error(e = undefined) {
      const c = this.#c;
      if (c.stream.state === WRITABLE) errorController(c, e);
    }
  }
  const errorController = (c, e) => {
    clearAlgorithms(c);
    startErroring(c.stream, e);
  };
  const clearAlgorithms = (c) => { c.write = c.close = c.abort = c.size = undefined; };
  const hasBackpressure = (c) => c.hwm - c.queue.total <= 0;
  const errorIfNeeded = (c, e) => { if (c.stream.state === WRITABLE) errorController(c, e); };
  lib.errorWritableIfNeeded = errorIfNeeded;
  const chunkSize = (c, chunk) => {
    if (c.size === undefined) return 1;
    try {
      return c.size(chunk);
    } catch (e) {
      errorIfNeeded(c, e);
      return 1;
    }
  };
  const setupController = (s, callers, hwm, size) => {
    const c = {
      __proto__: null, stream: s, queue: new Queue(), started: false, hwm, size, write: undefined, close: undefined,
      abort: undefined, signal: null, wrapper: null, errorSteps: null,
    };
    c.wrapper = new WritableStreamDefaultController(KEY, c);
    c.errorSteps = (reason) => {
      const result = c.abort(reason);
      clearAlgorithms(c);
      return result;
    };
    s.controller = c;
    const algorithms = callers(c);
    c.write = algorithms.write;
    c.close = algorithms.close;
    c.abort = algorithms.abort;
    updateBackpressure(s, hasBackpressure(c));
    const started = algorithms.start();
    p.then(lib.resolvedAnew(started), () => {
      c.started = true;
      advance(c);
    }, (e) => {
      c.started = true;
      dealWithRejection(s, e);
    });
  };
  const advance = (c) => {
    const s = c.stream;
    if (!c.started || s.inFlightWrite !== null) return;
    if (s.state === ERRORING) {
      finishErroring(s);
      return;
    }
    if (c.queue.isEmpty) return;
    const { value } = c.queue.head;
    if (value === CLOSE) processClose(c);
    else processWrite(c, value);
  };
  const processClose = (c) => {
    const s = c.stream;
    s.inFlightClose = s.closeRequest;
    s.closeRequest = null;
    c.queue.take();
    const result = c.close();
    clearAlgorithms(c);
    p.then(result, () => finishClose(s), (e) => {
      s.inFlightClose.reject(e);
      s.inFlightClose = null;
      if (s.pendingAbort !== null) {
        s.pendingAbort.deferred.reject(e);
        s.pendingAbort = null;
      }
      dealWithRejection(s, e);
    });
  };
  const processWrite = (c, chunk) => {
    const s = c.stream;
    s.inFlightWrite = s.requests.take();
    p.then(c.write(chunk), () => {
      s.inFlightWrite.resolve(undefined);
      s.inFlightWrite = null;
      const { state } = s;
      c.queue.take();
      if (!closeQueuedOrInFlight(s) && state === WRITABLE) updateBackpressure(s, hasBackpressure(c));
      advance(c);
    }, (e) => {
      if (s.state === WRITABLE) clearAlgorithms(c);
      s.inFlightWrite.reject(e);
      s.inFlightWrite = null;
      dealWithRejection(s, e);
    });
  };
  defineInterface(WritableStream);
  defineInterface(WritableStreamDefaultWriter);
  defineInterface(WritableStreamDefaultController);

  // ---- pipe ---------------------------------------------------------------------------------------------------------
  const R_READABLE = 0;
  const R_CLOSED = 1;
  const R_ERRORED = 2;
  /** Pipes state to state; both are free. */
  lib.pipe = (source, dest, preventClose, preventAbort, preventCancel, signal) => {
    const reader = lib.acquireReader(source);
    const writer = acquireWriter(dest);
    source.disturbed = true;
    const done = deferred();
    let shuttingDown = false;
    let currentWrite = resolved(undefined);
    let abortAlgorithm = null;

    const finalize = (isError, e) => {
      releaseWriter(writer);
      lib.releaseReader(reader);
      if (abortAlgorithm !== null) lib.signalRemove(signal, abortAlgorithm);
      if (isError) done.reject(e);
      else done.resolve(undefined);
    };
    const waitForWrites = () => {
      const last = currentWrite;
      return p.then(last, () => (last !== currentWrite ? waitForWrites() : undefined));
    };
    const afterWrites = (then) => {
      if (dest.state === WRITABLE && !closeQueuedOrInFlight(dest)) p.then(waitForWrites(), then);
      else then();
    };
    const shutdown = (isError, e) => {
      if (shuttingDown) return;
      shuttingDown = true;
      afterWrites(() => finalize(isError, e));
    };
    const shutdownWith = (action, isError, e) => {
      if (shuttingDown) return;
      shuttingDown = true;
      afterWrites(() => p.then(action(), () => finalize(isError, e), (e2) => finalize(true, e2)));
    };

    if (signal !== undefined) {
      abortAlgorithm = () => {
        const reason = lib.signalReason(signal);
        const actions = [];
        if (!preventAbort) {
          lib.append(actions, () => (dest.state === WRITABLE ? abortStream(dest, reason) : resolved(undefined)));
        }
        if (!preventCancel) {
          lib.append(actions, () => (source.state === R_READABLE ? lib.cancelStreamState(source, reason) : resolved(undefined)));
        }
        shutdownWith(() => {
          const d = deferred();
          let left = actions.length;
          if (left === 0) d.resolve(undefined);
          for (let i = 0; i < actions.length; i++) {
            p.then(actions[i](), () => { if (--left === 0) d.resolve(undefined); }, (e) => d.reject(e));
          }
          return d.promise;
        }, true, reason);
      };
      if (lib.signalAborted(signal)) {
        abortAlgorithm();
        return done.promise;
      }
      lib.signalAdd(signal, abortAlgorithm);
    }

    const onSourceError = () => {
      const e = source.stored;
      if (!preventAbort) shutdownWith(() => abortStream(dest, e), true, e);
      else shutdown(true, e);
    };
    const onDestError = () => {
      const e = dest.stored;
      if (!preventCancel) shutdownWith(() => lib.cancelStreamState(source, e), true, e);
      else shutdown(true, e);
    };
    const onSourceClose = () => {
      if (!preventClose) shutdownWith(() => closeWithErrorPropagation(writer), false);
      else shutdown(false);
    };
    // Conditions that hold already act at once, in the order of the standard; later ones when a promise settles.
    if (source.state === R_ERRORED) onSourceError();
    else p.then(reader.closed.promise, undefined, onSourceError);
    if (dest.state === ERRORED) onDestError();
    else p.then(writer.closed.promise, undefined, onDestError);
    if (source.state === R_CLOSED) onSourceClose();
    else p.then(reader.closed.promise, onSourceClose, lib.noop);
    if (closeQueuedOrInFlight(dest) || dest.state === CLOSED) {
      const e = new TypeError('the destination of the pipe is closing');
      if (!preventCancel) shutdownWith(() => lib.cancelStreamState(source, e), true, e);
      else shutdown(true, e);
    }

    const step = () => {
      if (shuttingDown) return resolved(true);
      return p.then(writer.ready.promise, () => {
        if (shuttingDown) return true;
        const d = deferred();
        lib.readFrom(reader, {
          __proto__: null,
          // Not at once: whoever enqueues a chunk must not run the sink's write() before enqueue() returns.
          chunk: (chunk) => {
            const write = () => {
              const written = writeChunk(writer, chunk);
              d.resolve(false);
              return written;
            };
            currentWrite = p.then(p.then(resolved(undefined), write), undefined, lib.noop);
          },
          close: () => d.resolve(true),
          error: (e) => d.reject(e),
        });
        return d.promise;
      });
    };
    const loop = () => p.then(step(), (stop) => { if (!stop) loop(); }, lib.noop);
    loop();
    return done.promise;
  };
}
