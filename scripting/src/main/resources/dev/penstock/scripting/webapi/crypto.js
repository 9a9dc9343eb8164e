// Web Cryptography: Crypto, CryptoKey, SubtleCrypto. Parameters are checked here, in the order of the standard; the
// mathematics are the host's (JCA). A key is a handle of the host, never bytes in JavaScript, until it is exported.
(lib) => {
  'use strict';
  const { host, p, isObject, defineInterface, append, domException } = lib;
  const { TypeError, Uint8Array } = p;
  lib.load('events');
  const KEY = p.freeze({ __proto__: null });
  const native = host.crypto();
  const illegal = () => new TypeError('Illegal constructor');
  const fail = (name, message) => { throw domException(message, name); };

  // ---- CryptoKey ----------------------------------------------------------------------------------------------------
  const USAGES = ['encrypt', 'decrypt', 'sign', 'verify', 'deriveKey', 'deriveBits', 'wrapKey', 'unwrapKey'];
  class CryptoKey {
    #k;
    constructor() {
      if (arguments[0] !== KEY) throw illegal();
      this.#k = arguments[1];
    }
    get type() { return this.#k.type; }
    get extractable() { return this.#k.extractable; }
    get algorithm() { return this.#k.publicAlgorithm ??= publicAlgorithm(this.#k.algorithm); }
    get usages() { return this.#k.publicUsages ??= p.arraySlice(this.#k.usages); }
    static {
      lib.isCryptoKey = (v) => isObject(v) && #k in v;
      lib.keyState = (v) => v.#k;
      lib.cloneKey = (v) => newKey(v.#k.handle, v.#k.type, v.#k.extractable, v.#k.algorithm, v.#k.usages);
    }
  }
  defineInterface(CryptoKey);
  const publicAlgorithm = (a) => {
    const out = { name: a.name };
    if (a.modulusLength !== undefined) out.modulusLength = a.modulusLength;
    if (a.publicExponent !== undefined) out.publicExponent = lib.copyOf(a.publicExponent);
    if (a.hash !== undefined) out.hash = { name: a.hash };
    if (a.length !== undefined) out.length = a.length;
    if (a.namedCurve !== undefined) out.namedCurve = a.namedCurve;
    return out;
  };
  const newKey = (handle, type, extractable, algorithm, usages) => new CryptoKey(KEY, {
    __proto__: null, handle, type, extractable, algorithm, usages, publicAlgorithm: undefined, publicUsages: undefined,
  });
  const isIn = (list, v) => p.indexOfItem(list, v) >= 0;
  const toUsages = (v) => {
    const given = lib.sequence(v, (u) => lib.oneOf(u, USAGES, 'a key usage'), 'keyUsages');
    const out = [];
    for (let i = 0; i < USAGES.length; i++) if (isIn(given, USAGES[i])) append(out, USAGES[i]);
    return out;
  };
  const checkUsages = (usages, allowed) => {
    for (let i = 0; i < usages.length; i++) {
      if (!isIn(allowed, usages[i])) fail('SyntaxError', `the usage "${usages[i]}" does not fit this key`);
    }
  };
  const only = (usages, allowed) => {
    const out = [];
    for (let i = 0; i < usages.length; i++) if (isIn(allowed, usages[i])) append(out, usages[i]);
    return out;
  };
  const need = (key, usage) => {
    if (!isIn(key.usages, usage)) fail('InvalidAccessError', `the key may not be used for ${usage}`);
  };

  // ---- algorithm parameters -------------------------------------------------------------------------------------------
  const HASHES = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512', 'SHA3-256', 'SHA3-384', 'SHA3-512'];
  const required = (d, name) => {
    const v = d[name];
    if (v === undefined) throw new TypeError(`the algorithm needs ${name}`);
    return v;
  };
  const octets = (d, name) => lib.copyOf(required(d, name), name);
  const optionalOctets = (d, name) => (d[name] === undefined ? undefined : lib.copyOf(d[name], name));
  const hashOf = (d) => normalize('digest', required(d, 'hash')).name;
  const enforce = (convert, d, name) => convert(required(d, name), 'enforce');
  const keyOf = (d, name) => {
    const v = required(d, name);
    if (!lib.isCryptoKey(v)) throw new TypeError(`${name} is not a CryptoKey`);
    return lib.keyState(v);
  };
  // What each set of parameters reads, in the order of names that Web IDL gives.
  const readers = {
    __proto__: null,
    none: () => {},
    hmacImport: (d, o) => { o.hash = hashOf(d); if (d.length !== undefined) o.length = enforce(lib.unsignedLong, d, 'length'); },
    rsaHashedImport: (d, o) => { o.hash = hashOf(d); },
    rsaHashedGen: (d, o) => {
      o.modulusLength = enforce(lib.unsignedLong, d, 'modulusLength');
      const e = required(d, 'publicExponent');
      if (!isObject(e) || p.typedTag(e) !== 'Uint8Array') throw new TypeError('publicExponent is not a Uint8Array');
      o.publicExponent = lib.copyOf(e);
      o.hash = hashOf(d);
    },
    ec: (d, o) => { o.namedCurve = lib.DOMString(required(d, 'namedCurve')); },
    aesLength: (d, o) => { o.length = enforce(lib.unsignedShort, d, 'length'); },
    gcm: (d, o) => {
      o.additionalData = optionalOctets(d, 'additionalData');
      o.iv = octets(d, 'iv');
      if (d.tagLength !== undefined) o.tagLength = enforce(lib.octet, d, 'tagLength');
    },
    cbc: (d, o) => { o.iv = octets(d, 'iv'); },
    ctr: (d, o) => { o.counter = octets(d, 'counter'); o.length = enforce(lib.octet, d, 'length'); },
    oaep: (d, o) => { o.label = optionalOctets(d, 'label'); },
    pss: (d, o) => { o.saltLength = enforce(lib.unsignedLong, d, 'saltLength'); },
    ecdsa: (d, o) => { o.hash = hashOf(d); },
    dh: (d, o) => { o.public = keyOf(d, 'public'); },
    hkdf: (d, o) => { o.hash = hashOf(d); o.info = octets(d, 'info'); o.salt = octets(d, 'salt'); },
    pbkdf2: (d, o) => {
      o.hash = hashOf(d);
      o.iterations = enforce(lib.unsignedLong, d, 'iterations');
      o.salt = octets(d, 'salt');
    },
    ed: (d, o) => { o.context = optionalOctets(d, 'context'); },
  };
  const AES = (params) => ({
    __proto__: null, generateKey: 'aesLength', importKey: 'none', exportKey: 'none', getKeyLength: 'aesLength',
    encrypt: params, decrypt: params,
  });
  const RSA_SIGN = (params) => ({
    __proto__: null, generateKey: 'rsaHashedGen', importKey: 'rsaHashedImport', exportKey: 'none', sign: params, verify: params,
  });
  const DH = () => ({ __proto__: null, generateKey: 'none', importKey: 'none', exportKey: 'none', deriveBits: 'dh' });
  const ED = () => ({ __proto__: null, generateKey: 'none', importKey: 'none', exportKey: 'none', sign: 'none', verify: 'none' });
  const ALGORITHMS = {
    __proto__: null,
    HMAC: {
      __proto__: null, generateKey: 'hmacImport', importKey: 'hmacImport', exportKey: 'none', sign: 'none', verify: 'none',
      getKeyLength: 'hmacImport',
    },
    'AES-GCM': AES('gcm'),
    'AES-CBC': AES('cbc'),
    'AES-CTR': AES('ctr'),
    'AES-KW': {
      __proto__: null, generateKey: 'aesLength', importKey: 'none', exportKey: 'none', getKeyLength: 'aesLength',
      wrapKey: 'none', unwrapKey: 'none',
    },
    'RSASSA-PKCS1-v1_5': RSA_SIGN('none'),
    'RSA-PSS': RSA_SIGN('pss'),
    'RSA-OAEP': {
      __proto__: null, generateKey: 'rsaHashedGen', importKey: 'rsaHashedImport', exportKey: 'none', encrypt: 'oaep',
      decrypt: 'oaep',
    },
    ECDSA: { __proto__: null, generateKey: 'ec', importKey: 'ec', exportKey: 'none', sign: 'ecdsa', verify: 'ecdsa' },
    ECDH: { __proto__: null, generateKey: 'ec', importKey: 'ec', exportKey: 'none', deriveBits: 'dh' },
    Ed25519: ED(),
    Ed448: ED(),
    X25519: DH(),
    X448: DH(),
    HKDF: { __proto__: null, importKey: 'none', deriveBits: 'hkdf', getKeyLength: 'none' },
    PBKDF2: { __proto__: null, importKey: 'none', deriveBits: 'pbkdf2', getKeyLength: 'none' },
  };
  for (let i = 0; i < HASHES.length; i++) ALGORITHMS[HASHES[i]] = { __proto__: null, digest: 'none' };
  const NAMES = p.ownKeys(ALGORITHMS);
  const BY_UPPER = p.bare();
  for (let i = 0; i < NAMES.length; i++) BY_UPPER[p.toUpperCase(NAMES[i])] = NAMES[i];

  /** "Normalize an algorithm": a string or an object with a name, as {name, parameters}. */
  const normalize = (op, algorithm) => {
    const d = isObject(algorithm) ? algorithm : { __proto__: null, name: lib.DOMString(algorithm) };
    const given = d.name;
    if (given === undefined) throw new TypeError('the algorithm has no name');
    const asked = lib.DOMString(given);
    const name = isAscii(asked) ? BY_UPPER[p.toUpperCase(asked)] : undefined;
    const params = name === undefined ? undefined : ALGORITHMS[name][op];
    if (params === undefined) fail('NotSupportedError', `"${asked}" is not supported for ${op}`);
    const o = { __proto__: null, name };
    readers[params](d, o);
    return o;
  };
  const isAscii = (s) => {
    for (let i = 0; i < s.length; i++) if (p.charCodeAt(s, i) > 127) return false;
    return true;
  };

  // ---- calls to the host ----------------------------------------------------------------------------------------------
  // Each call ends in done(result) or failed(name, message), now or later.
  const call = (method, ...args) => {
    const d = lib.deferred();
    append(args, (result) => d.resolve(result));
    append(args, (name, message) => d.reject(domException(message, name)));
    native[method](...argsOf(args));
    return d.promise;
  };
  // An array whose spread does not ask user code.
  const argsOf = (args) => {
    p.defineProperty(args, p.iterator, ITERATOR);
    return args;
  };
  const ITERATOR = {
    __proto__: null,
    value() {
      let i = 0;
      const list = this;
      return { __proto__: null, next: () => (i < list.length ? { done: false, value: list[i++] } : { done: true, value: undefined }) };
    },
  };
  const bytesFor = (u8) => native.bytes(p.typedBuffer(u8), p.typedByteOffset(u8), p.typedLength(u8));
  const maybeBytes = (u8) => (u8 === undefined ? null : bytesFor(u8));
  const toBuffer = (promise) => p.then(promise, (b) => p.typedBuffer(lib.fromHost(b)));

  // ---- families -------------------------------------------------------------------------------------------------------
  const CURVES = ['P-256', 'P-384', 'P-521'];
  const HASH_BLOCK = { __proto__: null, 'SHA-1': 512, 'SHA-256': 512, 'SHA-384': 1024, 'SHA-512': 1024,
    'SHA3-256': 1088, 'SHA3-384': 832, 'SHA3-512': 576 };
  const isAes = (name) => p.startsWith(name, 'AES-');
  const isRsa = (name) => p.startsWith(name, 'RSA');
  const isEc = (name) => name === 'ECDSA' || name === 'ECDH';
  const isOkp = (name) => name === 'Ed25519' || name === 'X25519' || name === 'Ed448' || name === 'X448';
  const isSecret = (name) => name === 'HMAC' || isAes(name) || name === 'HKDF' || name === 'PBKDF2';
  const usagesOf = (name, type) => {
    switch (name) {
      case 'HMAC': return ['sign', 'verify'];
      case 'AES-KW': return ['wrapKey', 'unwrapKey'];
      case 'AES-GCM': case 'AES-CBC': case 'AES-CTR': return ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'];
      case 'HKDF': case 'PBKDF2': return ['deriveKey', 'deriveBits'];
      case 'ECDH': case 'X25519': case 'X448': return type === 'public' ? [] : ['deriveKey', 'deriveBits'];
      case 'RSA-OAEP':
        return type === 'public' ? ['encrypt', 'wrapKey'] : type === 'private' ? ['decrypt', 'unwrapKey']
          : ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'];
      default: return type === 'public' ? ['verify'] : type === 'private' ? ['sign'] : ['sign', 'verify'];
    }
  };
  const checkAesLength = (length) => {
    if (length !== 128 && length !== 192 && length !== 256) fail('OperationError', 'AES keys have 128, 192 or 256 bits');
  };

  // ---- generateKey ----------------------------------------------------------------------------------------------------
  const generateKey = (a, extractable, usages) => {
    const { name } = a;
    checkUsages(usages, usagesOf(name, 'pair'));
    if (isAes(name) || name === 'HMAC') {
      let length;
      let algorithm;
      if (name === 'HMAC') {
        length = a.length === undefined ? HASH_BLOCK[a.hash] : a.length;
        if (length === 0) fail('OperationError', 'the key would have no bits');
        algorithm = { __proto__: null, name, hash: a.hash, length };
      } else {
        checkAesLength(a.length);
        length = a.length;
        algorithm = { __proto__: null, name, length };
      }
      if (usages.length === 0) fail('SyntaxError', 'a secret key needs usages');
      return newKey(native.randomSecret(length), 'secret', extractable, algorithm, usages);
    }
    let algorithm;
    let made;
    if (isRsa(name)) {
      if (!isUsableExponent(a.publicExponent)) fail('OperationError', 'publicExponent is neither 3 nor 65537');
      if (a.modulusLength < 512 || a.modulusLength > 16384 || a.modulusLength % 8 !== 0) {
        fail('OperationError', 'modulusLength is not supported');
      }
      if (only(usages, usagesOf(name, 'private')).length === 0) fail('SyntaxError', 'the private key needs usages');
      algorithm = {
        __proto__: null, name, modulusLength: a.modulusLength, publicExponent: a.publicExponent, hash: a.hash,
      };
      made = call('generateRsa', a.modulusLength, bytesFor(a.publicExponent));
    } else if (isEc(name)) {
      if (!isIn(CURVES, a.namedCurve)) fail('NotSupportedError', `the curve "${a.namedCurve}" is not supported`);
      if (only(usages, usagesOf(name, 'private')).length === 0) fail('SyntaxError', 'the private key needs usages');
      algorithm = { __proto__: null, name, namedCurve: a.namedCurve };
      made = call('generateEc', a.namedCurve);
    } else {
      if (only(usages, usagesOf(name, 'private')).length === 0) fail('SyntaxError', 'the private key needs usages');
      algorithm = { __proto__: null, name };
      made = call('generateOkp', name);
    }
    return p.then(made, (pair) => ({
      publicKey: newKey(pair.publicKey(), 'public', true, algorithm, only(usages, usagesOf(name, 'public'))),
      privateKey: newKey(pair.privateKey(), 'private', extractable, algorithm, only(usages, usagesOf(name, 'private'))),
    }));
  };
  const isUsableExponent = (u8) => {
    let n = 0;
    for (let i = 0; i < p.typedLength(u8); i++) {
      n = n * 256 + u8[i];
      if (n > 0xffffffff) return false;
    }
    return n === 3 || n === 65537;
  };

  // ---- importKey ------------------------------------------------------------------------------------------------------
  const FORMATS = ['raw', 'spki', 'pkcs8', 'jwk', 'raw-secret', 'raw-public', 'raw-private', 'raw-seed'];
  const toJwk = (v) => {
    if (!isObject(v)) throw new TypeError('the JSON Web Key is not an object');
    const jwk = p.bare();
    const strings = ['alg', 'crv', 'd', 'dp', 'dq', 'e', 'ext', 'k', 'key_ops', 'kty', 'n', 'oth', 'p', 'q', 'qi', 'use', 'x', 'y'];
    for (let i = 0; i < strings.length; i++) {
      const name = strings[i];
      const value = v[name];
      if (value === undefined) continue;
      if (name === 'ext') jwk.ext = !!value;
      else if (name === 'key_ops') jwk.key_ops = lib.sequence(value, lib.DOMString, 'key_ops');
      else if (name === 'oth') jwk.oth = lib.sequence(value, (o) => lib.dictionary(o, 'oth'), 'oth');
      else jwk[name] = lib.DOMString(value);
    }
    return jwk;
  };
  const checkJwk = (jwk, kty, use, extractable, usages) => {
    if (jwk.kty !== kty) fail('DataError', `kty is not "${kty}"`);
    if (usages.length > 0 && jwk.use !== undefined && jwk.use !== use) fail('DataError', `use is not "${use}"`);
    if (jwk.key_ops !== undefined) {
      for (let i = 0; i < jwk.key_ops.length; i++) {
        if (p.indexOfItem(jwk.key_ops, jwk.key_ops[i]) !== i) fail('DataError', 'key_ops has an operation twice');
      }
      for (let i = 0; i < usages.length; i++) {
        if (!isIn(jwk.key_ops, usages[i])) fail('DataError', 'key_ops does not allow a usage that was asked for');
      }
    }
    if (jwk.ext === false && extractable) fail('DataError', 'the JSON Web Key is not extractable');
  };
  const unbase64 = (jwk, name) => {
    if (jwk[name] === undefined) fail('DataError', `the JSON Web Key has no ${name}`);
    const bytes = native.unbase64(jwk[name]);
    if (bytes === null) fail('DataError', `${name} is not base64url`);
    return bytes;
  };
  const required_ = (handle, what) => {
    if (handle === null) fail('DataError', `the key data are not a valid ${what} key`);
    return handle;
  };
  const JWK_HASH = { __proto__: null, 'SHA-1': '1', 'SHA-256': '256', 'SHA-384': '384', 'SHA-512': '512' };
  const rsaJwkAlg = (name, hash) => {
    const bits = JWK_HASH[hash];
    if (bits === undefined) return undefined;
    if (name === 'RSA-OAEP') return bits === '1' ? 'RSA-OAEP' : `RSA-OAEP-${bits}`;
    return `${name === 'RSA-PSS' ? 'PS' : 'RS'}${bits}`;
  };
  const importKey = (format, data, a, extractable, usages) => {
    const { name } = a;
    let key;
    if (isSecret(name)) key = importSecret(format, data, a, extractable, usages);
    else if (isRsa(name)) key = importRsa(format, data, a, extractable, usages);
    else if (isEc(name)) key = importEc(format, data, a, extractable, usages);
    else key = importOkp(format, data, a, extractable, usages);
    const k = lib.keyState(key);
    if ((k.type === 'secret' || k.type === 'private') && usages.length === 0) {
      fail('SyntaxError', `a ${k.type} key needs usages`);
    }
    return key;
  };
  const importSecret = (format, data, a, extractable, usages) => {
    const { name } = a;
    const isKdf = name === 'HKDF' || name === 'PBKDF2';
    if (format !== 'raw' && format !== 'raw-secret' && (format !== 'jwk' || isKdf)) {
      fail('NotSupportedError', `${name} keys have no format "${format}"`);
    }
    checkUsages(usages, usagesOf(name, 'secret'));
    if (isKdf && extractable) fail('SyntaxError', `${name} keys cannot be extractable`);
    let bytes;
    if (format === 'jwk') {
      if (data.kty !== 'oct') fail('DataError', 'kty is not "oct"');
      bytes = unbase64(data, 'k');
      const bits = bytes.length() * 8;
      if (name === 'HMAC') {
        const alg = JWK_HASH[a.hash] === undefined ? undefined : `HS${JWK_HASH[a.hash]}`;
        if (data.alg !== undefined && data.alg !== alg) fail('DataError', 'alg does not fit the hash');
      } else {
        if (bits !== 128 && bits !== 192 && bits !== 256) fail('DataError', 'AES keys have 128, 192 or 256 bits');
        if (data.alg !== undefined && data.alg !== `A${bits}${p.slice(name, 4)}`) fail('DataError', 'alg does not fit the key');
      }
      checkJwk(data, 'oct', name === 'HMAC' ? 'sig' : 'enc', extractable, usages);
    } else {
      bytes = bytesFor(data);
    }
    const bits = bytes.length() * 8;
    const algorithm = { __proto__: null, name };
    if (isAes(name)) {
      if (bits !== 128 && bits !== 192 && bits !== 256) fail('DataError', 'AES keys have 128, 192 or 256 bits');
      algorithm.length = bits;
    } else if (name === 'HMAC') {
      if (bits === 0) fail('DataError', 'the key has no bits');
      let length = bits;
      if (a.length !== undefined) {
        if (a.length > bits || a.length <= bits - 8) fail('DataError', 'length does not fit the key data');
        length = a.length;
      }
      algorithm.hash = a.hash;
      algorithm.length = length;
    }
    return newKey(native.secret(bytes), 'secret', extractable, algorithm, usages);
  };
  const importRsa = (format, data, a, extractable, usages) => {
    const { name } = a;
    let handle;
    let type;
    if (format === 'spki') {
      checkUsages(usages, usagesOf(name, 'public'));
      handle = required_(native.importSpki('RSA', null, bytesFor(data)), 'public');
      type = 'public';
    } else if (format === 'pkcs8') {
      checkUsages(usages, usagesOf(name, 'private'));
      handle = required_(native.importPkcs8('RSA', null, bytesFor(data)), 'private');
      type = 'private';
    } else if (format === 'jwk') {
      type = data.d !== undefined ? 'private' : 'public';
      checkUsages(usages, usagesOf(name, type));
      checkJwk(data, 'RSA', name === 'RSA-OAEP' ? 'enc' : 'sig', extractable, usages);
      if (data.alg !== undefined && data.alg !== rsaJwkAlg(name, a.hash)) fail('DataError', 'alg does not fit');
      const n = unbase64(data, 'n');
      const e = unbase64(data, 'e');
      if (type === 'private') {
        if (data.oth !== undefined) fail('NotSupportedError', 'RSA keys with more than two primes are not supported');
        handle = native.importRsaPrivate(n, e, unbase64(data, 'd'), unbase64(data, 'p'), unbase64(data, 'q'),
          unbase64(data, 'dp'), unbase64(data, 'dq'), unbase64(data, 'qi'));
      } else {
        handle = native.importRsaPublic(n, e);
      }
      required_(handle, type);
    } else {
      fail('NotSupportedError', `${name} keys have no format "${format}"`);
    }
    const algorithm = {
      __proto__: null, name, modulusLength: handle.modulusLength(),
      publicExponent: lib.fromHost(handle.publicExponent()), hash: a.hash,
    };
    return newKey(handle, type, extractable, algorithm, usages);
  };
  const importEc = (format, data, a, extractable, usages) => {
    const { name, namedCurve } = a;
    let handle;
    let type = 'public';
    if (format === 'raw' || format === 'raw-public') {
      if (!isIn(CURVES, namedCurve)) fail('NotSupportedError', `the curve "${namedCurve}" is not supported`);
      checkUsages(usages, usagesOf(name, 'public'));
      handle = native.importEcPoint(namedCurve, bytesFor(data));
    } else if (format === 'spki') {
      checkUsages(usages, usagesOf(name, 'public'));
      if (!isIn(CURVES, namedCurve)) fail('NotSupportedError', `the curve "${namedCurve}" is not supported`);
      handle = native.importSpki('EC', namedCurve, bytesFor(data));
    } else if (format === 'pkcs8') {
      checkUsages(usages, usagesOf(name, 'private'));
      if (!isIn(CURVES, namedCurve)) fail('NotSupportedError', `the curve "${namedCurve}" is not supported`);
      type = 'private';
      handle = native.importPkcs8('EC', namedCurve, bytesFor(data));
    } else if (format === 'jwk') {
      type = data.d !== undefined ? 'private' : 'public';
      checkUsages(usages, usagesOf(name, type));
      checkJwk(data, 'EC', name === 'ECDSA' ? 'sig' : 'enc', extractable, usages);
      if (data.crv !== namedCurve) fail('DataError', 'crv is another curve');
      if (!isIn(CURVES, namedCurve)) fail('DataError', `the curve "${namedCurve}" is not supported`);
      if (name === 'ECDSA' && data.alg !== undefined) {
        const curve = data.alg === 'ES256' ? 'P-256' : data.alg === 'ES384' ? 'P-384' : data.alg === 'ES512' ? 'P-521' : '';
        if (curve !== namedCurve) fail('DataError', 'alg does not fit the curve');
      }
      const x = unbase64(data, 'x');
      const y = unbase64(data, 'y');
      handle = native.importEcJwk(namedCurve, x, y, type === 'private' ? unbase64(data, 'd') : null);
    } else {
      fail('NotSupportedError', `${name} keys have no format "${format}"`);
    }
    required_(handle, type);
    return newKey(handle, type, extractable, { __proto__: null, name, namedCurve }, usages);
  };
  const importOkp = (format, data, a, extractable, usages) => {
    const { name } = a;
    const isEd = p.startsWith(name, 'Ed');
    let handle;
    let type = 'public';
    if (format === 'raw' || format === 'raw-public') {
      checkUsages(usages, usagesOf(name, 'public'));
      handle = native.importOkpPublic(name, bytesFor(data));
    } else if (format === 'spki') {
      checkUsages(usages, usagesOf(name, 'public'));
      handle = native.importSpki(name, null, bytesFor(data));
    } else if (format === 'pkcs8') {
      checkUsages(usages, usagesOf(name, 'private'));
      type = 'private';
      handle = native.importPkcs8(name, null, bytesFor(data));
    } else if (format === 'jwk') {
      type = data.d !== undefined ? 'private' : 'public';
      checkUsages(usages, usagesOf(name, type));
      if (data.kty !== 'OKP') fail('DataError', 'kty is not "OKP"');
      if (data.crv !== name) fail('DataError', `crv is not "${name}"`);
      if (isEd && data.alg !== undefined && data.alg !== name && data.alg !== 'EdDSA') {
        fail('DataError', 'alg does not fit');
      }
      checkJwk(data, 'OKP', isEd ? 'sig' : 'enc', extractable, usages);
      const x = unbase64(data, 'x');
      handle = native.importOkpJwk(name, x, type === 'private' ? unbase64(data, 'd') : null);
    } else {
      fail('NotSupportedError', `${name} keys have no format "${format}"`);
    }
    required_(handle, type);
    return newKey(handle, type, extractable, { __proto__: null, name }, usages);
  };

  // ---- exportKey ------------------------------------------------------------------------------------------------------
  /** A Uint8Array, or for "jwk" an object. */
  const exportKey = (format, k) => {
    const { name } = k.algorithm;
    if (format === 'jwk') return exportJwk(k);
    const unsupported = () => fail('NotSupportedError', `${name} keys have no format "${format}"`);
    if (k.type === 'secret') {
      if (format !== 'raw' && format !== 'raw-secret') unsupported();
      return lib.fromHost(k.handle.raw());
    }
    const want = format === 'pkcs8' ? 'private' : 'public';
    const isRaw = format === 'raw' || format === 'raw-public';
    if (format !== 'spki' && format !== 'pkcs8' && !(isRaw && !isRsa(name))) unsupported();
    if (k.type !== want) fail('InvalidAccessError', `a ${k.type} key has no format "${format}"`);
    return lib.fromHost(isRaw ? k.handle.raw() : k.handle.encoded());
  };
  /** The members of a JSON Web Key that say which public key it is, on `jwk`. */
  const putPublicJwk = (jwk, k) => {
    const { algorithm, handle } = k;
    const { name } = algorithm;
    if (isRsa(name)) {
      jwk.kty = 'RSA';
      const alg = rsaJwkAlg(name, algorithm.hash);
      if (alg !== undefined) jwk.alg = alg;
      jwk.n = handle.component('n');
      jwk.e = handle.component('e');
    } else if (isEc(name)) {
      jwk.kty = 'EC';
      jwk.crv = algorithm.namedCurve;
      jwk.x = handle.component('x');
      jwk.y = handle.component('y');
    } else {
      jwk.kty = 'OKP';
      jwk.crv = name;
      if (p.startsWith(name, 'Ed')) jwk.alg = name;
      jwk.x = handle.component('x');
    }
    return jwk;
  };
  const RSA_PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi'];
  const exportJwk = (k) => {
    const { algorithm, handle, type } = k;
    const { name } = algorithm;
    const jwk = {};
    if (type === 'secret') {
      jwk.kty = 'oct';
      jwk.k = handle.component('k');
      if (name === 'HMAC') {
        if (JWK_HASH[algorithm.hash] !== undefined) jwk.alg = `HS${JWK_HASH[algorithm.hash]}`;
      } else {
        jwk.alg = `A${algorithm.length}${p.slice(name, 4)}`;
      }
    } else {
      putPublicJwk(jwk, k);
      const members = type === 'public' ? [] : isRsa(name) ? RSA_PRIVATE : ['d'];
      for (let i = 0; i < members.length; i++) jwk[members[i]] = handle.component(members[i]);
    }
    jwk.key_ops = p.arraySlice(k.usages);
    jwk.ext = k.extractable;
    return jwk;
  };

  // ---- cipher, signature, derivation ------------------------------------------------------------------------------------
  const crypt = (encrypt, a, k, data) => {
    switch (a.name) {
      case 'AES-GCM': {
        const tag = a.tagLength === undefined ? 128 : a.tagLength;
        if (!isIn([32, 64, 96, 104, 112, 120, 128], tag)) fail('OperationError', 'tagLength is not supported');
        if (p.typedLength(a.iv) === 0) fail('OperationError', 'iv is empty');
        return call('aesGcm', encrypt, k.handle, bytesFor(a.iv), maybeBytes(a.additionalData), tag, bytesFor(data));
      }
      case 'AES-CBC':
        if (p.typedLength(a.iv) !== 16) fail('OperationError', 'iv has not 16 bytes');
        return call('aesCbc', encrypt, k.handle, bytesFor(a.iv), bytesFor(data));
      case 'AES-CTR':
        if (p.typedLength(a.counter) !== 16) fail('OperationError', 'counter has not 16 bytes');
        if (a.length === 0 || a.length > 128) fail('OperationError', 'length is not between 1 and 128');
        return call('aesCtr', k.handle, bytesFor(a.counter), a.length, bytesFor(data));
      default:
        if (k.type !== (encrypt ? 'public' : 'private')) fail('InvalidAccessError', `a ${k.type} key cannot do that`);
        return call('rsaOaep', encrypt, k.handle, k.algorithm.hash, maybeBytes(a.label), bytesFor(data));
    }
  };
  const sign = (a, k, data) => {
    if (a.name !== 'HMAC' && k.type !== 'private') fail('InvalidAccessError', 'only a private key can sign');
    switch (a.name) {
      case 'HMAC': return call('hmac', k.handle, k.algorithm.hash, bytesFor(data));
      case 'RSASSA-PKCS1-v1_5': return call('rsaSign', k.handle, k.algorithm.hash, -1, bytesFor(data));
      case 'RSA-PSS': return call('rsaSign', k.handle, k.algorithm.hash, a.saltLength, bytesFor(data));
      case 'ECDSA': return call('ecdsaSign', k.handle, a.hash, bytesFor(data));
      default: return call('edSign', k.handle, bytesFor(data));
    }
  };
  const verify = (a, k, signature, data) => {
    if (a.name !== 'HMAC' && k.type !== 'public') fail('InvalidAccessError', 'only a public key can verify');
    const s = bytesFor(signature);
    switch (a.name) {
      case 'HMAC': return call('hmacVerify', k.handle, k.algorithm.hash, s, bytesFor(data));
      case 'RSASSA-PKCS1-v1_5': return call('rsaVerify', k.handle, k.algorithm.hash, -1, s, bytesFor(data));
      case 'RSA-PSS': return call('rsaVerify', k.handle, k.algorithm.hash, a.saltLength, s, bytesFor(data));
      case 'ECDSA': return call('ecdsaVerify', k.handle, a.hash, s, bytesFor(data));
      default: return call('edVerify', k.handle, s, bytesFor(data));
    }
  };
  /** Promise of a Uint8Array with the derived bits. */
  const deriveBits = (a, k, length) => {
    const { name } = a;
    if (name === 'HKDF' || name === 'PBKDF2') {
      if (length === null || length % 8 !== 0) fail('OperationError', 'length is not a multiple of 8');
      if (name === 'PBKDF2') {
        if (a.iterations === 0) fail('OperationError', 'iterations is 0');
        if (length === 0) return new Uint8Array(0);
        return p.then(call('pbkdf2', k.handle, a.hash, bytesFor(a.salt), a.iterations, length / 8), lib.fromHost);
      }
      if (length === 0) return new Uint8Array(0);
      return p.then(call('hkdf', k.handle, a.hash, bytesFor(a.salt), bytesFor(a.info), length / 8), lib.fromHost);
    }
    if (k.type !== 'private') fail('InvalidAccessError', 'the base key is not a private key');
    const other = a.public;
    if (other.type !== 'public') fail('InvalidAccessError', 'public is not a public key');
    if (other.algorithm.name !== k.algorithm.name) fail('InvalidAccessError', 'the keys are of different algorithms');
    if (other.algorithm.namedCurve !== k.algorithm.namedCurve) fail('InvalidAccessError', 'the keys are on different curves');
    return p.then(call('agree', k.handle, other.handle), (buffer) => {
      const secret = lib.fromHost(buffer);
      if (length === null) return secret;
      const size = p.typedLength(secret);
      if (length > size * 8) fail('OperationError', 'more bits than the secret has');
      const n = p.floor((length + 7) / 8);
      const out = new Uint8Array(n);
      p.typedSet(out, new Uint8Array(p.typedBuffer(secret), 0, n));
      if (length % 8 !== 0) out[n - 1] &= 0xff << (8 - (length % 8));
      return out;
    });
  };
  const keyLength = (a) => {
    if (a.name === 'HKDF' || a.name === 'PBKDF2') return null;
    if (a.name === 'HMAC') {
      if (a.length === undefined) return HASH_BLOCK[a.hash];
      if (a.length === 0) throw new TypeError('the HMAC key would have no bits');
      return a.length;
    }
    checkAesLength(a.length);
    return a.length;
  };

  // ---- SubtleCrypto ---------------------------------------------------------------------------------------------------
  const keyArg = (v, what = 'key') => {
    if (!lib.isCryptoKey(v)) throw new TypeError(`${what} is not a CryptoKey`);
    return lib.keyState(v);
  };
  const sameName = (a, k) => {
    if (a.name !== k.algorithm.name) fail('InvalidAccessError', `the key is for ${k.algorithm.name}, not ${a.name}`);
  };
  const method = (self, given, neededCount, name, run) => {
    try {
      lib.checkSubtle(self);
      if (given < neededCount) lib.missing('SubtleCrypto', name, neededCount, given);
      return lib.resolved(run());
    } catch (e) {
      return lib.rejected(e);
    }
  };
  class SubtleCrypto {
    #brand;
    constructor() { if (arguments[0] !== KEY) throw illegal(); }
    encrypt(algorithm, key, data) {
      return method(this, arguments.length, 3, 'encrypt', () => {
        const k = keyArg(key);
        const bytes = lib.copyOf(data, 'data');
        const a = normalize('encrypt', algorithm);
        sameName(a, k);
        need(k, 'encrypt');
        return toBuffer(crypt(true, a, k, bytes));
      });
    }
    decrypt(algorithm, key, data) {
      return method(this, arguments.length, 3, 'decrypt', () => {
        const k = keyArg(key);
        const bytes = lib.copyOf(data, 'data');
        const a = normalize('decrypt', algorithm);
        sameName(a, k);
        need(k, 'decrypt');
        return toBuffer(crypt(false, a, k, bytes));
      });
    }
    sign(algorithm, key, data) {
      return method(this, arguments.length, 3, 'sign', () => {
        const k = keyArg(key);
        const bytes = lib.copyOf(data, 'data');
        const a = normalize('sign', algorithm);
        sameName(a, k);
        need(k, 'sign');
        return toBuffer(sign(a, k, bytes));
      });
    }
    verify(algorithm, key, signature, data) {
      return method(this, arguments.length, 4, 'verify', () => {
        const k = keyArg(key);
        const s = lib.copyOf(signature, 'signature');
        const bytes = lib.copyOf(data, 'data');
        const a = normalize('verify', algorithm);
        sameName(a, k);
        need(k, 'verify');
        return verify(a, k, s, bytes);
      });
    }
    digest(algorithm, data) {
      return method(this, arguments.length, 2, 'digest', () => {
        const bytes = lib.copyOf(data, 'data');
        const a = normalize('digest', algorithm);
        return toBuffer(call('digest', a.name, bytesFor(bytes)));
      });
    }
    generateKey(algorithm, extractable, keyUsages) {
      return method(this, arguments.length, 3, 'generateKey', () => {
        const usages = toUsages(keyUsages);
        return generateKey(normalize('generateKey', algorithm), !!extractable, usages);
      });
    }
    deriveKey(algorithm, baseKey, derivedKeyType, extractable, keyUsages) {
      return method(this, arguments.length, 5, 'deriveKey', () => {
        const k = keyArg(baseKey, 'baseKey');
        const usages = toUsages(keyUsages);
        const a = normalize('deriveBits', algorithm);
        const importAs = normalize('importKey', derivedKeyType);
        const lengthOf = normalize('getKeyLength', derivedKeyType);
        sameName(a, k);
        need(k, 'deriveKey');
        const secret = deriveBits(a, k, keyLength(lengthOf));
        return p.then(lib.resolved(secret), (bytes) => importKey('raw-secret', bytes, importAs, !!extractable, usages));
      });
    }
    deriveBits(algorithm, baseKey, length = null) {
      return method(this, arguments.length, 2, 'deriveBits', () => {
        const k = keyArg(baseKey, 'baseKey');
        const n = length === null ? null : lib.unsignedLong(length);
        const a = normalize('deriveBits', algorithm);
        sameName(a, k);
        need(k, 'deriveBits');
        return p.then(lib.resolved(deriveBits(a, k, n)), (bytes) => p.typedBuffer(bytes));
      });
    }
    importKey(format, keyData, algorithm, extractable, keyUsages) {
      return method(this, arguments.length, 5, 'importKey', () => {
        const f = lib.oneOf(format, FORMATS, 'format');
        const isBuffer = lib.isBufferSource(keyData);
        const data = isBuffer ? keyData : toJwk(keyData);
        const usages = toUsages(keyUsages);
        const a = normalize('importKey', algorithm);
        if (isBuffer === (f === 'jwk')) throw new TypeError(f === 'jwk' ? 'keyData is not a JSON Web Key' : 'keyData is not a buffer');
        return importKey(f, isBuffer ? lib.copyOf(data) : data, a, !!extractable, usages);
      });
    }
    exportKey(format, key) {
      return method(this, arguments.length, 2, 'exportKey', () => {
        const f = lib.oneOf(format, FORMATS, 'format');
        const k = keyArg(key);
        if (ALGORITHMS[k.algorithm.name].exportKey === undefined) {
          fail('NotSupportedError', `${k.algorithm.name} keys cannot be exported`);
        }
        if (!k.extractable) fail('InvalidAccessError', 'the key is not extractable');
        const result = exportKey(f, k);
        return f === 'jwk' ? result : p.typedBuffer(result);
      });
    }
    getPublicKey(key, keyUsages) {
      return method(this, arguments.length, 2, 'getPublicKey', () => {
        const k = keyArg(key);
        const usages = toUsages(keyUsages);
        const { name, hash, namedCurve } = k.algorithm;
        if (k.type === 'secret') fail('NotSupportedError', `${name} keys have no public key`);
        if (k.type !== 'private') fail('InvalidAccessError', 'the key is not a private key');
        return importKey('jwk', putPublicJwk(p.bare(), k), { __proto__: null, name, hash, namedCurve }, true, usages);
      });
    }
    wrapKey(format, key, wrappingKey, wrapAlgorithm) {
      return method(this, arguments.length, 4, 'wrapKey', () => {
        const f = lib.oneOf(format, FORMATS, 'format');
        const k = keyArg(key);
        const w = keyArg(wrappingKey, 'wrappingKey');
        const a = wrapNormalize('wrapKey', 'encrypt', wrapAlgorithm);
        sameName(a, w);
        need(w, 'wrapKey');
        if (ALGORITHMS[k.algorithm.name].exportKey === undefined) {
          fail('NotSupportedError', `${k.algorithm.name} keys cannot be exported`);
        }
        if (!k.extractable) fail('InvalidAccessError', 'the key is not extractable');
        const exported = exportKey(f, k);
        const bytes = f === 'jwk' ? lib.utf8Encode(p.jsonStringify(exported)) : exported;
        if (a.name === 'AES-KW') return toBuffer(call('aesKw', true, w.handle, bytesFor(bytes)));
        return toBuffer(crypt(true, a, w, bytes));
      });
    }
    unwrapKey(format, wrappedKey, unwrappingKey, unwrapAlgorithm, unwrappedKeyAlgorithm, extractable, keyUsages) {
      return method(this, arguments.length, 7, 'unwrapKey', () => {
        const f = lib.oneOf(format, FORMATS, 'format');
        const wrapped = lib.copyOf(wrappedKey, 'wrappedKey');
        const w = keyArg(unwrappingKey, 'unwrappingKey');
        const usages = toUsages(keyUsages);
        const a = wrapNormalize('unwrapKey', 'decrypt', unwrapAlgorithm);
        const importAs = normalize('importKey', unwrappedKeyAlgorithm);
        sameName(a, w);
        need(w, 'unwrapKey');
        const opened = a.name === 'AES-KW' ? call('aesKw', false, w.handle, bytesFor(wrapped)) : crypt(false, a, w, wrapped);
        return p.then(opened, (buffer) => {
          let data = lib.fromHost(buffer);
          if (f === 'jwk') {
            try {
              data = toJwk(p.jsonParse(lib.utf8Decode(data)));
            } catch {
              fail('DataError', 'the unwrapped bytes are not a JSON Web Key');
            }
          }
          return importKey(f, data, importAs, !!extractable, usages);
        });
      });
    }
    static {
      lib.checkSubtle = (v) => { v.#brand; };
    }
  }
  const wrapNormalize = (op, fallback, algorithm) => {
    try {
      return normalize(op, algorithm);
    } catch (e) {
      if (!lib.isDOMException(e)) throw e;
      return normalize(fallback, algorithm);
    }
  };
  p.defineProperty(SubtleCrypto.prototype.deriveBits, 'length', { __proto__: null, value: 2, configurable: true });
  defineInterface(SubtleCrypto);

  // ---- Crypto ---------------------------------------------------------------------------------------------------------
  const INTEGERS = ['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array',
    'Uint32Array', 'BigInt64Array', 'BigUint64Array'];
  const subtle = new SubtleCrypto(KEY);
  class Crypto {
    #brand;
    constructor() { if (arguments[0] !== KEY) throw illegal(); }
    get subtle() { return (this.#brand, subtle); }
    getRandomValues(array) {
      this.#brand;
      if (arguments.length < 1) lib.missing('Crypto', 'getRandomValues', 1, 0);
      if (!isObject(array) || !p.isView(array)) throw new TypeError('not an ArrayBufferView');
      if (!isIn(INTEGERS, p.typedTag(array))) fail('TypeMismatchError', 'not an array of integers');
      const target = lib.bytesOf(array, 'the array');
      const n = p.typedLength(target);
      if (n > 65536) {
        throw new lib.QuotaExceededError(`${n} bytes are more than 65536`, { __proto__: null, quota: 65536, requested: n });
      }
      if (n > 0) p.typedSet(target, lib.fromHost(host.randomBytes(n)));
      return array;
    }
    randomUUID() { return (this.#brand, host.randomUuid()); }
  }
  defineInterface(Crypto);
  lib.expose('crypto', new Crypto(KEY), true);
}
