// TextEncoder, TextDecoder and their streams (Encoding §7). Decoders of encodings other than UTF-8 are the host's.
(lib) => {
  'use strict';
  const { host, p, isObject, DOMString, defineInterface } = lib;
  const { TypeError, RangeError, Uint8Array } = p;

  class TextEncoder {
    #brand;
    get encoding() { return (this.#brand, 'utf-8'); }
    encode(input = '') {
      this.#brand;
      return lib.utf8Encode(lib.USVString(input));
    }
    encodeInto(source, destination) {
      this.#brand;
      if (arguments.length < 2) lib.missing('TextEncoder', 'encodeInto', 2, arguments.length);
      const s = DOMString(source);
      if (!isObject(destination) || p.typedTag(destination) !== 'Uint8Array') {
        throw new TypeError('the destination is not a Uint8Array');
      }
      let to = destination;
      const room = p.typedLength(to);
      let read = 0;
      let written = 0;
      for (let i = 0; i < s.length;) {
        let c = p.charCodeAt(s, i);
        let units = 1;
        if (c >= 0xd800 && c <= 0xdfff) {
          const next = c <= 0xdbff && i + 1 < s.length ? p.charCodeAt(s, i + 1) : 0;
          if (next >= 0xdc00 && next <= 0xdfff) {
            c = 0x10000 + ((c - 0xd800) << 10) + (next - 0xdc00);
            units = 2;
          } else {
            c = 0xfffd;
          }
        }
        const n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        if (written + n > room) break;
        if (n === 1) {
          to[written] = c;
        } else if (n === 2) {
          to[written] = 0xc0 | (c >> 6);
          to[written + 1] = 0x80 | (c & 63);
        } else if (n === 3) {
          to[written] = 0xe0 | (c >> 12);
          to[written + 1] = 0x80 | ((c >> 6) & 63);
          to[written + 2] = 0x80 | (c & 63);
        } else {
          to[written] = 0xf0 | (c >> 18);
          to[written + 1] = 0x80 | ((c >> 12) & 63);
          to[written + 2] = 0x80 | ((c >> 6) & 63);
          to[written + 3] = 0x80 | (c & 63);
        }
        written += n;
        read += units;
        i += units;
      }
      return { read, written };
    }
  }
  defineInterface(TextEncoder);

  const newDecoder = (label, options) => {
    label = DOMString(label);
    const d = lib.dictionary(options, 'options');
    const fatal = !!d.fatal;
    const ignoreBOM = !!d.ignoreBOM;
    const decoder = host.textDecoder(label, fatal, ignoreBOM);
    if (decoder === null) throw new RangeError(`"${label}" is not the label of an encoding`);
    return { __proto__: null, decoder, encoding: decoder.encoding(), fatal, ignoreBOM };
  };
  const decodeTo = (d, bytes, stream) => {
    const text = d.decoder.decode(p.typedBuffer(bytes), p.typedByteOffset(bytes), p.typedLength(bytes), stream);
    if (text === null) throw new TypeError(`the bytes are not valid ${d.encoding}`);
    return text;
  };
  const decoderAttributes = (ctor, of) => {
    const accessors = {
      get encoding() { return of(this).encoding; },
      get fatal() { return of(this).fatal; },
      get ignoreBOM() { return of(this).ignoreBOM; },
    };
    const keys = p.ownKeys(accessors);
    for (let i = 0; i < keys.length; i++) {
      p.defineProperty(ctor.prototype, keys[i], p.getOwnPropertyDescriptor(accessors, keys[i]));
    }
  };
  class TextDecoder {
    #d;
    constructor(label = 'utf-8', options = {}) { this.#d = newDecoder(label, options); }
    decode(input = undefined, options = {}) {
      const d = this.#d;
      let bytes = input === undefined ? new Uint8Array(0) : null;
      if (bytes === null && !isObject(input)) throw new TypeError('the input is not a buffer or a view');
      if (bytes === null) checkSource(input);
      const stream = !!lib.dictionary(options, 'options').stream;
      if (bytes === null) bytes = lib.bytesOf(input, 'the input', true);
      // The host reads ArrayBuffers only.
      if (lib.isSharedArrayBuffer(p.typedBuffer(bytes))) bytes = lib.copyOf(bytes, 'the input', true);
      return decodeTo(d, bytes, stream);
    }
    static { lib.decoderState = (v) => v.#d; }
  }
  const checkSource = (v) => {
    if (!p.isView(v) && !lib.isArrayBuffer(v) && !lib.isSharedArrayBuffer(v)) {
      throw new TypeError('the input is not a buffer or a view');
    }
  };
  decoderAttributes(TextDecoder, (v) => lib.decoderState(v));
  defineInterface(TextDecoder);

  class TextEncoderStream {
    #t;
    #pending = '';
    constructor() {
      lib.load('transform');
      this.#t = lib.newTransform((chunk, put) => {
        let s = this.#pending + DOMString(chunk);
        this.#pending = '';
        const last = s.length === 0 ? 0 : p.charCodeAt(s, s.length - 1);
        if (last >= 0xd800 && last <= 0xdbff) {
          this.#pending = s[s.length - 1];
          s = p.slice(s, 0, -1);
        }
        if (s.length > 0) put(lib.utf8Encode(p.toWellFormed(s)));
      }, (put) => {
        if (this.#pending !== '') put(lib.utf8Encode('\ufffd'));
      });
    }
    get encoding() { return (this.#t, 'utf-8'); }
    static { lib.encoderStreamPair = (v) => v.#t; }
  }
  lib.mixTransform = (ctor, of) => {
    const accessors = {
      get readable() { return of(this).readable; },
      get writable() { return of(this).writable; },
    };
    p.defineProperty(ctor.prototype, 'readable', p.getOwnPropertyDescriptor(accessors, 'readable'));
    p.defineProperty(ctor.prototype, 'writable', p.getOwnPropertyDescriptor(accessors, 'writable'));
  };
  lib.mixTransform(TextEncoderStream, (v) => lib.encoderStreamPair(v));
  defineInterface(TextEncoderStream);

  class TextDecoderStream {
    #d;
    #t;
    constructor(label = 'utf-8', options = {}) {
      const d = (this.#d = newDecoder(label, options));
      lib.load('transform');
      this.#t = lib.newTransform((chunk, put) => {
        checkSource(isObject(chunk) ? chunk : bad());
        let bytes = lib.bytesOf(chunk, 'the chunk', true);
        if (lib.isSharedArrayBuffer(p.typedBuffer(bytes))) bytes = lib.copyOf(bytes, 'the chunk', true);
        const text = decodeTo(d, bytes, true);
        if (text !== '') put(text);
      }, (put) => {
        const text = decodeTo(d, new Uint8Array(0), false);
        if (text !== '') put(text);
      });
    }
    static {
      lib.decoderStreamState = (v) => v.#d;
      lib.decoderStreamPair = (v) => v.#t;
    }
  }
  const bad = () => { throw new TypeError('the chunk is not a buffer or a view'); };
  decoderAttributes(TextDecoderStream, (v) => lib.decoderStreamState(v));
  lib.mixTransform(TextDecoderStream, (v) => lib.decoderStreamPair(v));
  defineInterface(TextDecoderStream);

  /** The text of a stream of bytes in UTF-8, as a stream of strings. */
  lib.decodedStream = (stream) => {
    const { readable, writable } = lib.decoderStreamPair(new TextDecoderStream());
    lib.handled(lib.pipe(lib.streamState(stream), lib.writableState(writable), false, false, false, undefined));
    return readable;
  };
}
