// The shape that Web IDL asks of each interface: what an idlharness test looks at, for every name in the list below.
//
// One line each: NAME(arguments the constructor needs, - when it throws) : PARENT | members | iteration.
// `member` is a read-only attribute, `=member` one that can be set, `member/2` an operation needing two arguments,
// `~` behind either: it gives a promise, so that what is wrong rejects instead of throwing.
const interfaces = `
AbortController(0) | signal, abort/0
AbortSignal(-) : EventTarget | static abort/0, static any/1, static timeout/1, aborted, reason, throwIfAborted/0, =onabort
Event(1) | type, target, srcElement, currentTarget, composedPath/0, const NONE=0, const CAPTURING_PHASE=1, const AT_TARGET=2, const BUBBLING_PHASE=3, eventPhase, stopPropagation/0, =cancelBubble, stopImmediatePropagation/0, bubbles, cancelable, =returnValue, preventDefault/0, defaultPrevented, composed, timeStamp, initEvent/1
EventTarget(0) | addEventListener/2, removeEventListener/2, dispatchEvent/1
CustomEvent(1) : Event | detail, initCustomEvent/1
ErrorEvent(1) : Event | message, filename, lineno, colno, error
MessageChannel(0) | port1, port2
MessageEvent(1) : Event | data, origin, lastEventId, source, ports, initMessageEvent/1
MessagePort(-) : EventTarget | postMessage/1, start/0, close/0, =onclose, =onmessage, =onmessageerror
PromiseRejectionEvent(2) : Event | promise, reason
DOMException(0) : Error | name, message, code, const INDEX_SIZE_ERR=1, const DOMSTRING_SIZE_ERR=2, const HIERARCHY_REQUEST_ERR=3, const WRONG_DOCUMENT_ERR=4, const INVALID_CHARACTER_ERR=5, const NO_DATA_ALLOWED_ERR=6, const NO_MODIFICATION_ALLOWED_ERR=7, const NOT_FOUND_ERR=8, const NOT_SUPPORTED_ERR=9, const INUSE_ATTRIBUTE_ERR=10, const INVALID_STATE_ERR=11, const SYNTAX_ERR=12, const INVALID_MODIFICATION_ERR=13, const NAMESPACE_ERR=14, const INVALID_ACCESS_ERR=15, const VALIDATION_ERR=16, const TYPE_MISMATCH_ERR=17, const SECURITY_ERR=18, const NETWORK_ERR=19, const ABORT_ERR=20, const URL_MISMATCH_ERR=21, const QUOTA_EXCEEDED_ERR=22, const TIMEOUT_ERR=23, const INVALID_NODE_TYPE_ERR=24, const DATA_CLONE_ERR=25
QuotaExceededError(0) : DOMException | quota, requested
Headers(0) | append/2, delete/1, get/1, getSetCookie/0, has/1, set/2 | pairs
Request(1) | method, url, headers, destination, referrer, referrerPolicy, mode, credentials, cache, redirect, integrity, keepalive, isReloadNavigation, isHistoryNavigation, signal, duplex, clone/0, body, bodyUsed, arrayBuffer/0~, blob/0~, bytes/0~, formData/0~, json/0~, text/0~, textStream/0
Response(0) | static error/0, static redirect/1, static json/1, type, url, redirected, status, ok, statusText, headers, clone/0, body, bodyUsed, arrayBuffer/0~, blob/0~, bytes/0~, formData/0~, json/0~, text/0~, textStream/0
FormData(0) | append/2, delete/1, get/1, getAll/1, has/1, set/2 | pairs
Blob(0) | size, type, slice/0, stream/0, text/0~, arrayBuffer/0~, textStream/0, bytes/0~
File(2) : Blob | name, lastModified
CompressionStream(1) | readable, writable
DecompressionStream(1) | readable, writable
ByteLengthQueuingStrategy(1) | highWaterMark, size
CountQueuingStrategy(1) | highWaterMark, size
ReadableByteStreamController(-) | byobRequest, desiredSize, close/0, enqueue/1, error/0
ReadableStream(0) | static from/1, locked, cancel/0~, getReader/0, pipeThrough/1, pipeTo/1~, tee/0 | async
ReadableStreamBYOBReader(1) | read/1~, releaseLock/0, closed~, cancel/0~
ReadableStreamBYOBRequest(-) | view, respond/1, respondWithNewView/1
ReadableStreamDefaultController(-) | desiredSize, close/0, enqueue/0, error/0
ReadableStreamDefaultReader(1) | read/0~, releaseLock/0, closed~, cancel/0~
TransformStream(0) | readable, writable
TransformStreamDefaultController(-) | desiredSize, enqueue/0, error/0, terminate/0
WritableStream(0) | locked, abort/0~, close/0~, getWriter/0
WritableStreamDefaultController(-) | signal, error/0
WritableStreamDefaultWriter(1) | closed~, desiredSize, ready~, abort/0~, close/0~, releaseLock/0, write/0~
TextDecoder(0) | decode/0, encoding, fatal, ignoreBOM
TextDecoderStream(0) | encoding, fatal, ignoreBOM, readable, writable
TextEncoder(0) | encode/0, encodeInto/2, encoding
TextEncoderStream(0) | encoding, readable, writable
URL(1) | static createObjectURL/1, static revokeObjectURL/1, static parse/1, static canParse/1, =href, toString/0, origin, =protocol, =username, =password, =host, =hostname, =port, =pathname, =search, searchParams, =hash, toJSON/0
URLSearchParams(0) | size, append/2, delete/1, get/1, getAll/1, has/1, set/2, sort/0, toString/0 | pairs
URLPattern(0) | test/0, exec/0, protocol, username, password, hostname, port, pathname, search, hash, hasRegExpGroups
Crypto(-) | subtle, getRandomValues/1, randomUUID/0
CryptoKey(-) | type, extractable, algorithm, usages
SubtleCrypto(-) | encrypt/3~, decrypt/3~, sign/3~, verify/4~, digest/2~, generateKey/3~, deriveKey/5~, deriveBits/2~, importKey/5~, exportKey/2~, getPublicKey/2~, wrapKey/4~, unwrapKey/7~
Performance(-) : EventTarget | now/0, timeOrigin, toJSON/0, mark/1, measure/1, clearMarks/0, clearMeasures/0, getEntries/0, getEntriesByType/1, getEntriesByName/1
PerformanceEntry(-) | id, name, entryType, startTime, duration, navigationId, toJSON/0
PerformanceMark(1) : PerformanceEntry | detail
PerformanceMeasure(-) : PerformanceEntry | detail
PerformanceObserver(1) | static supportedEntryTypes, observe/0, disconnect/0, takeRecords/0
PerformanceObserverEntryList(-) | getEntries/0, getEntriesByType/1, getEntriesByName/1
`;

const nothing = Promise.resolve();
const flags = (d) => (d === undefined ? 'absent'
  : `${'value' in d ? (d.writable ? 'w' : '') : 'accessor '}${d.enumerable ? 'e' : ''}${d.configurable ? 'c' : ''}`);
const own = (o, key) => Object.getOwnPropertyDescriptor(o, key);

/** Calls `f` as `how` says; a TypeError has to come, thrown or as a rejection. */
const refuses = async (f, promised, what) => {
  let got;
  try {
    got = f();
  } catch (e) {
    assert_false(promised, `${what}: threw ${e} instead of rejecting`);
    assert_equals(e?.constructor, TypeError, `${what}: ${e}`);
    return;
  }
  assert_true(promised, `${what}: did not throw`);
  assert_true(got instanceof Promise, `${what}: a promise`);
  await got.then(() => assert_unreached(`${what}: fulfilled`), (e) => assert_equals(e?.constructor, TypeError, `${what}: ${e}`));
};

const method = async (holder, key, length, promised, isStatic) => {
  const d = own(holder, key);
  assert_equals(flags(d), 'wec', `${key}: flags`);
  const f = d.value;
  assert_equals(typeof f, 'function', key);
  assert_equals(f.name, key, `${key}: name`);
  assert_equals(f.length, length, `${key}: length`);
  assert_false('prototype' in f, `${key}: is no constructor`);
  assert_throws_js(TypeError, () => new f(), `new ${key}`);
  return f;
};

for (const line of interfaces.trim().split('\n')) {
  const [head, members = '', iteration = ''] = line.split(' | ');
  const [, name, args, parent] = /^(\w+)\((.)\)(?: : (\w+))?$/.exec(head);
  const list = members.split(', ').filter((m) => m !== '');
  const C = globalThis[name];
  const it = (what, f) => promise_test(async () => {
    assert_equals(typeof C, 'function', `${name} is there`);
    await f();
  }, `${name}: ${what}`);
  const anEventTarget = name === 'EventTarget';

  it('is an interface object', async () => {
    assert_equals(flags(own(globalThis, name)), 'wc', 'flags of the global');
    assert_equals(Object.getPrototypeOf(C), parent === undefined || parent === 'Error' ? Function.prototype : globalThis[parent]);
    assert_equals(C.name, name);
    assert_equals(flags(own(C, 'name')), 'c', 'name');
    assert_equals(C.length, args === '-' ? 0 : Number(args), 'length');
    assert_equals(flags(own(C, 'length')), 'c', 'length');
    assert_equals(flags(own(C, 'prototype')), '', 'prototype');
    await refuses(() => C(), false, 'a call without new');
    await refuses(() => C.call({}, 1, 2, 3), false, 'a call without new on an object');
    if (args === '-') await refuses(() => new C(), false, 'new');
    for (let n = 0; n < Number(args); n++) {
      await refuses(() => Reflect.construct(C, Array(n).fill('x')), false, `new with ${n} arguments`);
    }
  });

  it('has a prototype object', async () => {
    const proto = C.prototype;
    assert_equals(Object.getPrototypeOf(proto), parent === undefined ? Object.prototype : globalThis[parent].prototype);
    assert_equals(flags(own(proto, 'constructor')), 'wc', 'constructor');
    assert_equals(proto.constructor, C);
    assert_equals(flags(own(proto, Symbol.toStringTag)), 'c', 'toStringTag');
    assert_equals(proto[Symbol.toStringTag], name);
    assert_equals(Object.prototype.toString.call(proto), `[object ${name}]`);
  });

  it('has these members and no others', async () => {
    const expected = new Set(['constructor', Symbol.toStringTag]);
    const statics = new Set(['length', 'name', 'prototype']);
    for (const m of list) {
      const key = m.replace(/^(static|const) |^=/, '').replace(/[/~=].*$/, '');
      if (m.startsWith('static ')) statics.add(key);
      else expected.add(key);
      if (m.startsWith('const ')) statics.add(key);
    }
    if (iteration === 'pairs') for (const k of ['entries', 'keys', 'values', 'forEach', Symbol.iterator]) expected.add(k);
    if (iteration === 'async') for (const k of ['values', Symbol.asyncIterator]) expected.add(k);
    const names = (set) => [...set].map(String).sort().join(' ');
    assert_equals(names(Reflect.ownKeys(C.prototype)), names(expected), 'of the prototype');
    assert_equals(names(Reflect.ownKeys(C)), names(statics), 'of the interface object');
  });

  for (const m of list) {
    it(m, async () => {
      const proto = C.prototype;
      let match = /^const (\w+)=(\d+)$/.exec(m);
      if (match !== null) {
        for (const holder of [C, proto]) {
          assert_equals(flags(own(holder, match[1])), 'e', 'flags');
          assert_equals(holder[match[1]], Number(match[2]));
        }
        return;
      }
      match = /^(static )?(\w+)\/(\d)(~?)$/.exec(m);
      if (match !== null) {
        const [, isStatic, key, length, promise] = match;
        const f = await method(isStatic ? C : proto, key, Number(length), promise !== '');
        if (isStatic) {
          for (let n = 0; n < Number(length); n++) await refuses(() => f.apply(C, Array(n).fill('x')), promise !== '', `${n} arguments`);
          return;
        }
        if (!anEventTarget) await refuses(() => f.apply(undefined, Array(8).fill('x')), promise !== '', 'on undefined');
        await refuses(() => f.apply({}, Array(8).fill('x')), promise !== '', 'on an object');
        await refuses(() => f.apply(proto, Array(8).fill('x')), promise !== '', 'on the prototype');
        return;
      }
      const [, isStatic, settable, key, promise] = /^(static )?(=?)(\w+)(~?)$/.exec(m);
      const d = own(isStatic ? C : proto, key);
      assert_equals(flags(d), 'accessor ec', 'flags');
      assert_equals(d.get.name, `get ${key}`);
      assert_equals(d.get.length, 0);
      if (isStatic) return;
      await refuses(() => d.get.call(undefined), promise !== '', 'get on undefined');
      await refuses(() => d.get.call({}), promise !== '', 'get on an object');
      await refuses(() => d.get.call(proto), promise !== '', 'get on the prototype');
      if (settable === '') {
        assert_equals(d.set, undefined, 'no setter');
        return;
      }
      assert_equals(d.set.name, `set ${key}`);
      assert_equals(d.set.length, 1);
      await refuses(() => d.set.call(undefined, 'x'), false, 'set on undefined');
      await refuses(() => d.set.call({}, 'x'), false, 'set on an object');
    });
  }

  if (iteration === 'pairs') {
    it('iterates over pairs', async () => {
      const proto = C.prototype;
      for (const key of ['entries', 'keys', 'values']) {
        const f = await method(proto, key, 0, false);
        await refuses(() => f.call({}), false, `${key} on an object`);
      }
      const each = await method(proto, 'forEach', 1, false);
      const target = new C();
      await refuses(() => each.call({}, () => {}), false, 'forEach on an object');
      await refuses(() => each.call(target), false, 'forEach without a callback');
      await refuses(() => each.call(target, {}), false, 'forEach with an object');
      assert_equals(proto[Symbol.iterator], proto.entries);
      assert_equals(flags(own(proto, Symbol.iterator)), 'wc');
      const iterator = Object.getPrototypeOf(target.keys());
      assert_equals(Object.getPrototypeOf(iterator), Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())));
      assert_equals(iterator[Symbol.toStringTag], `${name} Iterator`);
      assert_equals(flags(own(iterator, Symbol.toStringTag)), 'c');
      assert_equals(flags(own(iterator, 'next')), 'wec');
      await refuses(() => iterator.next.call({}), false, 'next on an object');
      assert_equals(Reflect.ownKeys(iterator).length, 2);
      target.append('a', '1');
      const step = target.entries().next();
      assert_equals(JSON.stringify(step), '{"value":["a","1"],"done":false}');
    });
  }
  if (iteration === 'async') {
    it('iterates asynchronously', async () => {
      const f = await method(C.prototype, 'values', 0, false);
      assert_equals(C.prototype[Symbol.asyncIterator], f);
      assert_equals(flags(own(C.prototype, Symbol.asyncIterator)), 'wc');
      await refuses(() => f.call({}), false, 'values on an object');
      const iterator = Object.getPrototypeOf(new C().values());
      assert_equals(flags(own(iterator, 'next')), 'wec');
      assert_equals(iterator.next.length, 0);
      assert_equals(flags(own(iterator, 'return')), 'wec');
      assert_equals(iterator.return.length, 1);
      await refuses(() => iterator.next.call({}), true, 'next on an object');
      await refuses(() => iterator.return.call({}), true, 'return on an object');
    });
  }
}

// ---- the global -----------------------------------------------------------------------------------------------------
const functions = { atob: 1, btoa: 1, clearInterval: 0, clearTimeout: 0, fetch: 1, queueMicrotask: 1, reportError: 1,
  setInterval: 1, setTimeout: 1, structuredClone: 1 };
for (const [name, length] of Object.entries(functions)) {
  promise_test(async () => {
    const f = await method(globalThis, name, length, name === 'fetch');
    for (let n = 0; n < length; n++) await refuses(() => f.apply(undefined, Array(n).fill('x')), name === 'fetch', `${n} arguments`);
  }, `global function ${name}`);
}
for (const name of ['crypto', 'navigator', 'performance', 'self']) {
  test(() => {
    globalThis[name]; // a name of ours is an accessor until its first use, as the standard has it for ever
    const d = own(globalThis, name);
    assert_true(d.enumerable, 'enumerable');
    assert_true(d.configurable, 'configurable');
  }, `global attribute ${name}`);
}
test(() => {
  assert_equals(self, globalThis);
  assert_class_string(crypto, 'Crypto');
  assert_class_string(crypto.subtle, 'SubtleCrypto');
  assert_class_string(performance, 'Performance');
  assert_equals(crypto.subtle, crypto.subtle);
  assert_throws_js(TypeError, () => Object.getOwnPropertyDescriptor(Crypto.prototype, 'subtle').get.call({}));
}, 'objects of the global');
test(() => {
  const d = own(new Event('x'), 'isTrusted');
  assert_equals(flags(d), 'accessor e');
  assert_equals(d.get.name, 'get isTrusted');
  assert_equals(d.set, undefined);
  assert_equals(own(new Event('y'), 'isTrusted').get, d.get);
  assert_throws_js(TypeError, () => d.get.call({}));
}, 'isTrusted cannot be forged');
test(() => {
  assert_class_string(console, 'console');
  assert_equals(flags(own(globalThis, 'console')), 'wc');
  assert_equals(Object.getPrototypeOf(Object.getPrototypeOf(console)), Object.prototype);
  assert_equals(Reflect.ownKeys(Object.getPrototypeOf(console)).length, 0);
  for (const name of ['assert', 'clear', 'debug', 'error', 'info', 'log', 'table', 'trace', 'warn', 'dir', 'dirxml', 'count',
    'countReset', 'group', 'groupCollapsed', 'groupEnd', 'time', 'timeLog', 'timeEnd']) {
    const d = own(console, name);
    assert_equals(flags(d), 'wec', name);
    assert_equals(d.value.name, name);
    assert_equals(d.value.length, 0, name);
    assert_false('prototype' in d.value, name);
  }
}, 'the namespace console');
