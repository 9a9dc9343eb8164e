test(() => {
  const r = new Request('http://h/p?q#f', { method: 'post', headers: { a: 'b' }, body: 'x' });
  assert_equals(r.method, 'POST');
  assert_equals(r.url, 'http://h/p?q#f');
  assert_equals(r.headers.get('content-type'), 'text/plain;charset=UTF-8');
  assert_equals(r.redirect, 'follow');
  assert_equals(r.mode, 'cors');
  assert_equals(r.credentials, 'same-origin');
  assert_equals(r.duplex, 'half');
  assert_equals(r.signal.aborted, false);
  assert_equals(r.signal, r.signal);
  assert_equals(new Request('http://h', { method: 'patch' }).method, 'patch');
}, 'Request: attributes');
test(() => {
  const bad = [['relative'], ['http://u:p@h/'], ['http://h', { method: 'a b' }], ['http://h', { method: 'TRACE' }],
    ['http://h', { body: 'x' }], ['http://h', { mode: 'navigate' }], ['http://h', { window: 1 }],
    ['http://h', { redirect: 'x' }], ['http://h', { signal: 1 }], ['http://h', { cache: 'only-if-cached' }],
    ['http://h', { method: 'POST', body: new ReadableStream() }], ['http://h', { mode: 'no-cors', method: 'PUT' }]];
  for (const args of bad) assert_throws_js(TypeError, () => new Request(...args), JSON.stringify(args));
  assert_throws_js(TypeError, () => new Request());
}, 'Request: what is refused');
promise_test(async () => {
  const a = new Request('http://h', { method: 'POST', body: 'text' });
  const b = new Request(a);
  assert_true(a.bodyUsed);
  assert_equals(await b.text(), 'text');
  assert_throws_js(TypeError, () => new Request(a));
  await promise_rejects_js(null, TypeError, a.text());
  const c = new Request('http://h', { method: 'POST', body: 'c' });
  const d = c.clone();
  assert_equals(await c.text() + await d.text(), 'cc');
  assert_throws_js(TypeError, () => c.clone());
}, 'S1: a body is read once');
promise_test(async () => {
  const c = new AbortController();
  const r = new Request('http://h', { signal: c.signal });
  const again = new Request(r);
  c.abort('x');
  assert_equals(again.signal.reason, 'x');
}, 'Request: signals follow');
test(() => {
  assert_equals(new Response().status, 200);
  assert_equals(new Response().body, null);
  assert_equals(Response.error().type, 'error');
  assert_equals(Response.error().status, 0);
  assert_throws_js(TypeError, () => Response.error().headers.append('a', 'b'));
  const r = Response.redirect('http://h/x', 301);
  assert_equals(r.headers.get('location'), 'http://h/x');
  assert_throws_js(RangeError, () => Response.redirect('http://h', 200));
  assert_throws_js(TypeError, () => Response.redirect('//'));
  for (const status of [0, 100, 199, 600]) assert_throws_js(RangeError, () => new Response('', { status }));
  for (const status of [204, 205, 304]) assert_throws_js(TypeError, () => new Response('', { status }));
  assert_throws_js(TypeError, () => new Response('', { statusText: '\n' }));
  assert_throws_js(TypeError, () => Response.json(undefined));
  assert_throws_js(TypeError, () => Response.json(Symbol('x')));
  assert_equals(Response.json({}).headers.get('content-type'), 'application/json');
  assert_equals(Response.json({}, { headers: { 'content-type': 'a/b' } }).headers.get('content-type'), 'a/b');
}, 'Response: statics and what is refused');
promise_test(async () => {
  const cases = [['é', 'é'], [new Uint8Array([104, 105]), 'hi'], [new Uint8Array([0, 104, 105]).subarray(1), 'hi'],
    [new Blob(['b', 'l']), 'bl'], [new URLSearchParams({ a: 'b c' }), 'a=b+c'], [new ArrayBuffer(2), '\0\0'],
    [new DataView(new Uint8Array([65]).buffer), 'A'], [7, '7'], [new Response('s').body, 's']];
  for (const [body, text] of cases) assert_equals(await new Response(body).text(), text);
  assert_equals(new Response(new Blob([], { type: 'a/b' })).headers.get('content-type'), 'a/b');
  assert_equals(new Response(new URLSearchParams()).headers.get('content-type'), 'application/x-www-form-urlencoded;charset=UTF-8');
  assert_equals(new Response(new Uint8Array(1)).headers.get('content-type'), null);
}, 'Body: what it may be made of');
promise_test(async () => {
  assert_equals((await new Response('[1]').json())[0], 1);
  await promise_rejects_js(null, SyntaxError, new Response('{').json());
  await promise_rejects_js(null, SyntaxError, new Response().json());
  assert_equals((await new Response('ab').arrayBuffer()).byteLength, 2);
  assert_class_string(await new Response('ab').bytes(), 'Uint8Array');
  const blob = await new Response('x', { headers: { 'content-type': 'Text/HTML; charset=x' } }).blob();
  assert_equals(blob.type, 'text/html;charset=x');
  assert_equals(await new Response('\ufeffx').text(), 'x');
  assert_equals(await new Response().text(), '');
  await promise_rejects_js(null, TypeError, Response.prototype.text.call({}));
  assert_equals(await new Response(new Uint8Array([0xff, 65])).text(), '\ufffdA');
}, 'Body: readers');
promise_test(async () => {
  const r = new Response('abc');
  const reader = r.body.getReader();
  assert_true(r.body.locked);
  await promise_rejects_js(null, TypeError, r.text());
  assert_equals(new TextDecoder().decode((await reader.read()).value), 'abc');
  assert_true(r.bodyUsed);
  const u = new Response('x');
  await u.text();
  assert_true(u.body.locked);
  const e = new Response(new ReadableStream({ start(c) { c.enqueue('not bytes'); c.close(); } }));
  await promise_rejects_js(null, TypeError, e.text());
}, 'Body: streams');
promise_test(async () => {
  const f = new FormData();
  f.append('a\n"', 'l1\nl2');
  f.append('file', new Blob(['content'], { type: 'text/x' }), 'n.txt');
  const r = new Response(f);
  assert_true(r.headers.get('content-type').startsWith('multipart/form-data; boundary='));
  const text = await r.clone().text();
  assert_true(text.includes('name="a%0D%0A%22"\r\n\r\nl1\r\nl2\r\n'), text);
  const g = await r.formData();
  assert_equals(g.get('a\r\n"'), 'l1\r\nl2');
  assert_equals(g.get('file').name, 'n.txt');
  assert_equals(g.get('file').type, 'text/x');
  assert_equals(await g.get('file').text(), 'content');
  const u = await new Response('a=1&b=%20+', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }).formData();
  assert_equals(u.get('b'), '  ');
  await promise_rejects_js(null, TypeError, new Response('x').formData());
  await promise_rejects_js(null, TypeError, new Response('x', { headers: { 'content-type': 'multipart/form-data; boundary=b' } }).formData());
  const empty = await new Response('--b--\r\n', { headers: { 'content-type': 'multipart/form-data; boundary=b' } }).formData();
  assert_equals([...empty].length, 0);
}, 'FormData: both encodings, there and back');
promise_test(async () => {
  const r = await fetch('http://echo/a', { method: 'POST', headers: { 'x-a': 'b' }, body: 'hello' });
  assert_equals(r.status, 201);
  assert_equals(r.headers.get('x-method'), 'POST');
  assert_equals(r.url, 'http://echo/a');
  assert_throws_js(TypeError, () => r.headers.set('a', 'b'));
  assert_equals(await r.text(), 'hello');
}, 'fetch: there and back');
promise_test(async () => {
  const body = new ReadableStream({
    start(c) { for (const s of ['one ', 'two ', 'three']) c.enqueue(new TextEncoder().encode(s)); c.close(); },
  });
  const r = await fetch('http://echo/', { method: 'POST', body, duplex: 'half' });
  let all = '';
  for await (const chunk of r.body) all += new TextDecoder().decode(chunk);
  assert_equals(all, 'one two three');
}, 'fetch: streams both ways');
promise_test(async () => {
  await promise_rejects_js(null, TypeError, fetch('http://refused/'));
  await promise_rejects_js(null, TypeError, fetch('nonsense'));
  await promise_rejects_js(null, TypeError, fetch());
  await promise_rejects_dom(null, 'AbortError', fetch('http://echo/', { signal: AbortSignal.abort() }));
  const c = new AbortController();
  const waiting = fetch('http://never/', { signal: c.signal });
  c.abort(5);
  await promise_rejects_exactly(null, 5, waiting);
  const d = new AbortController();
  const r = await fetch('http://slowbody/', { signal: d.signal });
  const text = r.text();
  d.abort();
  await promise_rejects_dom(null, 'AbortError', text.catch((e) => { throw e; }));
}, 'fetch: failures and aborts');
promise_test(async () => {
  const url = URL.createObjectURL(new Blob(['in memory'], { type: 'a/b' }));
  const r = await fetch(url);
  assert_equals(`${await r.text()} ${r.headers.get('content-type')}`, 'in memory a/b');
  URL.revokeObjectURL(url);
  await promise_rejects_js(null, TypeError, fetch(url));
  const d = await fetch('data:text/x;charset=utf-8;base64,aGk#f');
  assert_equals(`${await d.text()} ${d.headers.get('content-type')}`, 'hi text/x;charset=utf-8');
  assert_equals(await (await fetch('data:,a%20b')).text(), 'a b');
  await promise_rejects_js(null, TypeError, fetch('data:x'));
  await promise_rejects_js(null, TypeError, fetch('http://broken/').then((x) => x.text()));
}, 'fetch: blob: and data: URLs, a body that breaks');
promise_test(async () => {
  const seen = [];
  const streamed = new Response(new ReadableStream({ start(c) { c.enqueue(new Uint8Array([104, 105])); c.close(); } }));
  Object.prototype.then = function (resolve) { seen.push(this); resolve('stolen'); };
  let promises;
  try {
    promises = [streamed.text(), new Response('hi').text(), new Response(new Blob(['hi'])).text()];
    await null;
    await null;
  } finally {
    delete Object.prototype.then;
  }
  for (const text of promises) assert_equals(await text, 'hi');
  assert_equals(seen.length, 0);
}, 'S7: a then on Object.prototype sees nothing of a body');

promise_test(async () => {
  const all = async (stream) => { let s = ''; for await (const part of stream) { assert_equals(typeof part, 'string'); s += part; } return s; };
  const response = new Response(new Uint8Array([0xef, 0xbb, 0xbf, 0x68, 0xc3, 0xa4, 0xff]));
  const text = response.textStream();
  assert_true(response.bodyUsed || response.body.locked, 'the body is taken');
  assert_equals(await all(text), 'h\u00e4\ufffd');
  assert_throws_js(TypeError, () => response.textStream());
  assert_equals(await all(new Response().textStream()), '');
  assert_equals(await all(new Request('http://a/', { method: 'POST', body: 'x' }).textStream()), 'x');
  assert_equals(await all(new Blob(['b', 'c']).textStream()), 'bc');
}, 'textStream gives the text of a body in parts');
promise_test(async () => {
  const url = URL.createObjectURL(new Blob(['kept']));
  const request = new Request(url);
  URL.revokeObjectURL(url);
  assert_equals(await (await fetch(request.clone())).text(), 'kept');
  assert_equals(await (await fetch(request)).text(), 'kept');
  await promise_rejects_js(null, TypeError, fetch(url));
  assert_true(url.startsWith('blob:null/'));
  globalThis.location = new URL('http://here.example:81/path');
  const here = URL.createObjectURL(new Blob([]));
  delete globalThis.location;
  assert_equals(new URL(here).origin, 'http://here.example:81');
  URL.revokeObjectURL(here);
}, 'a request keeps the blob of its URL; the URL has the origin of `location`, if a script defines that');
promise_test(async () => {
  const c = new AbortController();
  const r = await fetch('http://echo/', { method: 'POST', body: 'x', signal: c.signal });
  c.abort(7);
  await promise_rejects_exactly(null, 7, r.arrayBuffer());
}, 'fetch: an abort after the response fails its body');
