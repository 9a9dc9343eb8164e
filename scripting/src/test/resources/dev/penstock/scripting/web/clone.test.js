test(() => {
  const o = { a: 1n, b: [1, , 2], d: new Date(5), r: /x/gi, m: new Map([[{}, new Set([1])]]), n: Object(1), u: undefined };
  o.self = o;
  const c = structuredClone(o);
  assert_equals(c.self, c);
  assert_equals(c.a, 1n);
  assert_false(1 in c.b);
  assert_equals(c.d.getTime(), 5);
  assert_equals(`${c.r}`, '/x/gi');
  assert_true([...c.m.values()][0].has(1));
  assert_equals(typeof c.n, 'object');
  assert_true('u' in c);
  const e = structuredClone(new RangeError('m'));
  assert_true(e instanceof RangeError);
  assert_equals(e.message, 'm');
  const view = new Uint16Array([1, 2, 3]).subarray(1);
  const w = structuredClone({ view, same: view.buffer });
  assert_equals(w.view.buffer, w.same);
  assert_array_equals(w.view, [2, 3]);
  assert_equals(structuredClone(new DOMException('a', 'DataError')).name, 'DataError');
  assert_equals(structuredClone(new Blob(['x'])).size, 1);
}, 'structuredClone: values');
test(() => {
  for (const bad of [() => {}, Symbol('x'), { f() {} }, new Headers(), Promise.resolve(), new WeakMap(), new Response(), new AbortController()]) {
    assert_throws_dom('DataCloneError', () => structuredClone(bad));
  }
  assert_throws_js(TypeError, () => structuredClone());
  const thrown = new Error('getter');
  assert_throws_exactly(thrown, () => structuredClone({ get a() { throw thrown; } }));
}, 'structuredClone: what is refused');
test(() => {
  const buffer = new ArrayBuffer(3);
  const c = structuredClone({ buffer }, { transfer: [buffer] });
  assert_true(buffer.detached);
  assert_equals(c.buffer.byteLength, 3);
  assert_throws_dom('DataCloneError', () => structuredClone(buffer, { transfer: [buffer] }));
  const other = new ArrayBuffer(1);
  assert_throws_dom('DataCloneError', () => structuredClone(1, { transfer: [other, other] }));
  assert_throws_dom('DataCloneError', () => structuredClone(() => {}, { transfer: [other] }));
  assert_false(other.detached);
}, 'structuredClone: transfer');
async_test((t) => {
  const { port1, port2 } = new MessageChannel();
  const seen = [];
  port2.onmessage = t.step_func((e) => {
    seen.push(e.data);
    if (seen.length === 2) {
      e.ports[0].postMessage('back');
      assert_array_equals(seen.slice(0, 1), ['early']);
    }
  });
  const inner = new MessageChannel();
  inner.port1.onmessage = t.step_func_done((e) => assert_equals(e.data, 'back'));
  port1.postMessage('early');
  port1.postMessage({ x: 1 }, [inner.port2]);
  assert_throws_dom('DataCloneError', () => port1.postMessage(inner.port2, [inner.port2]));
}, 'MessageChannel: order, ports through ports');
promise_test(async () => {
  const stream = new Response('moved').body;
  const c = structuredClone(stream, { transfer: [stream] });
  assert_true(stream.locked);
  assert_equals(await new Response(c).text(), 'moved');
}, 'streams are transferable');
test(() => {
  for (const side of ['readable', 'writable']) {
    const ts = new TransformStream();
    for (const list of [[ts, ts[side]], [ts[side], ts]]) {
      const fresh = new TransformStream();
      const transfer = list.map((v) => (v === ts ? fresh : fresh[side]));
      assert_throws_dom('DataCloneError', () => structuredClone(transfer, { transfer }));
    }
  }
}, 'a TransformStream cannot be transferred beside one of its sides');
test(() => {
  const buffer = new ArrayBuffer(8, { maxByteLength: 16 });
  const view = new BigInt64Array(buffer, 0, 1);
  assert_equals(structuredClone(view).length, 1);
  buffer.resize(4);
  assert_throws_dom('DataCloneError', () => structuredClone(view));
  assert_throws_dom('DataCloneError', () => structuredClone(view, { transfer: [buffer] }));
  assert_equals(structuredClone(new Uint8Array(new ArrayBuffer(0, { maxByteLength: 4 }))).length, 0);
}, 'a view that its buffer shrank away from cannot be cloned');
test(() => {
  const { port1 } = new MessageChannel();
  port1.close();
  assert_throws_dom('DataCloneError', () => structuredClone(null, { transfer: [port1] }));
  assert_throws_dom('DataCloneError', () => new MessageChannel().port1.postMessage(null, [port1]));
}, 'a closed port cannot be transferred');
