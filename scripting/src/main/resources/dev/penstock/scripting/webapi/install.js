// Puts the Web APIs into a new context. Each is evaluated when it is first named, so that a context is cheap: what is
// eager here costs every context and every version of every script.
(lib) => {
  'use strict';
  const { global, p } = lib;
  const { Graal } = global;
  const setHandler = Graal.setUnhandledPromiseRejectionHandler;
  for (const name of ['Graal', 'load', 'loadWithNewGlobal', 'print', 'printErr', 'console', 'arguments', 'Polyglot', 'Java']) {
    delete global[name];
  }
  lib.describeError = (e) => {
    try {
      if (lib.isObject(e)) {
        const { stack } = e;
        if (typeof stack === 'string' && stack !== '') return stack;
        if (e instanceof p.Error) return p.errorToString(e);
      }
      return typeof e === 'symbol' ? p.symbolToString(e) : `${e}`;
    } catch {
      return 'an error that cannot be described';
    }
  };
  lib.load('globals');
  lib.lazy('events', ['DOMException', 'QuotaExceededError', 'Event', 'CustomEvent', 'ErrorEvent', 'PromiseRejectionEvent',
    'MessageEvent', 'EventTarget', 'AbortSignal', 'AbortController', 'addEventListener', 'removeEventListener',
    'dispatchEvent']);
  lib.lazyHandlers('events', ['onerror', 'onunhandledrejection', 'onrejectionhandled']);
  lib.stubs('events', ['domException', 'reportException', 'onRejection', 'newAbortSignal', 'dependentSignal',
    'signalAbort']);
  lib.stubs('encoding', ['decodedStream']);
  lib.stubs('headers', ['hostHeaders', 'headersEntries']);
  lib.stubs('fetch', ['hostRequest', 'hostResponse', 'fetcher', 'takeResponse', 'takeBody', 'takeBodyInit']);
  lib.lazy('performance', ['Performance', 'Navigator']);
  lib.lazy('performance', ['performance', 'navigator'], true);
  lib.lazy('timeline', ['PerformanceEntry', 'PerformanceMark', 'PerformanceMeasure', 'PerformanceObserver',
    'PerformanceObserverEntryList']);
  lib.lazy('headers', ['Headers']);
  lib.lazy('url', ['URL', 'URLSearchParams']);
  lib.lazy('fetch', ['Request', 'Response']);
  lib.lazy('fetch', ['fetch'], true);
  lib.lazy('console', ['console']);
  lib.lazy('encoding', ['TextEncoder', 'TextDecoder', 'TextEncoderStream', 'TextDecoderStream']);
  lib.lazy('form', ['Blob', 'File', 'FormData']);
  lib.lazy('streams', ['ReadableStream', 'ReadableStreamDefaultReader', 'ReadableStreamDefaultController',
    'ReadableStreamBYOBReader', 'ReadableByteStreamController', 'ReadableStreamBYOBRequest',
    'ByteLengthQueuingStrategy', 'CountQueuingStrategy']);
  lib.lazy('writable', ['WritableStream', 'WritableStreamDefaultWriter', 'WritableStreamDefaultController']);
  lib.lazy('transform', ['TransformStream', 'TransformStreamDefaultController']);
  lib.lazy('compression', ['CompressionStream', 'DecompressionStream']);
  lib.lazy('crypto', ['Crypto', 'CryptoKey', 'SubtleCrypto']);
  lib.lazy('crypto', ['crypto'], true);
  lib.lazy('messaging', ['MessageChannel', 'MessagePort']);
  lib.lazy('urlpattern', ['URLPattern']);
  lib.loadAll = () => {
    lib.load('messaging');
    lib.load('performance');
    lib.load('timeline');
    lib.load('fetch');
    lib.load('url');
    lib.load('console');
    lib.load('compression');
    lib.load('urlpattern');
  };
  setHandler((reason, promise) => lib.onRejection(reason, promise));
}
