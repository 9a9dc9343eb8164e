// Puts the Web APIs into a new context: what handlers use on every request at once, the rest when it is first named.
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
  lib.load('events');
  lib.load('headers');
  lib.load('globals');
  lib.load('url');
  lib.load('fetch');
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
  setHandler((reason, promise) => lib.onRejection(reason, promise));
}
