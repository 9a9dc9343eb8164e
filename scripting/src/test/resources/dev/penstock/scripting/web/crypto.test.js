const { subtle } = crypto;
const hex = (b) => [...new Uint8Array(b)].map((x) => x.toString(16).padStart(2, '0')).join('');
const unhex = (s) => new Uint8Array((s.match(/../g) ?? []).map((x) => parseInt(x, 16)));
const utf8 = (s) => new TextEncoder().encode(s);
for (const [name, expected] of [
  ['SHA-1', 'a9993e364706816aba3e25717850c26c9cd0d89d'], ['sha-256', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [{ name: 'SHA-384' }, 'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7'],
]) promise_test(async () => assert_equals(hex(await subtle.digest(name, utf8('abc'))), expected), `digest ${JSON.stringify(name)} (FIPS 180-4)`);
promise_test(async () => {
  const key = await subtle.importKey('raw', utf8('Jefe'), { name: 'HMAC', hash: 'SHA-256' }, true, ['sign', 'verify']);
  const mac = await subtle.sign('HMAC', key, utf8('what do ya want for nothing?'));
  assert_equals(hex(mac), '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
  assert_true(await subtle.verify('HMAC', key, mac, utf8('what do ya want for nothing?')));
  assert_false(await subtle.verify('HMAC', key, mac, utf8('else')));
  const jwk = await subtle.exportKey('jwk', key);
  assert_equals(JSON.stringify(jwk), '{"kty":"oct","k":"SmVmZQ","alg":"HS256","key_ops":["sign","verify"],"ext":true}');
  assert_equals(key.algorithm.length, 32);
}, 'HMAC (RFC 4231 case 2)');
promise_test(async () => {
  const key = await subtle.importKey('raw', unhex('feffe9928665731c6d6a8f9467308308'), 'AES-GCM', false, ['encrypt', 'decrypt']);
  const params = { name: 'AES-GCM', iv: unhex('cafebabefacedbaddecaf888'), additionalData: unhex('feedfacedeadbeeffeedfacedeadbeefabaddad2') };
  const plain = unhex('d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39');
  const sealed = await subtle.encrypt(params, key, plain);
  assert_equals(hex(sealed).slice(-32), '5bc94fbc3221a5db94fae95ae7121a47');
  assert_equals(hex(await subtle.decrypt(params, key, sealed)), hex(plain));
  for (const tagLength of [32, 64, 96, 120]) {
    const short = await subtle.encrypt({ ...params, tagLength }, key, plain);
    assert_equals(short.byteLength, plain.length + tagLength / 8);
    assert_equals(hex(await subtle.decrypt({ ...params, tagLength }, key, short)), hex(plain));
    new Uint8Array(short)[0] ^= 1;
    await promise_rejects_dom(null, 'OperationError', subtle.decrypt({ ...params, tagLength }, key, short));
  }
  await promise_rejects_dom(null, 'OperationError', subtle.encrypt({ ...params, tagLength: 33 }, key, plain));
  await promise_rejects_dom(null, 'InvalidAccessError', subtle.exportKey('raw', key));
}, 'AES-GCM (GCM specification, test case 4), all tag lengths');
promise_test(async () => {
  const raw = unhex('2b7e151628aed2a6abf7158809cf4f3c');
  const plain = unhex('6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51');
  const cbc = await subtle.importKey('raw', raw, 'AES-CBC', true, ['encrypt', 'decrypt']);
  const iv = unhex('000102030405060708090a0b0c0d0e0f');
  const sealed = await subtle.encrypt({ name: 'AES-CBC', iv }, cbc, plain);
  assert_equals(hex(sealed).slice(0, 64), '7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2');
  assert_equals(hex(await subtle.decrypt({ name: 'AES-CBC', iv }, cbc, sealed)), hex(plain));
  const ctr = await subtle.importKey('raw', raw, 'AES-CTR', true, ['encrypt', 'decrypt']);
  const counter = unhex('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff');
  assert_equals(hex(await subtle.encrypt({ name: 'AES-CTR', counter, length: 128 }, ctr, plain)),
    '874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff');
  const wrapped = await subtle.encrypt({ name: 'AES-CTR', counter, length: 1 }, ctr, plain);
  const again = unhex('f0f1f2f3f4f5f6f7f8f9fafbfcfdfefe');
  assert_equals(hex(wrapped).slice(32), hex(await subtle.encrypt({ name: 'AES-CTR', counter: again, length: 128 }, ctr, plain.slice(16))));
  await promise_rejects_dom(null, 'OperationError', subtle.encrypt({ name: 'AES-CTR', counter, length: 1 }, ctr, new Uint8Array(33)));
  await promise_rejects_dom(null, 'OperationError', subtle.encrypt({ name: 'AES-CBC', iv: raw.slice(1) }, cbc, plain));
}, 'AES-CBC, AES-CTR (SP 800-38A F.2.1, F.5.1), and a counter that wraps');
promise_test(async () => {
  const kek = await subtle.importKey('raw', unhex('000102030405060708090a0b0c0d0e0f'), 'AES-KW', true, ['wrapKey', 'unwrapKey']);
  const key = await subtle.importKey('raw', unhex('00112233445566778899aabbccddeeff'), 'AES-GCM', true, ['encrypt']);
  const wrapped = await subtle.wrapKey('raw', key, kek, 'AES-KW');
  assert_equals(hex(wrapped), '1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5');
  const back = await subtle.unwrapKey('raw', wrapped, kek, 'AES-KW', 'AES-GCM', true, ['encrypt']);
  assert_equals(hex(await subtle.exportKey('raw', back)), '00112233445566778899aabbccddeeff');
  new Uint8Array(wrapped)[0] ^= 1;
  await promise_rejects_dom(null, 'OperationError', subtle.unwrapKey('raw', wrapped, kek, 'AES-KW', 'AES-GCM', true, ['encrypt']));
}, 'AES-KW (RFC 3394 §4.1)');
promise_test(async () => {
  const secret = await subtle.importKey('raw', unhex('0b'.repeat(22)), 'HKDF', false, ['deriveBits', 'deriveKey']);
  const params = { name: 'HKDF', hash: 'SHA-256', salt: unhex('000102030405060708090a0b0c'), info: unhex('f0f1f2f3f4f5f6f7f8f9') };
  assert_equals(hex(await subtle.deriveBits(params, secret, 336)),
    '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865');
  const aes = await subtle.deriveKey(params, secret, { name: 'AES-GCM', length: 128 }, true, ['encrypt']);
  assert_equals(hex(await subtle.exportKey('raw', aes)), '3cb25f25faacd57a90434f64d0362f2a');
  await promise_rejects_dom(null, 'OperationError', subtle.deriveBits(params, secret, 7));
  await promise_rejects_dom(null, 'OperationError', subtle.deriveBits(params, secret, null));
  const password = await subtle.importKey('raw', utf8('password'), 'PBKDF2', false, ['deriveBits']);
  assert_equals(hex(await subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-1', salt: utf8('salt'), iterations: 4096 }, password, 160)),
    '4b007901b765489abead49d926f721d065a429c1');
  await promise_rejects_dom(null, 'OperationError',
    subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-1', salt: utf8('salt'), iterations: 0 }, password, 160));
}, 'HKDF (RFC 5869 A.1), PBKDF2 (RFC 6070)');
promise_test(async () => {
  const d = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
  const pkcs8 = unhex(`302e020100300506032b657004220420${d}`);
  const key = await subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign']);
  const signature = await subtle.sign('Ed25519', key, new Uint8Array(0));
  assert_equals(hex(signature), 'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b');
  const { x } = await subtle.exportKey('jwk', key);
  const open = await subtle.importKey('jwk', { kty: 'OKP', crv: 'Ed25519', x }, 'Ed25519', true, ['verify']);
  assert_equals(hex(await subtle.exportKey('raw', open)), 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
  assert_true(await subtle.verify('Ed25519', open, signature, new Uint8Array(0)));
  assert_equals(hex(await subtle.exportKey('pkcs8', key)), hex(pkcs8));
}, 'Ed25519 (RFC 8032 §7.1 test 1)');
promise_test(async () => {
  const a = await subtle.importKey('pkcs8', unhex('302e020100300506032b656e04220420a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4'), 'X25519', false, ['deriveBits']);
  const b = await subtle.importKey('raw', unhex('e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c'), 'X25519', true, []);
  assert_equals(hex(await subtle.deriveBits({ name: 'X25519', public: b }, a, 256)), 'c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552');
  await promise_rejects_dom(null, 'OperationError', subtle.deriveBits({ name: 'X25519', public: b }, a, 264));
  const zero = await subtle.importKey('raw', new Uint8Array(32), 'X25519', true, []);
  await promise_rejects_dom(null, 'OperationError', subtle.deriveBits({ name: 'X25519', public: zero }, a, 256));
}, 'X25519 (RFC 7748 §5.2)');
for (const namedCurve of ['P-256', 'P-384', 'P-521']) promise_test(async () => {
  const pair = await subtle.generateKey({ name: 'ECDSA', namedCurve }, true, ['sign', 'verify']);
  const signature = await subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, utf8('x'));
  for (const [format, which, usages] of [['jwk', 'publicKey', ['verify']], ['spki', 'publicKey', ['verify']], ['raw', 'publicKey', ['verify']],
    ['jwk', 'privateKey', ['sign']], ['pkcs8', 'privateKey', ['sign']]]) {
    const data = await subtle.exportKey(format, pair[which]);
    const again = await subtle.importKey(format, data, { name: 'ECDSA', namedCurve }, true, usages);
    const back = await subtle.exportKey(format, again);
    assert_equals(format === 'jwk' ? JSON.stringify(back) : hex(back), format === 'jwk' ? JSON.stringify(data) : hex(data), format);
    if (usages[0] === 'verify') assert_true(await subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, again, signature, utf8('x')));
  }
  const raw = new Uint8Array(await subtle.exportKey('raw', pair.publicKey));
  const half = (raw.length - 1) / 2;
  const compressed = new Uint8Array([2 + (raw.at(-1) & 1), ...raw.slice(1, 1 + half)]);
  const point = await subtle.importKey('raw', compressed, { name: 'ECDSA', namedCurve }, true, ['verify']);
  assert_equals(hex(await subtle.exportKey('raw', point)), hex(raw));
  raw[5] ^= 1;
  await promise_rejects_dom(null, 'DataError', subtle.importKey('raw', raw, { name: 'ECDSA', namedCurve }, true, ['verify']));
  const a = await subtle.generateKey({ name: 'ECDH', namedCurve }, false, ['deriveBits']);
  const b = await subtle.generateKey({ name: 'ECDH', namedCurve }, false, ['deriveBits']);
  assert_equals(hex(await subtle.deriveBits({ name: 'ECDH', public: a.publicKey }, b.privateKey, null)),
    hex(await subtle.deriveBits({ name: 'ECDH', public: b.publicKey }, a.privateKey, null)));
  assert_equals((await subtle.deriveBits({ name: 'ECDH', public: b.publicKey }, a.privateKey, 9)).byteLength, 2);
}, `ECDSA and ECDH on ${namedCurve}, all formats`);
for (const name of ['RSASSA-PKCS1-v1_5', 'RSA-PSS', 'RSA-OAEP']) promise_test(async () => {
  const params = { name, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' };
  const isOaep = name === 'RSA-OAEP';
  const pair = await subtle.generateKey(params, true, isOaep ? ['encrypt', 'decrypt'] : ['sign', 'verify']);
  const jwk = await subtle.exportKey('jwk', pair.privateKey);
  assert_equals(jwk.alg, { 'RSASSA-PKCS1-v1_5': 'RS256', 'RSA-PSS': 'PS256', 'RSA-OAEP': 'RSA-OAEP-256' }[name]);
  const priv = await subtle.importKey('jwk', jwk, params, true, [isOaep ? 'decrypt' : 'sign']);
  assert_equals(hex(await subtle.exportKey('pkcs8', priv)), hex(await subtle.exportKey('pkcs8', pair.privateKey)));
  const pub = await subtle.importKey('spki', await subtle.exportKey('spki', pair.publicKey), params, true, [isOaep ? 'encrypt' : 'verify']);
  assert_equals(pub.algorithm.modulusLength, 2048);
  if (isOaep) {
    const a = { name, label: utf8('label') };
    const sealed = await subtle.encrypt(a, pub, utf8('hi'));
    assert_equals(hex(await subtle.decrypt(a, priv, sealed)), hex(utf8('hi')));
    await promise_rejects_dom(null, 'OperationError', subtle.decrypt({ name }, priv, sealed));
  } else {
    const a = { name, saltLength: 20 };
    const signature = await subtle.sign(a, priv, utf8('hi'));
    assert_true(await subtle.verify(a, pub, signature, utf8('hi')));
    assert_false(await subtle.verify(a, pub, signature, utf8('ho')));
    assert_false(await subtle.verify(a, pub, new Uint8Array(3), utf8('ho')));
  }
}, name);
promise_test(async () => {
  const rejects = (name, promise, m) => promise_rejects_dom(null, name, promise, m);
  const ec = (curve) => ({ name: 'ECDSA', namedCurve: curve });
  await rejects('NotSupportedError', subtle.generateKey('nonsense', true, ['sign']));
  await rejects('NotSupportedError', subtle.digest('MD5', utf8('')));
  await rejects('NotSupportedError', subtle.generateKey(ec('P-1'), true, ['sign']));
  await rejects('SyntaxError', subtle.generateKey(ec('P-256'), true, ['encrypt']));
  await rejects('SyntaxError', subtle.generateKey(ec('P-256'), true, []));
  await rejects('SyntaxError', subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, []));
  await rejects('OperationError', subtle.generateKey({ name: 'AES-GCM', length: 100 }, true, ['encrypt']));
  await rejects('OperationError', subtle.generateKey({ name: 'HMAC', hash: 'SHA-1', length: 0 }, true, ['sign']));
  await promise_rejects_js(null, TypeError, subtle.generateKey({ name: 'AES-GCM' }, true, ['encrypt']));
  await promise_rejects_js(null, TypeError, subtle.generateKey('AES-GCM', true, ['nonsense']));
  await rejects('DataError', subtle.importKey('raw', new Uint8Array(5), 'AES-CBC', true, ['encrypt']));
  await rejects('DataError', subtle.importKey('spki', new Uint8Array(5), 'Ed25519', true, ['verify']));
  await promise_rejects_js(null, TypeError, subtle.importKey('raw', {}, 'AES-CBC', true, ['encrypt']));
  await promise_rejects_js(null, TypeError, subtle.importKey('jwk', new Uint8Array(1), 'AES-CBC', true, ['encrypt']));
  const key = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['decrypt']);
  await rejects('InvalidAccessError', subtle.encrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, key, utf8('')));
  await rejects('InvalidAccessError', subtle.encrypt({ name: 'AES-CBC', iv: new Uint8Array(16) }, key, utf8('')));
  await promise_rejects_js(null, TypeError, subtle.encrypt('AES-GCM', {}, utf8('')));
  await promise_rejects_js(null, TypeError, SubtleCrypto.prototype.digest.call({}, 'SHA-1', utf8('')));
  assert_throws_js(TypeError, () => new CryptoKey());
  assert_equals(structuredClone(key).algorithm.length, 256);
  assert_class_string(key, 'CryptoKey');
}, 'errors have their names');
test(() => {
  const a = new Uint32Array(4);
  assert_equals(crypto.getRandomValues(a), a);
  assert_true(a.some((x) => x !== 0));
  assert_throws_dom('TypeMismatchError', () => crypto.getRandomValues(new Float32Array(1)));
  assert_throws_dom('TypeMismatchError', () => crypto.getRandomValues(new DataView(new ArrayBuffer(1))));
  try {
    crypto.getRandomValues(new Uint8Array(65537));
    assert_unreached();
  } catch (e) {
    assert_equals(e.name, 'QuotaExceededError');
  }
  assert_true(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()));
}, 'getRandomValues, randomUUID');
promise_test(async () => {
  const spki = async (key) => hex(await subtle.exportKey('spki', key));
  for (const [algorithm, privateUsages, publicUsages] of [
    [{ name: 'ECDSA', namedCurve: 'P-384' }, ['sign'], ['verify']],
    [{ name: 'X25519' }, ['deriveBits'], []],
    [{ name: 'Ed25519' }, ['sign'], ['verify']],
    [{ name: 'RSA-OAEP', modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }, ['decrypt'], ['encrypt']],
  ]) {
    const pair = await subtle.generateKey(algorithm, false, privateUsages);
    const open = await subtle.getPublicKey(pair.privateKey, publicUsages);
    assert_equals(open.type, 'public');
    assert_true(open.extractable);
    assert_array_equals(open.usages, publicUsages);
    assert_equals(JSON.stringify(open.algorithm), JSON.stringify(pair.publicKey.algorithm));
    assert_equals(await spki(open), await spki(pair.publicKey));
    await promise_rejects_dom(null, 'InvalidAccessError', subtle.getPublicKey(open, publicUsages));
    await promise_rejects_dom(null, 'SyntaxError', subtle.getPublicKey(pair.privateKey, privateUsages));
  }
  const secret = await subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, ['encrypt']);
  await promise_rejects_dom(null, 'NotSupportedError', subtle.getPublicKey(secret, []));
}, 'getPublicKey');
