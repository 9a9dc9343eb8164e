// Blob, File (File API) and FormData (XHR §4), with the two form encodings of bodies.
(lib) => {
  'use strict';
  const { host, p, isObject, defineInterface, USVString, DOMString, append, resolved } = lib;
  const { TypeError, Uint8Array } = p;
  const KEY = p.freeze({ __proto__: null });

  // ---- Blob ---------------------------------------------------------------------------------------------------------
  const typeOf = (v) => {
    const s = DOMString(v);
    for (let i = 0; i < s.length; i++) {
      const c = p.charCodeAt(s, i);
      if (c < 0x20 || c > 0x7e) return '';
    }
    return lib.asciiLower(s);
  };
  const isPart = (v) => isObject(v) && (lib.isBlob(v) || p.isView(v) || lib.isArrayBuffer(v));
  const toPart = (v) => {
    if (!isPart(v)) return USVString(v);
    if (lib.isBlob(v)) return v;
    return lib.bytesOf(v, 'a part of the blob') && v;
  };
  const nativeEndings = (s) => {
    let out = '';
    for (let i = 0; i < s.length; i++) {
      if (s[i] !== '\r') out += s[i];
      else {
        out += '\n';
        if (s[i + 1] === '\n') i++;
      }
    }
    return out;
  };
  const partsToBytes = (parts, endings) => {
    const chunks = [];
    let total = 0;
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i];
      const bytes = typeof part === 'string' ? lib.utf8Encode(endings === 'native' ? nativeEndings(part) : part)
        : lib.isBlob(part) ? lib.blobBytes(part) : lib.bytesOf(part);
      total += p.typedLength(bytes);
      append(chunks, bytes);
    }
    const all = new Uint8Array(total);
    for (let i = 0, at = 0; i < chunks.length; i++) {
      p.typedSet(all, chunks[i], at);
      at += p.typedLength(chunks[i]);
    }
    return all;
  };
  const clampIndex = (v, byDefault, size) => {
    if (v === undefined) return byDefault;
    const n = lib.longLong(v, 'clamp');
    return n < 0 ? p.max(size + n, 0) : p.min(n, size);
  };
  class Blob {
    #bytes;
    #type;
    constructor(blobParts = undefined, options = {}) {
      if (blobParts === KEY) {
        this.#bytes = arguments[1];
        this.#type = arguments[2];
        return;
      }
      const parts = blobParts === undefined ? [] : lib.sequence(blobParts, toPart, 'blobParts');
      const d = lib.dictionary(options, 'options');
      const { endings } = d;
      const e = endings === undefined ? 'transparent' : lib.oneOf(endings, ['transparent', 'native'], 'endings');
      const { type } = d;
      this.#type = type === undefined ? '' : typeOf(type);
      this.#bytes = partsToBytes(parts, e);
    }
    get size() { return p.typedLength(this.#bytes); }
    get type() { return this.#type; }
    slice(start = undefined, end = undefined, contentType = undefined) {
      const bytes = this.#bytes;
      const size = p.typedLength(bytes);
      const from = clampIndex(start, 0, size);
      const to = clampIndex(end, size, size);
      const type = contentType === undefined ? '' : typeOf(contentType);
      const n = p.max(to - from, 0);
      return new Blob(KEY, new Uint8Array(p.typedBuffer(bytes), p.typedByteOffset(bytes) + (n === 0 ? 0 : from), n), type);
    }
    stream() {
      const bytes = this.#bytes;
      lib.load('streams');
      return lib.oneChunkStream(lib.copyOf(bytes));
    }
    text() { return lib.asPromiseOf(() => lib.utf8Decode(this.#bytes, false)); }
    textStream() {
      const bytes = this.#bytes;
      lib.load('streams');
      return lib.decodedStream(lib.oneChunkStream(lib.copyOf(bytes)));
    }
    arrayBuffer() { return lib.asPromiseOf(() => p.typedBuffer(lib.copyOf(this.#bytes))); }
    bytes() { return lib.asPromiseOf(() => lib.copyOf(this.#bytes)); }
    static {
      lib.isBlob = (v) => isObject(v) && #bytes in v;
      lib.blobBytes = (v) => v.#bytes;
      lib.blobType = (v) => v.#type;
      lib.newBlob = (bytes, type) => new Blob(KEY, bytes, type);
    }
  }
  lib.asPromiseOf = (run) => { try { return resolved(run()); } catch (e) { return lib.rejected(e); } };
  p.defineProperty(Blob.prototype.slice, 'length', { __proto__: null, value: 0, configurable: true });
  defineInterface(Blob);

  class File extends Blob {
    #name;
    #lastModified;
    constructor(fileBits, fileName, options = {}) {
      if (fileBits === KEY) {
        super(KEY, arguments[3], arguments[4]);
        this.#name = fileName;
        this.#lastModified = arguments[2];
        return;
      }
      if (arguments.length < 2) lib.missing('File', undefined, 2, arguments.length);
      if (fileBits === undefined) throw new TypeError('fileBits is not a sequence');
      const parts = lib.sequence(fileBits, toPart, 'fileBits');
      const name = USVString(fileName);
      const d = lib.dictionary(options, 'options');
      const { endings } = d;
      const e = endings === undefined ? 'transparent' : lib.oneOf(endings, ['transparent', 'native'], 'endings');
      const { type } = d;
      const t = type === undefined ? '' : typeOf(type);
      const { lastModified } = d;
      const when = lastModified === undefined ? host.epochMillis() : lib.longLong(lastModified);
      super(KEY, partsToBytes(parts, e), t);
      this.#name = name;
      this.#lastModified = when;
    }
    get name() { return this.#name; }
    get lastModified() { return this.#lastModified; }
    static {
      lib.fileName = (v) => v.#name;
      lib.fileModified = (v) => v.#lastModified;
      lib.isFile = (v) => isObject(v) && #name in v;
      lib.newFile = (bytes, name, type, lastModified) => new File(KEY, name, lastModified, bytes, type);
    }
  }
  p.defineProperty(File, 'length', { __proto__: null, value: 2, configurable: true });
  defineInterface(File);

  // ---- FormData -----------------------------------------------------------------------------------------------------
  const toEntry = (name, value, filename) => {
    if (typeof value === 'string') return { __proto__: null, name, value };
    if (!lib.isFile(value) || filename !== undefined) {
      const as = filename !== undefined ? filename : lib.isFile(value) ? lib.fileName(value) : 'blob';
      const modified = lib.isFile(value) ? lib.fileModified(value) : host.epochMillis();
      value = lib.newFile(lib.blobBytes(value), as, lib.blobType(value), modified);
    }
    return { __proto__: null, name, value };
  };
  class FormData {
    #list = [];
    constructor(form = undefined, submitter = undefined) {
      if (form !== undefined) throw new TypeError('FormData: there are no form elements here');
    }
    append(name, value, filename = undefined) {
      const list = this.#list;
      if (arguments.length < 2) lib.missing('FormData', 'append', 2, arguments.length);
      append(list, entryOf('append', arguments.length, name, value, filename));
    }
    delete(name) {
      const list = this.#list;
      if (arguments.length < 1) lib.missing('FormData', 'delete', 1, 0);
      name = USVString(name);
      for (let i = list.length - 1; i >= 0; i--) if (list[i].name === name) p.splice(list, i, 1);
    }
    get(name) {
      const list = this.#list;
      if (arguments.length < 1) lib.missing('FormData', 'get', 1, 0);
      name = USVString(name);
      for (let i = 0; i < list.length; i++) if (list[i].name === name) return list[i].value;
      return null;
    }
    getAll(name) {
      const list = this.#list;
      if (arguments.length < 1) lib.missing('FormData', 'getAll', 1, 0);
      name = USVString(name);
      const out = [];
      for (let i = 0; i < list.length; i++) if (list[i].name === name) append(out, list[i].value);
      return out;
    }
    has(name) {
      const list = this.#list;
      if (arguments.length < 1) lib.missing('FormData', 'has', 1, 0);
      name = USVString(name);
      for (let i = 0; i < list.length; i++) if (list[i].name === name) return true;
      return false;
    }
    set(name, value, filename = undefined) {
      const list = this.#list;
      if (arguments.length < 2) lib.missing('FormData', 'set', 2, arguments.length);
      const entry = entryOf('set', arguments.length, name, value, filename);
      let found = false;
      for (let i = 0; i < list.length; i++) {
        if (list[i].name !== entry.name) continue;
        if (found) p.splice(list, i--, 1);
        else list[i] = entry;
        found = true;
      }
      if (!found) append(list, entry);
    }
    static {
      lib.isFormData = (v) => isObject(v) && #list in v;
      lib.formDataList = (v) => v.#list;
      lib.newFormData = (list) => {
        const f = new FormData();
        f.#list = list;
        return f;
      };
    }
  }
  const entryOf = (method, given, name, value, filename) => {
    name = USVString(name);
    if (given >= 3) {
      if (!isObject(value) || !lib.isBlob(value)) throw new TypeError(`FormData.${method}: the value is not a Blob`);
      if (filename !== undefined) filename = USVString(filename);
      return toEntry(name, value, filename);
    }
    if (isObject(value) && lib.isBlob(value)) return toEntry(name, value, undefined);
    return { __proto__: null, name, value: USVString(value) };
  };
  p.defineProperty(FormData.prototype.append, 'length', { __proto__: null, value: 2, configurable: true });
  p.defineProperty(FormData.prototype.set, 'length', { __proto__: null, value: 2, configurable: true });
  lib.definePairs(FormData, 'FormData', (v) => {
    const list = lib.formDataList(v);
    const pairs = [];
    for (let i = 0; i < list.length; i++) append(pairs, [list[i].name, list[i].value]);
    return pairs;
  });
  defineInterface(FormData);

  // ---- multipart/form-data (RFC 7578, HTML §4.10.21.8) ----------------------------------------------------------------
  const crlf = (s) => {
    let out = '';
    for (let i = 0; i < s.length; i++) {
      if (s[i] === '\r') {
        out += '\r\n';
        if (s[i + 1] === '\n') i++;
      } else {
        out += s[i] === '\n' ? '\r\n' : s[i];
      }
    }
    return out;
  };
  const escapeName = (s) => {
    let out = '';
    for (let i = 0; i < s.length; i++) {
      const c = s[i];
      out += c === '"' ? '%22' : c === '\r' ? '%0D' : c === '\n' ? '%0A' : c;
    }
    return out;
  };
  lib.encodeFormData = (form) => {
    const list = lib.formDataList(form);
    const boundary = `----PenstockFormBoundary${host.randomToken()}`;
    const chunks = [];
    let total = 0;
    const add = (bytes) => {
      append(chunks, bytes);
      total += p.typedLength(bytes);
    };
    for (let i = 0; i < list.length; i++) {
      const { name, value } = list[i];
      let head = `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(crlf(name))}"`;
      if (typeof value === 'string') {
        add(lib.utf8Encode(`${head}\r\n\r\n${crlf(value)}\r\n`));
      } else {
        head += `; filename="${escapeName(lib.fileName(value))}"\r\nContent-Type: ${lib.blobType(value) || 'application/octet-stream'}`;
        add(lib.utf8Encode(`${head}\r\n\r\n`));
        add(lib.blobBytes(value));
        add(lib.utf8Encode('\r\n'));
      }
    }
    add(lib.utf8Encode(`--${boundary}--\r\n`));
    const all = new Uint8Array(total);
    for (let i = 0, at = 0; i < chunks.length; i++) {
      p.typedSet(all, chunks[i], at);
      at += p.typedLength(chunks[i]);
    }
    return { __proto__: null, bytes: all, type: `multipart/form-data; boundary=${boundary}` };
  };
  lib.parseMultipart = (bytes, boundary) => {
    if (boundary === undefined) throw new TypeError('the Content-Type has no boundary');
    const parts = host.multipart(p.typedBuffer(bytes), p.typedByteOffset(bytes), p.typedLength(bytes), boundary);
    if (parts === null) throw new TypeError('the body is not valid multipart/form-data');
    const list = [];
    for (let i = 0; i < parts.size(); i++) {
      const name = parts.name(i);
      const filename = parts.filename(i);
      const from = p.typedByteOffset(bytes) + parts.from(i);
      const content = new Uint8Array(p.typedBuffer(bytes), from, parts.length(i));
      const value = filename === null ? lib.utf8Decode(content, true)
        : lib.newFile(lib.copyOf(content), filename, parts.type(i), host.epochMillis());
      append(list, { __proto__: null, name, value });
    }
    return lib.newFormData(list);
  };
  lib.parseFormUrlencoded = (bytes) => {
    lib.load('url');
    const pairs = lib.formParse(lib.utf8Decode(bytes, true));
    const list = [];
    for (let i = 0; i < pairs.length; i++) append(list, { __proto__: null, name: pairs[i][0], value: pairs[i][1] });
    return lib.newFormData(list);
  };
}
