const href = (s, base) => { const u = URL.parse(s, base); return u === null ? null : u.href; };
for (const [input, base, expected] of [
  ['http://EXAMPLE.com:80/a/../b/./c?d#e', undefined, 'http://example.com/b/c?d#e'],
  ['//h/p', 'https://x/', 'https://h/p'], ['../z', 'http://a/b/c/d', 'http://a/b/z'], ['?q', 'http://a/b#c', 'http://a/b?q'],
  ['http:\\\\x\\y', undefined, 'http://x/y'], ['http://0x7f.1/', undefined, 'http://127.0.0.1/'],
  ['http://256.1/', undefined, null], ['http://1.2.3.256/', undefined, null],
  ['http://[1::0:0:2]/', undefined, 'http://[1::2]/'], ['http://[::127.0.0.1]', undefined, 'http://[::7f00:1]/'],
  ['http://[:::]', undefined, null], ['http://a b/', undefined, null], ['http://a%2fb/', undefined, null],
  ['http://faß.example/', undefined, 'http://xn--fa-hia.example/'], ['http://xn--a/', undefined, null],
  ['http://a\u200cb/', undefined, null], ['file:///C|/a/../..', undefined, 'file:///C:/'],
  ['mailto:a b', undefined, 'mailto:a b'], ['data:x  #f', undefined, 'data:x %20#f'], ['x:/..//y', undefined, 'x:/.//y'],
  ['http://u:p@h@i/', undefined, 'http://u:p%40h@i/'], ['https://h:65536/', undefined, null], ['https://h:0443', undefined, 'https://h/'],
  ['', 'about:blank', null], ['#x', 'about:blank', 'about:blank#x'], ['http://h/\u{1F600}?\u{1F600}\'', undefined, 'http://h/%F0%9F%98%80?%F0%9F%98%80%27'],
  ['sc://h/\'?\'', undefined, 'sc://h/\'?\''], ['http://h/^`{}', undefined, 'http://h/%5E%60%7B%7D'], ['ht\ntp://h\t/', undefined, 'http://h/'],
  ['http://h/%2e%2E/x', undefined, 'http://h/x'], ['blob:https://a/b', undefined, 'blob:https://a/b'],
]) test(() => assert_equals(href(input, base), expected), `URL ${input} on ${base}`);
for (const [start, property, value, expected] of [
  ['http://h/', 'protocol', 'https:x', 'https://h/'], ['http://h/', 'protocol', 'mailto', 'http://h/'],
  ['http://h/', 'host', 'a:81/b', 'http://a:81/'], ['http://h:8/', 'hostname', 'a:9', 'http://h:8/'],
  ['http://h/', 'port', '90x', 'http://h:90/'], ['http://h:9/', 'port', '', 'http://h/'], ['http://h/', 'port', '65536', 'http://h/'],
  ['http://h/', 'username', 'a@b', 'http://a%40b@h/'], ['mailto:x', 'host', 'h', 'mailto:x'],
  ['http://h/a', 'pathname', 'b?c#', 'http://h/b%3Fc%23'], ['http://h/', 'search', 'a b', 'http://h/?a%20b'],
  ['http://h/?a', 'search', '', 'http://h/'], ['http://h/', 'hash', '#', 'http://h/#'], ['http://h/', 'hash', 'a`', 'http://h/#a%60'],
  ['file:///x', 'host', 'localhost', 'file:///x'], ['x:/p', 'pathname', '//q', 'x:/.//q'],
]) test(() => { const u = new URL(start); u[property] = value; assert_equals(u.href, expected); }, `URL set ${property} of ${start} to ${value}`);
test(() => {
  const u = new URL('https://u:p@h:8443/p?a=1&a=2#f');
  assert_equals(u.origin, 'https://h:8443');
  assert_equals([u.protocol, u.username, u.password, u.host, u.hostname, u.port, u.pathname, u.search, u.hash].join(' '),
    'https: u p h:8443 h 8443 /p ?a=1&a=2 #f');
  const { searchParams } = u;
  assert_equals(searchParams, u.searchParams);
  searchParams.set('a', 'é&');
  assert_equals(u.search, '?a=%C3%A9%26');
  u.search = '?z=1';
  assert_equals(searchParams.get('z'), '1');
  searchParams.delete('z');
  assert_equals(u.href, 'https://u:p@h:8443/p#f');
  assert_equals(JSON.stringify(u), '"https://u:p@h:8443/p#f"');
  assert_throws_js(TypeError, () => { u.href = 'x'; });
  assert_throws_js(TypeError, () => new URL());
  assert_throws_js(TypeError, () => new URL('x'));
  assert_true(URL.canParse('a:b'));
  assert_equals(new URL('blob:https://a:1/x').origin, 'https://a:1');
  assert_equals(new URL('file:///x').origin, 'null');
}, 'URL: attributes and searchParams');
test(() => {
  const p = new URLSearchParams('?a=b+c&%zz=%41&&=x&é=1');
  assert_equals(p.toString(), 'a=b+c&%25zz=A&=x&%C3%A9=1');
  assert_equals(p.size, 4);
  p.append('a', '*-._ ~');
  assert_array_equals(p.getAll('a'), ['b c', '*-._ ~']);
  assert_true(p.has('a', 'b c'));
  assert_false(p.has('a', 'q'));
  p.delete('a', 'b c');
  assert_equals(p.get('a'), '*-._ ~');
  assert_equals(new URLSearchParams({ b: '2', a: '1' }).toString(), 'b=2&a=1');
  assert_equals(new URLSearchParams([['x', 'y']]).toString(), 'x=y');
  assert_throws_js(TypeError, () => new URLSearchParams([['x']]));
  const s = new URLSearchParams('z=1&\u{1F600}=2&\uffff=3&z=0');
  s.sort();
  assert_array_equals([...s.keys()], ['z', 'z', '\u{1F600}', '\uffff']);
  assert_equals(new URLSearchParams('a=\ud800').toString(), 'a=%EF%BF%BD');
  assert_equals(URLSearchParams.length, 0);
}, 'URLSearchParams');

test(() => {
  const url = new URL('http://a/');
  const { searchParams } = url;
  url.search = '?a=\tb\n&c';
  assert_equals(url.search, '?a=b&c');
  assert_equals(searchParams.get('a'), '\tb\n');
  url.search = 'd';
  assert_equals(searchParams.toString(), 'd=');
  url.search = '';
  assert_equals(searchParams.size, 0);
}, 'setting search gives the parameters what was set');
