const last = () => consoleLines().split('\u0001').at(-1);
for (const [args, expected] of [
  [['a', 1, true, null, undefined], 'a 1 true null undefined'], [['%s is %d, %i %f %%', 'x', 4.5, 4.5, 1], 'x is 4.5, 4 1 %'],
  [['%o %j', { a: 1 }, [2]], '{ a: 1 } [2]'], [[{ a: 'x', b: [1, , 3], c: { d: { e: { f: {} } } } }], "{ a: 'x', b: [ 1, <empty>, 3 ], c: { d: { e: { f: [Object] } } } }"],
  [[new Map([[1, 'a']]), new Set(['b'])], "Map(1) { 1 => 'a' } Set(1) { 'b' }"], [[Symbol('s'), 5n, -0], 'Symbol(s) 5n -0'],
  [[class A {}, function f() {}, new (class B { x = 1; })()], '[class A] [Function: f] B { x: 1 }'], [[new Uint8Array(2)], 'Uint8Array(2) [ 0, 0 ]'],
  [[{ get a() { return 1; }, set b(v) {} }], '{ a: [Getter], b: [Setter] }'], [[Object.create(null)], '[Object: null prototype] {}'],
]) test(() => { console.log(...args); assert_equals(last(), `LOG ${expected}`); }, `console.log ${expected}`);
test(() => {
  const o = {};
  o.o = o;
  console.warn(o);
  assert_equals(last(), 'WARN { o: [Circular] }');
  console.group('g');
  console.error('a\nb');
  assert_equals(last(), 'ERROR   a\n  b');
  console.groupEnd();
  console.count();
  console.count();
  assert_equals(last(), 'INFO default: 2');
  console.assert(false, 'why %s', 'x');
  assert_equals(last(), 'ERROR Assertion failed: why x');
  console.table([{ a: 1 }, { b: 2 }]);
  assert_equals(last(), 'LOG | (index) | a | b |\n| ------- | - | - |\n| 0       | 1 |   |\n| 1       |   | 2 |');
  console.time('t');
  console.timeEnd('t');
  assert_true(last().startsWith('INFO t: '));
  console.log({ get [Symbol.toStringTag]() { throw new Error('no'); } }, new Proxy({}, { ownKeys() { throw 1; } }));
  assert_class_string(console, 'console');
}, 'console: other methods');
