const bytes = (...b) => new Uint8Array(b);
test(() => {
  assert_array_equals(new TextEncoder().encode('aé€\u{1F600}\ud800'), [97, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xef, 0xbf, 0xbd]);
  assert_equals(new TextEncoder().encode().length, 0);
  const into = new Uint8Array(5);
  const r = new TextEncoder().encodeInto('a\u{1F600}b', into);
  assert_equals(`${r.read} ${r.written}`, '3 5');
  assert_throws_js(TypeError, () => new TextEncoder().encodeInto('', new Uint16Array(1)));
}, 'TextEncoder');
test(() => {
  const d = (b, o) => new TextDecoder('utf-8', o).decode(b);
  assert_equals(d(bytes(0xef, 0xbb, 0xbf, 65)), 'A');
  assert_equals(d(bytes(0xef, 0xbb, 0xbf, 65), { ignoreBOM: true }), '\ufeffA');
  assert_equals(d(bytes(0xf0, 0x9f, 0x98)), '\ufffd');
  assert_equals(d(bytes(0xc0, 0x80)), '\ufffd\ufffd');
  assert_equals(d(bytes(0xed, 0xa0, 0x80)), '\ufffd\ufffd\ufffd');
  assert_throws_js(TypeError, () => d(bytes(0xff), { fatal: true }));
  assert_throws_js(RangeError, () => new TextDecoder('nonsense'));
  assert_throws_js(RangeError, () => new TextDecoder('replacement'));
  assert_throws_js(TypeError, () => new TextDecoder().decode('x'));
  assert_equals(new TextDecoder(' Latin1\n').encoding, 'windows-1252');
}, 'TextDecoder: UTF-8');
test(() => {
  const d = new TextDecoder();
  let s = '';
  for (const b of [0xef, 0xbb, 0xbf, 0xf0, 0x9f, 0x98, 0x80]) s += d.decode(bytes(b), { stream: true });
  assert_equals(s + d.decode(), '\u{1F600}');
  assert_equals(d.decode(bytes(0xe2, 0x82), { stream: true }), '');
  assert_equals(d.decode(), '\ufffd');
  assert_equals(d.decode(bytes(0xef, 0xbb, 0xbf)), '');
}, 'TextDecoder: streaming');
for (const [label, input, expected] of [
  ['windows-1252', [0x80, 0x81, 0xe9], '€\u0081é'], ['utf-16le', [0x41, 0, 0x3d, 0xd8, 0, 0xde], 'A\u{1F600}'],
  ['utf-16be', [0xfe, 0xff, 0, 0x41], 'A'], ['utf-16le', [0x41], '\ufffd'], ['shift_jis', [0x83, 0x65, 0xb1], 'テｱ'],
  ['euc-jp', [0xa5, 0xc6], 'テ'], ['gbk', [0xc4, 0xe3], '你'], ['gb18030', [0x81, 0x30, 0x81, 0x30], '\u0080'],
  ['big5', [0xa7, 0x41], '你'], ['euc-kr', [0xb0, 0xa1], '가'], ['iso-2022-jp', [0x1b, 0x24, 0x42, 0x25, 0x46, 0x1b, 0x28, 0x42], 'テ'],
  ['koi8-r', [0xc1], 'а'], ['koi8-u', [0xae], 'ў'], ['iso-8859-10', [0xa1], 'Ą'], ['iso-8859-14', [0xa1], 'Ḃ'], ['x-user-defined', [0x80], '\uf780'],
  ['macintosh', [0xdb], '€'], ['windows-874', [0xa1, 0x81], 'ก\u0081'], ['iso-8859-16', [0xa4], '€'], ['ibm866', [0x80], 'А'],
]) test(() => assert_equals(new TextDecoder(label).decode(bytes(...input)), expected), `TextDecoder ${label} ${input}`);
promise_test(async () => {
  const stream = ReadableStream.from(['a\ud83d', '\ude00', '\ud800']).pipeThrough(new TextEncoderStream());
  const all = [];
  for await (const c of stream) all.push(...c);
  assert_array_equals(all, [97, 0xf0, 0x9f, 0x98, 0x80, 0xef, 0xbf, 0xbd]);
  const text = [];
  for await (const c of ReadableStream.from([bytes(0xe2), bytes(0x82, 0xac)]).pipeThrough(new TextDecoderStream())) text.push(c);
  assert_equals(text.join(), '€');
  const fatal = ReadableStream.from([bytes(0xff)]).pipeThrough(new TextDecoderStream('utf-8', { fatal: true })).getReader();
  await promise_rejects_js(null, TypeError, fatal.read());
}, 'TextEncoderStream, TextDecoderStream');
