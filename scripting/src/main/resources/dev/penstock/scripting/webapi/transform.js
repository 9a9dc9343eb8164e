// Transform streams (Streams §6), and the form in which other standards use them (§9.3).
(lib) => {
  'use strict';
  lib.load('writable');
  const { p, isObject, defineInterface, deferred, resolved, rejected } = lib;
  const { TypeError, RangeError, apply } = p;
  const { streamKey: KEY, illegal } = lib;
  const WRITABLE = 0;
  const ERRORING = 1;
  const ERRORED = 2;
  const R_READABLE = 0;
  const R_ERRORED = 2;

  class TransformStream {
    #t;
    constructor(transformer, writableStrategy = {}, readableStrategy = {}) {
      if (transformer === KEY) {
        this.#t = arguments[1];
        return;
      }
      if (transformer !== undefined && !isObject(transformer)) {
        throw new TypeError('TransformStream: the transformer is not an object');
      }
      const ws = lib.toStrategy(writableStrategy);
      const rs = lib.toStrategy(readableStrategy);
      const self = transformer === undefined ? null : transformer;
      const d = self === null ? p.bare() : self;
      const cancel = lib.callbackMember(d, 'cancel');
      const flush = lib.callbackMember(d, 'flush');
      const { readableType } = d;
      const start = lib.callbackMember(d, 'start');
      const transform = lib.callbackMember(d, 'transform');
      const { writableType } = d;
      if (readableType !== undefined) throw new RangeError('readableType is not allowed');
      if (writableType !== undefined) throw new RangeError('writableType is not allowed');
      const readableHwm = lib.highWaterMark(rs, 0);
      const readableSize = lib.sizeOf(rs);
      const writableHwm = lib.highWaterMark(ws, 1);
      const writableSize = lib.sizeOf(ws);
      const started = deferred();
      const t = (this.#t = initialize(started.promise, writableHwm, writableSize, readableHwm, readableSize));
      const c = t.controller;
      if (transform !== undefined) c.transform = (chunk) => lib.invokePromise(transform, self, chunk, c.wrapper);
      if (flush !== undefined) c.flush = () => lib.invokePromise(flush, self, c.wrapper);
      if (cancel !== undefined) c.cancel = (reason) => lib.invokePromise(cancel, self, reason);
      started.resolve(start === undefined ? undefined : apply(start, self, [c.wrapper]));
    }
    get readable() { return this.#t.readable.wrapper; }
    get writable() { return this.#t.writable.wrapper; }
    static {
      lib.isTransform = (v) => isObject(v) && #t in v;
      lib.transformState = (v) => v.#t;
      /** For transfer: the same stream as another object; this one keeps locked ends. */
      lib.moveTransform = (v) => {
        const t = v.#t;
        const readable = lib.identityPipe(t.readable.wrapper);
        const into = lib.newTransform(null, null);
        lib.handled(lib.pipe(lib.streamState(into.readable), t.writable, false, false, false, undefined));
        return new TransformStream(KEY, {
          __proto__: null, readable: lib.streamState(readable), writable: lib.writableState(into.writable),
        });
      };
    }
  }
  p.defineProperty(TransformStream, 'length', { __proto__: null, value: 0, configurable: true });

  const newController = (t) => {
    const c = {
      __proto__: null, stream: t, wrapper: null, finish: null,
      transform: (chunk) => {
        try {
          enqueue(c, chunk);
          return resolved(undefined);
        } catch (e) {
          return rejected(e);
        }
      },
      flush: () => resolved(undefined),
      cancel: () => resolved(undefined),
    };
    c.wrapper = new TransformStreamDefaultController(KEY, c);
    return c;
  };
  const initialize = (startPromise, writableHwm, writableSize, readableHwm, readableSize) => {
    const t = { __proto__: null, readable: null, writable: null, controller: null, backpressure: undefined, change: null };
    t.controller = newController(t);
    t.writable = lib.createWritable({
      __proto__: null,
      start: () => startPromise,
      write: (chunk) => sinkWrite(t, chunk),
      abort: (reason) => sinkAbort(t, reason),
      close: () => sinkClose(t),
    }, writableHwm, writableSize);
    t.readable = lib.createStream({
      __proto__: null,
      start: () => startPromise,
      pull: () => {
        setBackpressure(t, false);
        return t.change.promise;
      },
      cancel: (reason) => sourceCancel(t, reason),
    }, readableHwm, readableSize);
    setBackpressure(t, true);
    return t;
  };
  const errorBoth = (t, e) => {
    lib.errorDefault(t.readable.controller, e);
    errorWritableAndUnblock(t, e);
  };
  const errorWritableAndUnblock = (t, e) => {
    clearAlgorithms(t.controller);
    lib.errorWritableIfNeeded(t.writable.controller, e);
    unblock(t);
  };
  const unblock = (t) => { if (t.backpressure) setBackpressure(t, false); };
  const setBackpressure = (t, backpressure) => {
    if (t.change !== null) t.change.resolve(undefined);
    t.change = deferred();
    t.backpressure = backpressure;
  };
  const clearAlgorithms = (c) => { c.transform = c.flush = c.cancel = undefined; };

  class TransformStreamDefaultController {
    #c;
    constructor() {
      if (arguments[0] !== KEY) throw illegal();
      this.#c = arguments[1];
    }
    get desiredSize() { return lib.desiredSize(this.#c.stream.readable.controller); }
    enqueue(chunk = undefined) { enqueue(this.#c, chunk); }
    error(reason = undefined) { errorBoth(this.#c.stream, reason); }
    terminate() {
      const { stream } = this.#c;
      lib.closeDefault(stream.readable.controller);
      errorWritableAndUnblock(stream, new TypeError('the transform stream was terminated'));
    }
  }
  const enqueue = (c, chunk) => {
    const t = c.stream;
    const rc = t.readable.controller;
    if (!lib.canCloseOrEnqueue(rc)) throw new TypeError('the readable side is closed, closing or errored');
    try {
      lib.enqueueDefault(rc, chunk);
    } catch (e) {
      errorWritableAndUnblock(t, e);
      throw t.readable.stored;
    }
    const backpressure = !lib.shouldPullDefault(rc);
    if (backpressure !== t.backpressure) setBackpressure(t, true);
  };
  const performTransform = (c, chunk) => p.then(c.transform(chunk), undefined, (e) => {
    errorBoth(c.stream, e);
    throw e;
  });
  const sinkWrite = (t, chunk) => {
    const c = t.controller;
    if (!t.backpressure) return performTransform(c, chunk);
    return p.then(t.change.promise, () => {
      if (t.writable.state === ERRORING) throw t.writable.stored;
      return performTransform(c, chunk);
    });
  };
  const sinkAbort = (t, reason) => {
    const c = t.controller;
    if (c.finish !== null) return c.finish.promise;
    const d = (c.finish = deferred());
    const result = c.cancel(reason);
    clearAlgorithms(c);
    p.then(result, () => {
      if (t.readable.state === R_ERRORED) {
        d.reject(t.readable.stored);
      } else {
        lib.errorDefault(t.readable.controller, reason);
        d.resolve(undefined);
      }
    }, (e) => {
      lib.errorDefault(t.readable.controller, e);
      d.reject(e);
    });
    return d.promise;
  };
  const sinkClose = (t) => {
    const c = t.controller;
    if (c.finish !== null) return c.finish.promise;
    const d = (c.finish = deferred());
    const result = c.flush();
    clearAlgorithms(c);
    p.then(result, () => {
      if (t.readable.state === R_ERRORED) {
        d.reject(t.readable.stored);
      } else {
        lib.closeDefault(t.readable.controller);
        d.resolve(undefined);
      }
    }, (e) => {
      lib.errorDefault(t.readable.controller, e);
      d.reject(e);
    });
    return d.promise;
  };
  const sourceCancel = (t, reason) => {
    const c = t.controller;
    if (c.finish !== null) return c.finish.promise;
    const d = (c.finish = deferred());
    const result = c.cancel(reason);
    clearAlgorithms(c);
    p.then(result, () => {
      if (t.writable.state === ERRORED) {
        d.reject(t.writable.stored);
      } else {
        lib.errorWritableIfNeeded(t.writable.controller, reason);
        unblock(t);
        d.resolve(undefined);
      }
    }, (e) => {
      lib.errorWritableIfNeeded(t.writable.controller, e);
      unblock(t);
      d.reject(e);
    });
    return d.promise;
  };
  defineInterface(TransformStream);
  defineInterface(TransformStreamDefaultController);

  /**
   * A transform of ours: `transform(chunk, enqueue)` and `flush(enqueue)` may throw or answer with a promise; null
   * passes chunks through. Gives {readable, writable}.
   */
  lib.newTransform = (transform, flush, cancel = null) => {
    const t = initialize(resolved(undefined), 1, () => 1, 0, () => 1);
    const c = t.controller;
    const put = (chunk) => enqueue(c, chunk);
    if (transform !== null) c.transform = (chunk) => { try { return resolved(transform(chunk, put)); } catch (e) { return rejected(e); } };
    if (flush !== null) c.flush = () => { try { return resolved(flush(put)); } catch (e) { return rejected(e); } };
    if (cancel !== null) c.cancel = (reason) => { try { return resolved(cancel(reason)); } catch (e) { return rejected(e); } };
    return { __proto__: null, readable: t.readable.wrapper, writable: t.writable.wrapper };
  };
}
