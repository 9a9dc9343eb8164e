// Parts of bodies, for body hooks. A function of `lib`.
(lib) => {
  'use strict';
  const { p, door } = lib;
  const { TypeError } = p;
  const { check } = door;

  let hostOf;
  /** A part of a body on its way, or all of it. */
  class BodyPart {
    #host;
    #bytes = null;
    #text = null;
    constructor(host) { this.#host = host; }
    /** A copy; changing it changes nothing, see replace(). */
    get bytes() {
      if (this.#bytes === null) this.#bytes = lib.fromHost(this.#host.bytes());
      return this.#bytes;
    }
    get size() { return this.#host.size(); }
    get last() { return this.#host.isLast(); }
    /** As UTF-8; a character that is cut by the end of a part comes whole with the next one. */
    text() {
      if (this.#text === null) this.#text = this.#host.text();
      return this.#text;
    }
    json() { return p.jsonParse(this.text()); }
    replace(body) { door.replacePart(this, body); }
    drop() { check(this.#host.replace('')); }
    static {
      hostOf = (part) => part.#host;
    }
  }
  door.hide(BodyPart);
  door.newPart = (host) => new BodyPart(host);
  door.replacePart = (part, body) => {
    const host = hostOf(part);
    if (typeof body === 'string') {
      check(host.replace(body));
      return;
    }
    if (!lib.isBufferSource(body)) throw new TypeError('a body part is replaced by a string or bytes');
    const bytes = lib.bytesOf(body);
    check(host.replaceBytes(p.typedBuffer(bytes), p.typedByteOffset(bytes), p.typedLength(bytes)));
  };
}
