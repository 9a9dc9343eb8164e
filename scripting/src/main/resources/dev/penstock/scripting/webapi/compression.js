// CompressionStream and DecompressionStream (Compression Standard), on the host's zlib.
(lib) => {
  'use strict';
  const { host, p, isObject } = lib;
  const { TypeError } = p;
  lib.load('encoding');
  lib.load('transform');
  const FORMATS = ['deflate', 'deflate-raw', 'gzip'];
  const newPair = (format, inflates) => {
    const native = host.compressor(format, inflates);
    const bad = () => {
      native.release();
      return new TypeError(inflates ? `the data are not valid ${format}` : 'the chunk cannot be compressed');
    };
    const give = (out, put) => {
      if (out === null) throw bad();
      const bytes = lib.fromHost(out);
      if (p.typedLength(bytes) > 0) put(bytes);
    };
    return lib.newTransform((chunk, put) => {
      if (!isObject(chunk) || !lib.isBufferSource(chunk)) {
        native.release();
        throw new TypeError('the chunk is not a buffer or a view');
      }
      const bytes = lib.bytesOf(chunk, 'the chunk');
      give(native.write(p.typedBuffer(bytes), p.typedByteOffset(bytes), p.typedLength(bytes)), put);
    }, (put) => { give(native.finish(), put); }, () => { native.release(); });
  };
  class CompressionStream {
    #t;
    constructor(format) {
      if (arguments.length < 1) lib.missing('CompressionStream', undefined, 1, 0);
      this.#t = newPair(lib.oneOf(format, FORMATS, 'format'), false);
    }
    static { lib.compressionPair = (v) => v.#t; }
  }
  lib.mixTransform(CompressionStream, (v) => lib.compressionPair(v));
  lib.defineInterface(CompressionStream);
  class DecompressionStream {
    #t;
    constructor(format) {
      if (arguments.length < 1) lib.missing('DecompressionStream', undefined, 1, 0);
      this.#t = newPair(lib.oneOf(format, FORMATS, 'format'), true);
    }
    static { lib.decompressionPair = (v) => v.#t; }
  }
  lib.mixTransform(DecompressionStream, (v) => lib.decompressionPair(v));
  lib.defineInterface(DecompressionStream);
}
