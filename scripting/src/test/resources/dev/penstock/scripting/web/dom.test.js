test(() => {
  const e = new DOMException('m', 'NotFoundError');
  assert_equals(e.code, 8);
  assert_equals(e.message, 'm');
  assert_true(e instanceof Error);
  assert_class_string(e, 'DOMException');
  assert_equals(`${e}`, 'NotFoundError: m');
  assert_equals(DOMException.TIMEOUT_ERR, 23);
  assert_equals(DOMException.prototype.ABORT_ERR, 20);
  assert_equals(new DOMException().name, 'Error');
  assert_throws_js(TypeError, () => DOMException());
  assert_throws_js(TypeError, () => DOMException.prototype.name);
}, 'DOMException');
test(() => {
  const e = new Event('a', { bubbles: 1, cancelable: true });
  assert_equals(e.type, 'a');
  assert_true(e.bubbles);
  assert_false(e.isTrusted);
  const d = Object.getOwnPropertyDescriptor(e, 'isTrusted');
  assert_equals(d.get, Object.getOwnPropertyDescriptor(new Event('b'), 'isTrusted').get);
  assert_false(d.configurable);
  e.preventDefault();
  assert_true(e.defaultPrevented);
  assert_false(e.returnValue);
  assert_array_equals(e.composedPath(), []);
  assert_equals(Event.AT_TARGET, 2);
  assert_throws_js(TypeError, () => new Event());
  assert_equals(Event.length, 1);
  assert_true(Object.getOwnPropertyDescriptor(Event.prototype, 'type').enumerable);
}, 'Event: attributes');
test(() => {
  const t = new EventTarget();
  const seen = [];
  const listener = { handleEvent(e) { seen.push(this === listener, e.eventPhase, e.target === t); } };
  t.addEventListener('x', listener);
  t.addEventListener('x', listener);
  t.addEventListener('x', () => seen.push('once'), { once: true });
  t.addEventListener('x', () => seen.push('capture'), true);
  assert_true(t.dispatchEvent(new Event('x')));
  assert_array_equals(seen, ['capture', true, 2, true, 'once']);
  t.dispatchEvent(new Event('x'));
  assert_equals(seen.length, 9);
  t.removeEventListener('x', listener);
  t.dispatchEvent(new Event('x'));
  assert_equals(seen.length, 10);
}, 'EventTarget: listeners, once, capture, handleEvent');
test(() => {
  const t = new EventTarget();
  t.addEventListener('x', (e) => e.preventDefault(), { passive: true });
  assert_true(t.dispatchEvent(new Event('x', { cancelable: true })));
  t.addEventListener('x', (e) => { e.preventDefault(); e.stopImmediatePropagation(); });
  t.addEventListener('x', () => assert_unreached('stopped'));
  assert_false(t.dispatchEvent(new Event('x', { cancelable: true })));
  const e = new Event('y');
  t.addEventListener('y', () => assert_throws_dom('InvalidStateError', () => t.dispatchEvent(e)));
  t.dispatchEvent(e);
  assert_throws_js(TypeError, () => t.dispatchEvent({}));
  assert_throws_js(TypeError, () => t.addEventListener('x', 1));
  t.addEventListener('x', null);
}, 'EventTarget: passive, stop, errors');
test(() => {
  const t = new EventTarget();
  const c = new AbortController();
  let n = 0;
  t.addEventListener('x', () => n++, { signal: c.signal });
  t.dispatchEvent(new Event('x'));
  c.abort();
  t.dispatchEvent(new Event('x'));
  assert_equals(n, 1);
  assert_throws_js(TypeError, () => t.addEventListener('x', () => {}, { signal: null }));
}, 'EventTarget: signal');
test(() => {
  let n = 0;
  const f = () => n++;
  addEventListener('global', f);
  dispatchEvent(new Event('global'));
  EventTarget.prototype.removeEventListener.call(undefined, 'global', f);
  dispatchEvent(new Event('global'));
  assert_equals(n, 1);
}, 'the global is an event target');
test(() => {
  const seen = [];
  const handler = (e) => { seen.push(e.message, e.error.message); e.preventDefault(); };
  addEventListener('error', handler);
  const t = new EventTarget();
  t.addEventListener('x', () => { throw new RangeError('inside'); });
  assert_true(t.dispatchEvent(new Event('x')));
  removeEventListener('error', handler);
  assert_array_equals(seen, ['Uncaught RangeError: inside', 'inside']);
}, 'what a listener throws is reported');
test(() => {
  const seen = [];
  onerror = (message, file, line, column, error) => { seen.push(error); return true; };
  const e = {};
  reportError(e);
  onerror = null;
  assert_equals(onerror, null);
  assert_array_equals(seen, [e]);
}, 'onerror gets five arguments; true means handled');
test(() => {
  const s = AbortSignal.abort('why');
  assert_true(s.aborted);
  assert_equals(s.reason, 'why');
  assert_throws_exactly('why', () => s.throwIfAborted());
  assert_throws_js(TypeError, () => new AbortSignal());
  const a = new AbortController();
  const b = new AbortController();
  const any = AbortSignal.any([a.signal, b.signal]);
  const order = [];
  any.onabort = (e) => order.push(e.type, e.isTrusted);
  b.abort(7);
  a.abort();
  assert_equals(any.reason, 7);
  assert_array_equals(order, ['abort', true]);
  assert_equals(AbortSignal.abort().reason.name, 'AbortError');
  assert_throws_js(TypeError, () => AbortSignal.timeout(-1));
}, 'AbortSignal');
promise_test(async () => {
  const s = AbortSignal.timeout(1);
  await new Promise((resolve) => { s.onabort = resolve; });
  assert_equals(s.reason.name, 'TimeoutError');
}, 'AbortSignal.timeout');
promise_test(async () => {
  const reason = new Error('r');
  const seen = new Promise((resolve) => {
    addEventListener('unhandledrejection', (e) => { e.preventDefault(); resolve(e); }, { once: true });
  });
  const promise = Promise.reject(reason);
  const e = await seen;
  assert_equals(e.reason, reason);
  assert_equals(e.promise, promise);
}, 'unhandledrejection');
test(() => {
  const e = new CustomEvent('x', { detail: { a: 1 } });
  assert_equals(e.detail.a, 1);
  assert_equals(new CustomEvent('x').detail, null);
  assert_equals(new MessageEvent('m', { data: 3 }).data, 3);
  assert_equals(new ErrorEvent('e', { lineno: 3 }).lineno, 3);
  assert_throws_js(TypeError, () => new PromiseRejectionEvent('x', {}));
}, 'other events');
for (const name of ['Event', 'EventTarget', 'AbortSignal', 'Headers', 'URL', 'Request', 'Response', 'ReadableStream', 'Blob']) {
  test(() => {
    const d = Object.getOwnPropertyDescriptor(globalThis, name);
    const C = globalThis[name];
    assert_equals(typeof C, 'function');
    assert_equals(C.name, name);
    assert_false(Object.getOwnPropertyDescriptor(C, 'prototype').writable);
    assert_equals(Object.getOwnPropertyDescriptor(C.prototype, Symbol.toStringTag).value, name);
    assert_false(Object.getOwnPropertyDescriptor(globalThis, name).enumerable);
    assert_throws_js(TypeError, () => C());
    for (const key of Object.getOwnPropertyNames(C.prototype)) {
      const p = Object.getOwnPropertyDescriptor(C.prototype, key);
      assert_equals(p.enumerable, key !== 'constructor', key);
      if (p.get) assert_equals(p.get.name, `get ${key}`);
    }
    assert_true(d !== undefined);
  }, `the shape of ${name}`);
}
