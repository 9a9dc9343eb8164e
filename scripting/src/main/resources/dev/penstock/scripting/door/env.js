// `env`, and the key-value stores in it. A function of `lib`.
(lib) => {
  'use strict';
  const { p, door } = lib;
  const { TypeError } = p;
  const { check, text } = door;

  const seconds = (options, what) => {
    const v = options?.expirationTtl ?? options?.ttl;
    if (v === undefined || v === null) return 0;
    const n = +v;
    if (!(n > 0)) throw new TypeError(`${what}: a time to live is a number of seconds above 0`);
    return n;
  };
  class Kv {
    #host;
    constructor(host) { this.#host = host; }
    async get(key, options) {
      const as = typeof options === 'string' ? options : options?.type ?? 'text';
      if (as === 'arrayBuffer' || as === 'bytes') {
        const bytes = lib.fromHost(this.#host.getBytes(text(key, 'key')));
        return bytes === null ? null : as === 'bytes' ? bytes : p.typedBuffer(bytes);
      }
      const value = this.#host.get(text(key, 'key'));
      return value === null ? null : as === 'json' ? p.jsonParse(value) : value;
    }
    async put(key, value, options) {
      const ttl = seconds(options, 'put');
      key = text(key, 'key');
      if (lib.isBufferSource(value)) {
        const bytes = lib.bytesOf(value);
        check(this.#host.putBytes(key, p.typedBuffer(bytes), p.typedByteOffset(bytes), p.typedLength(bytes), ttl));
      } else {
        check(this.#host.put(key, typeof value === 'string' ? value : p.jsonStringify(value), ttl));
      }
    }
    async delete(key) { return this.#host.delete(text(key, 'key')); }
    async list(options) {
      const prefix = options?.prefix === undefined ? '' : `${options.prefix}`;
      const limit = options?.limit === undefined ? 1000 : lib.unsignedLong(options.limit);
      const cursor = options?.cursor === undefined || options.cursor === null ? '' : `${options.cursor}`;
      const found = this.#host.list(prefix, cursor, limit);
      const keys = [];
      const n = found.size();
      for (let i = 0; i < n; i++) lib.append(keys, { name: found.name(i) });
      return { keys, list_complete: found.isComplete(), cursor: found.isComplete() ? undefined : found.name(n - 1) };
    }
    /** Adds to a counter, atomically over all workers; answers the new count. */
    async increment(key, by, options) {
      const n = by === undefined ? 1 : +by;
      if (!p.isInteger(n)) throw new TypeError('increment: the step is an integer');
      const result = this.#host.increment(text(key, 'key'), n, seconds(options, 'increment'));
      if (typeof result === 'string') throw new TypeError(result);
      return result;
    }
    /** Puts `value` if the key still has `expected` (null for absent); answers whether it did. */
    async compareAndSet(key, expected, value, options) {
      const asText = (v) => (v === null || v === undefined ? null : typeof v === 'string' ? v : p.jsonStringify(v));
      const result = this.#host.compareAndSet(text(key, 'key'), asText(expected), asText(value), seconds(options, 'compareAndSet'));
      if (typeof result === 'string') throw new TypeError(result);
      return result;
    }
    /** The value, or what `compute` makes of the key; concurrent callers on all workers wait for one computation. */
    async getOrCompute(key, compute, options) {
      key = text(key, 'key');
      if (typeof compute !== 'function') throw new TypeError('getOrCompute: the second argument is a function');
      const ttl = seconds(options, 'getOrCompute');
      for (;;) {
        const d = lib.deferred();
        const turn = this.#host.begin(key, (value) => d.resolve(value));
        // 'mine': compute; 'wait': someone does; else the value is there.
        if (turn === 0) return p.jsonParse(this.#host.taken());
        if (turn === 2) {
          const value = await d.promise;
          if (value !== null) return p.jsonParse(value);
          continue;
        }
        try {
          const value = await compute(key);
          const json = p.jsonStringify(value === undefined ? null : value);
          check(this.#host.complete(key, json, ttl));
          return value;
        } catch (e) {
          this.#host.abandon(key);
          throw e;
        }
      }
    }
  }
  door.hide(Kv);

  /** An object of a plugin's: each method takes and answers what JSON has. */
  const outcome = (said) => {
    const rest = p.slice(said, 1);
    if (said[0] === '=') return p.jsonParse(rest);
    throw new p.Error(rest);
  };
  const method = (host, i) => {
    if (!host.isBlocking(i)) return (...args) => outcome(host.call(i, p.jsonStringify(args)));
    return async (...args) => {
      const d = lib.deferred();
      host.begin(i, p.jsonStringify(args), (said) => d.resolve(said));
      return outcome(await d.promise);
    };
  };
  const boundObject = (host) => {
    const object = p.create(null);
    const n = host.size();
    for (let i = 0; i < n; i++) object[host.name(i)] = method(host, i);
    return p.Object.freeze(object);
  };

  door.makeEnv = (host) => {
    const env = p.create(null);
    const n = host.size();
    for (let i = 0; i < n; i++) {
      const name = host.name(i);
      const kind = host.kind(i);
      env[name] = kind === 'value' ? p.jsonParse(host.value(i))
        : kind === 'secret' ? host.value(i)
        : kind === 'kv' ? new Kv(host.kv(i))
        : kind === 'object' ? boundObject(host.object(i))
        : lib.fetcher(host.binding(i));
    }
    return p.Object.freeze(env);
  };
}
