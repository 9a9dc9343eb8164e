test(() => {
  const h = new Headers([['b', '1'], ['A', ' 2 '], ['B', '3'], ['set-cookie', 'x'], ['Set-Cookie', 'y']]);
  assert_equals(JSON.stringify([...h]), '[["a","2"],["b","1, 3"],["set-cookie","x"],["set-cookie","y"]]');
  assert_array_equals(h.getSetCookie(), ['x', 'y']);
  assert_equals(h.get('set-cookie'), 'x, y');
  h.delete('b');
  assert_false(h.has('B'));
  h.set('a', '');
  assert_equals(h.get('a'), '');
  assert_equals(h.get('none'), null);
}, 'Headers: list');
test(() => {
  for (const name of ['', 'a b', 'é', 'a:', '\0']) {
    assert_throws_js(TypeError, () => new Headers([[name, 'x']]), name);
    assert_throws_js(TypeError, () => new Headers().get(name), name);
    assert_throws_js(TypeError, () => new Headers().has(name), name);
    assert_throws_js(TypeError, () => new Headers().delete(name), name);
  }
  for (const value of ['a\0b', 'a\nb', 'a\rb', '\u0100']) {
    assert_throws_js(TypeError, () => new Headers({ x: value }));
    assert_throws_js(TypeError, () => new Headers().set('x', value));
  }
  assert_throws_js(TypeError, () => new Headers([['a']]));
  assert_throws_js(TypeError, () => new Headers(null));
  assert_throws_js(TypeError, () => new Headers(1));
  assert_throws_js(TypeError, () => new Headers('a'));
  assert_equals(new Headers({ x: '\n a\tb \r' }).get('x'), 'a\tb');
}, 'Headers: what is refused');
test(() => {
  const h = new Headers({ a: '1', c: '3' });
  const seen = [];
  for (const [name] of h) {
    seen.push(name);
    if (name === 'a') h.append('b', '2');
  }
  assert_array_equals(seen, ['a', 'b', 'c']);
  const it = h.entries();
  assert_equals(Object.prototype.toString.call(it), '[object Headers Iterator]');
  assert_equals(Headers.prototype[Symbol.iterator], Headers.prototype.entries);
  assert_equals(Object.getPrototypeOf(Object.getPrototypeOf(it)), Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())));
  assert_throws_js(TypeError, () => it.next.call({}));
  assert_throws_js(TypeError, () => Headers.prototype.entries.call({}));
  const that = {};
  h.forEach(function (value, key, o) { assert_equals(this, that); assert_equals(o, h); }, that);
  assert_throws_js(TypeError, () => h.forEach());
  assert_equals(Headers.length, 0);
  assert_equals(Headers.prototype.append.length, 2);
}, 'Headers: iteration is live');
test(() => {
  const log = [];
  const record = new Proxy({ a: 'b' }, {
    ownKeys(t) { log.push('ownKeys'); return Reflect.ownKeys(t); },
    get(t, k) { log.push(`get ${String(k)}`); return t[k]; },
    getOwnPropertyDescriptor(t, k) { log.push(`desc ${k}`); return Reflect.getOwnPropertyDescriptor(t, k); },
  });
  new Headers(record);
  assert_array_equals(log, ['get Symbol(Symbol.iterator)', 'ownKeys', 'desc a', 'get a']);
  assert_throws_js(TypeError, () => new Headers({ [Symbol('x')]: 'y' }));
}, 'Headers: a record is read in order');
test(() => {
  const h = new Headers({ 'x-a': '1' });
  const proto = Headers.prototype;
  const { entries } = proto;
  Array.prototype[Symbol.iterator] = undefined;
  try {
    assert_equals(h.get('x-a'), '1');
    h.append('x-a', '2');
    assert_equals(h.get('x-a'), '1, 2');
  } finally {
    Array.prototype[Symbol.iterator] = Array.prototype.values;
  }
  assert_equals(proto.entries, entries);
}, 'Headers: patched intrinsics do not matter');
test(() => {
  assert_equals(hosted.get('x-one'), '1');
  assert_equals(hosted.get('X-Two'), 'a, b');
  assert_equals(hosted.get('none'), null);
  assert_throws_js(TypeError, () => hosted.get('a b'));
  hosted.set('x-new', 'v');
  assert_true(hosted.has('X-NEW'));
  hosted.append('x-new', 'w');
  hosted.delete('x-one');
  assert_array_equals([...hosted.keys()], ['host', 'x-new', 'x-two']);
  assert_throws_js(TypeError, () => hosted.set('transfer-encoding', 'chunked'));
  assert_throws_js(TypeError, () => hosted.append('Connection', 'close'));
  assert_throws_js(TypeError, () => hosted.delete('content-length'));
  assert_throws_js(TypeError, () => hosted.set('x', 'a\u0001b'));
}, 'S4: Headers on fields of the gateway, with the gateway\'s guard');
