const pack = (format, data) => new Response(new Blob([data]).stream().pipeThrough(new CompressionStream(format))).bytes();
const unpack = (format, parts) => new Response(ReadableStream.from(parts).pipeThrough(new DecompressionStream(format))).text();
for (const format of ['gzip', 'deflate', 'deflate-raw']) {
  promise_test(async () => {
    const text = 'penstock '.repeat(1000);
    const packed = await pack(format, text);
    assert_true(packed.length < 200);
    assert_equals(await unpack(format, [packed]), text);
    assert_equals(await unpack(format, [...packed].map((b) => new Uint8Array([b]))), text);
    assert_equals(await unpack(format, [await pack(format, '')]), '');
    await promise_rejects_js(null, TypeError, unpack(format, [packed.slice(0, -1)]));
    await promise_rejects_js(null, TypeError, unpack(format, [packed, new Uint8Array(1)]));
    await promise_rejects_js(null, TypeError, unpack(format, [new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])]));
    await promise_rejects_js(null, TypeError, unpack(format, []));
  }, `${format}: there and back, whole and byte by byte; cut, too long, nonsense`);
}
promise_test(async () => {
  const packed = await pack('gzip', 'x');
  packed[packed.length - 5] ^= 1;
  await promise_rejects_js(null, TypeError, unpack('gzip', [packed]));
  const named = new Uint8Array([0x1f, 0x8b, 8, 0x1c, 0, 0, 0, 0, 0, 3, 2, 0, 9, 9, 97, 0, 98, 0, ...(await pack('gzip', 'x')).slice(10)]);
  assert_equals(await unpack('gzip', [...named].map((b) => new Uint8Array([b]))), 'x');
  assert_throws_js(TypeError, () => new CompressionStream('br'));
  assert_throws_js(TypeError, () => new CompressionStream());
  const c = new CompressionStream('gzip');
  const w = c.writable.getWriter();
  w.closed.catch(() => {});
  w.ready.catch(() => {});
  const read = c.readable.getReader().read();
  await promise_rejects_js(null, TypeError, w.write('text'));
  await promise_rejects_js(null, TypeError, read);
}, 'gzip: checksum, head with all its fields, bad chunks');
