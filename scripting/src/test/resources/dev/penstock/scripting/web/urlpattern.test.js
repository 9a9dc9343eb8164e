for (const [pattern, input, expected] of [
  [{ pathname: '/a/:id' }, 'http://h/a/7', { id: '7' }], [{ pathname: '/a/:id' }, 'http://h/a/7/8', null],
  [{ pathname: '/a/*' }, 'http://h/a/b/c', { 0: 'b/c' }], [{ pathname: '/a{/b}?' }, 'http://h/a', {}],
  [{ pathname: '/:x(\\d+)' }, 'http://h/12', { x: '12' }], [{ pathname: '/:x(\\d+)' }, 'http://h/z', null],
  [{ pathname: '/:x?' }, 'http://h/', null], [{ pathname: '/a/:x?' }, 'http://h/a', { x: undefined }],
  [{ pathname: '/a/:x+' }, 'http://h/a/b/c', { x: 'b/c' }], [{ pathname: '/:a.:b' }, 'http://h/x.y', { a: 'x', b: 'y' }],
  [{ pathname: '/é' }, 'http://h/%C3%A9', {}], [{ pathname: '/A' }, 'http://h/a', null],
]) test(() => {
  const result = new URLPattern(pattern).exec(input);
  assert_equals(JSON.stringify(result && result.pathname.groups), JSON.stringify(expected));
}, `URLPattern ${JSON.stringify(pattern)} on ${input}`);
test(() => {
  const p = new URLPattern('https://:sub.ex.com:8443/a/:b\\?q=:c#d');
  assert_equals([p.protocol, p.hostname, p.port, p.pathname, p.search, p.hash].join(' '), 'https :sub.ex.com 8443 /a/:b q=:c d');
  const r = p.exec('https://x.ex.com:8443/a/1?q=2#d');
  assert_equals(r.hostname.groups.sub + r.pathname.groups.b + r.search.groups.c, 'x12');
  assert_array_equals(r.inputs, ['https://x.ex.com:8443/a/1?q=2#d']);
  assert_false(p.hasRegExpGroups);
  assert_true(new URLPattern({ pathname: '/(a)' }).hasRegExpGroups);
  assert_equals(new URLPattern('/x', 'https://h/').hostname, 'h');
  assert_true(new URLPattern({ pathname: '/A' }, { ignoreCase: true }).test({ pathname: '/a' }));
  assert_true(new URLPattern().test('x:y'));
  assert_equals(new URLPattern({ protocol: 'https', port: '443' }).port, '');
  assert_equals(new URLPattern('data\\:foo').pathname, 'foo');
}, 'URLPattern: constructor strings');
test(() => {
  for (const bad of ['/rel', { pathname: '(a' }, { pathname: '/:' }, { pathname: ':a:a' }, { port: 'x' }, { hostname: 'a b' }, { pathname: '{a' }, { pathname: '(?x)' }]) {
    assert_throws_js(TypeError, () => new URLPattern(bad), JSON.stringify(bad));
  }
  assert_throws_js(TypeError, () => new URLPattern({}, 'http://h'));
}, 'URLPattern: what is refused');
test(() => {
  assert_equals(new URLPattern({ protocol: 'http', port: '81 ' }).port, '81');
  for (const port of ['80x', '80?', '8\t0', '80\\']) assert_true(new URLPattern({ port: '80' }).test({ port }), port);
  for (const port of ['x80', '65536', ' 80']) {
    assert_throws_js(TypeError, () => new URLPattern({ port }), port);
    assert_false(new URLPattern({ port: '*' }).test({ port }), port);
  }
}, 'ports are read as URLs read them');
