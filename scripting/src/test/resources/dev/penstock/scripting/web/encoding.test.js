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

const octets = (hex) => Uint8Array.from(hex.split(' '), (h) => parseInt(h, 16));
// What a decoder gives back to be read again, and what it swallows (Encoding §4.1, §10 to §14).
for (const [label, hex, text] of [
  ['gbk', '5c af b6 75 80', '\\\ue1ebu\u20ac'],
  ['gb18030', '89 db d8 33 37', '\u58fd\ufffd37'],
  ['gb18030', '83 3e 80 fb', '\ufffd>\u20ac\ufffd'],
  ['gb18030', '82 35 90 37 84 31 83 35 a6 d9 a3 a0', '\u9fb4\ufe19\ufe10\u3000'],
  ['gb18030', '90 30 81 30 e3 32 9a 35', '\u{10000}\u{10ffff}'],
  ['gb18030', '81 30 81', '\ufffd'],
  ['big5', '88 62 88 64 88 a3 88 a5', '\u00ca\u0304\u00ca\u030c\u00ea\u0304\u00ea\u030c'],
  ['big5', '85 2c e1 c2 84 30', '\ufffd,\u612c\ufffd0'],
  ['big5', 'a1 45 a3 c0 a3 e1', '\u2027\u2400\u20ac'],
  ['euc-jp', 'b4 3e 9e cb', '\ufffd>\ufffd\ufffd'],
  ['euc-jp', '8e b1 8f b0 a1 ad a1', '\uff71\u4e02\u2460'],
  ['euc-jp', 'a1 c1 a1 dd', '\uff5e\uff0d'],
  ['shift_jis', '80 b1 f0 40 81 60 85 b9', '\u0080\uff71\ue000\uff5e\ufffd'],
  ['euc-kr', '97 f7 3a d1 87 19 c9 a1', '\uc037:\ufffd\u0019\ufffd'],
  ['iso-2022-jp', '1b 24 42 24 22 1b 28 4a 5c 7e 1b 28 49 31 1b 28 42 5c', '\u3042\u00a5\u203e\uff71\\'],
  ['iso-2022-jp', '1b 28 42 1b 28 42 61', '\ufffda'],
  ['iso-2022-jp', '1b 24', '\ufffd$'],
  ['iso-2022-jp', '0e 0f 80', '\ufffd\ufffd\ufffd'],
  ['utf-16le', '3d d8 41 00 3d d8 00 de 00 dc 00', '\ufffdA\u{1f600}\ufffd\ufffd'],
  ['utf-16be', 'd8 3d 00 41', '\ufffdA'],
]) {
  test(() => {
    assert_equals(new TextDecoder(label).decode(octets(hex)), text);
    const d = new TextDecoder(label);
    let parts = '';
    for (const b of octets(hex)) parts += d.decode(Uint8Array.of(b), { stream: true });
    assert_equals(parts + d.decode(), text, 'byte by byte');
    const fatal = () => new TextDecoder(label, { fatal: true }).decode(octets(hex));
    if (text.includes('\ufffd')) assert_throws_js(TypeError, fatal);
    else assert_equals(fatal(), text);
  }, `${label}: ${hex}`);
}
// All characters of two bytes in one number: a charset of the JDK that changes its mind is noticed.
const digest = (label, second) => {
  let sum = 2166136261;
  const d = new TextDecoder(label);
  for (let lead = 0x81; lead < 0xff; lead++) {
    for (let trail = second; trail < 0xff; trail++) {
      for (const c of d.decode(Uint8Array.of(lead, trail))) sum = Math.imul(sum ^ c.codePointAt(0), 16777619);
    }
  }
  return sum >>> 0;
};
for (const [label, second, sum] of [
  ['gb18030', 0x40, 1116701841], ['big5', 0x40, 2832959426], ['euc-jp', 0xa1, 224395786], ['shift_jis', 0x40, 1212838024], ['euc-kr', 0x41, 2232140135],
]) {
  test(() => assert_equals(digest(label, second), sum), `${label}: its index`);
}
