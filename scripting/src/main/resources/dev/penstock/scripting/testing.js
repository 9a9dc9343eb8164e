// Behind the module "penstock:test": evaluates to (lib) => (host) => void.
(lib) => (host) => {
  'use strict';
  const { p } = lib;
  const show = (v) => {
    lib.load('console');
    return lib.formatLog(['%o', v]);
  };
  class AssertionError extends Error {
    constructor(message) {
      super(message);
      this.name = 'AssertionError';
    }
  }
  const fail = (message, usual) => { throw new AssertionError(message === undefined ? usual : `${message}: ${usual}`); };
  const plainKey = /^[A-Za-z_$][\w$]*$/;
  const step = (path, key) => (typeof key === 'number' ? `${path}[${key}]` : plainKey.test(key) ? `${path}.${key}`
    : `${path}[${JSON.stringify(key)}]`);
  /** Where two values differ first, as {path, actual, expected}; null where they do not. */
  const difference = (a, b, path) => {
    if (Object.is(a, b)) return null;
    const here = { path, actual: a, expected: b };
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return here;
    if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return here;
    if (a instanceof Date) return a.getTime() === b.getTime() ? null : here;
    if (a instanceof Map || a instanceof Set) return difference([...a], [...b], path);
    const isList = Array.isArray(a) || ArrayBuffer.isView(a);
    if (isList && a.length !== b.length) return { path: `${path}.length`, actual: a.length, expected: b.length };
    const keys = isList ? [...a.keys()] : [...new Set([...Object.keys(a), ...Object.keys(b)])];
    for (const key of keys) {
      if (Object.hasOwn(a, key) !== Object.hasOwn(b, key)) return { path: step(path, key), actual: a[key], expected: b[key] };
      const found = difference(a[key], b[key], step(path, key));
      if (found !== null) return found;
    }
    return null;
  };
  const assert = (condition, message) => { if (!condition) fail(message, `expected something true, got ${show(condition)}`); };
  assert.ok = assert;
  assert.equal = (actual, expected, message) => {
    if (!Object.is(actual, expected)) fail(message, `expected ${show(expected)}, got ${show(actual)}`);
  };
  assert.notEqual = (actual, expected, message) => {
    if (Object.is(actual, expected)) fail(message, `expected something else than ${show(expected)}`);
  };
  assert.deepEqual = (actual, expected, message) => {
    const found = difference(actual, expected, '');
    if (found === null) return;
    const whole = `expected ${show(expected)}, got ${show(actual)}`;
    fail(message, found.path === '' ? whole
      : `${whole}\nat ${found.path}: expected ${show(found.expected)}, got ${show(found.actual)}`);
  };
  assert.match = (actual, pattern, message) => {
    if (!pattern.test(actual)) fail(message, `expected something like ${pattern}, got ${show(actual)}`);
  };
  const fits = (error, pattern) => {
    if (pattern !== undefined && !pattern.test(`${error}`)) fail(undefined, `expected an error like ${pattern}, got ${error}`);
    return error;
  };
  assert.throws = (body, pattern) => {
    try {
      body();
    } catch (error) {
      return fits(error, pattern);
    }
    return fail(undefined, 'expected an error, but nothing was thrown');
  };
  assert.rejects = async (body, pattern) => {
    try {
      await (typeof body === 'function' ? body() : body);
    } catch (error) {
      return fits(error, pattern);
    }
    return fail(undefined, 'expected a rejection, but the promise was fulfilled');
  };

  const test = (name, body) => {
    if (typeof body !== 'function') throw new TypeError(`test "${name}" has no function`);
    host.declare(`${name}`, (number) => {
      p.then(
        p.then(lib.resolved(undefined), () => body()),
        () => host.over(number, null),
        (error) => host.over(number, error ?? new Error('undefined was thrown')),
      );
    });
  };

  const echo = async (request) => Response.json({
    method: request.method, url: request.url, headers: Object.fromEntries(request.headers), body: await request.text(),
  });
  const route = (script, options = {}) => {
    const upstreams = { ...options.upstreams };
    const env = { ...options.env };
    for (const name of Object.keys(env)) {
      if (typeof env[name] === 'function') {
        upstreams[name] = env[name];
        delete env[name];
      } else if (env[name] === 'kv') {
        env[name] = 'kv:';
      }
    }
    let lastRequest;
    const ask = (name, request, answer) => {
      lastRequest = request.clone();
      const handler = upstreams[name] ?? (name === 'default' ? echo : undefined);
      const answered = (async () => {
        if (handler === undefined) throw new Error(`the test has no upstream "${name}"`);
        const response = await handler(request);
        if (!lib.isResponse(response)) throw new TypeError(`the upstream "${name}" of the test did not answer with a Response`);
        return response;
      })();
      p.then(answered, (response) => answer.respond(response), () => answer.fail());
    };
    const opened = host.route(
      `${script}`,
      JSON.stringify({ env, params: options.params ?? {}, clientIp: options.clientIp, upstreams: Object.keys(upstreams) }),
      ask,
    );
    if (typeof opened === 'string') throw new Error(opened);
    return {
      async fetch(input, init) {
        const request = new Request(typeof input === 'string' ? new URL(input, 'http://test.example') : input, init);
        const url = new URL(request.url);
        const body = new Uint8Array(await request.arrayBuffer());
        let fields = '';
        for (const [name, value] of request.headers) fields += `${name}: ${value}\n`;
        lastRequest = undefined;
        const d = lib.deferred();
        opened.fetch(
          request.method, url.pathname + url.search, url.host, fields, body.buffer, body.length,
          (response, upstream) => d.resolve({ response, upstream }), (problem) => d.reject(new Error(problem)),
        );
        const { response, upstream } = await d.promise;
        Object.defineProperty(response, 'upstream', { value: upstream === '' ? undefined : upstream });
        Object.defineProperty(response, 'upstreamRequest', { value: lastRequest });
        return response;
      },
    };
  };
  Object.defineProperty(globalThis, Symbol.for('penstock.test'), { value: { test, assert, route }, configurable: true });
}
