// The functions that Web Platform Tests are written with, as far as ours use them. Results go to `report`.
(() => {
  'use strict';
  const results = [];
  let pending = Promise.resolve();
  const fail = (message) => { throw new Error(message); };
  const show = (v) => (typeof v === 'string' ? JSON.stringify(v) : typeof v === 'symbol' ? v.toString() : typeof v === 'object'
    && v !== null ? `${Object.prototype.toString.call(v)} ${(() => { try { return JSON.stringify(v); } catch { return ''; } })()}` : String(v));
  const same = (a, b) => Object.is(a, b);
  const api = {
    assert_true: (v, m = '') => { if (v !== true) fail(`${m}: expected true, got ${show(v)}`); },
    assert_false: (v, m = '') => { if (v !== false) fail(`${m}: expected false, got ${show(v)}`); },
    assert_equals: (a, b, m = '') => { if (!same(a, b)) fail(`${m}: expected ${show(b)}, got ${show(a)}`); },
    assert_not_equals: (a, b, m = '') => { if (same(a, b)) fail(`${m}: got ${show(a)}`); },
    assert_array_equals: (a, b, m = '') => {
      if (a.length !== b.length) fail(`${m}: expected ${b.length} items, got ${a.length}: ${show([...a])}`);
      for (let i = 0; i < b.length; i++) if (!same(a[i], b[i])) fail(`${m}: item ${i}: expected ${show(b[i])}, got ${show(a[i])}`);
    },
    assert_throws_js: (ctor, f, m = '') => {
      try {
        f();
      } catch (e) {
        if (e?.constructor !== ctor) fail(`${m}: expected ${ctor.name}, got ${e}`);
        return;
      }
      fail(`${m}: did not throw`);
    },
    assert_throws_dom: (name, f, m = '') => {
      try {
        f();
      } catch (e) {
        if (!(e instanceof DOMException) || e.name !== name) fail(`${m}: expected ${name}, got ${e}`);
        return;
      }
      fail(`${m}: did not throw`);
    },
    assert_throws_exactly: (value, f, m = '') => {
      try {
        f();
      } catch (e) {
        if (!same(e, value)) fail(`${m}: threw ${e}`);
        return;
      }
      fail(`${m}: did not throw`);
    },
    assert_class_string: (o, name, m = '') => api.assert_equals(Object.prototype.toString.call(o), `[object ${name}]`, m),
    assert_unreached: (m = '') => fail(`unreached: ${m}`),
    promise_rejects_js: (t, ctor, promise, m = '') => promise.then(
      () => fail(`${m}: fulfilled`), (e) => { if (e?.constructor !== ctor) fail(`${m}: expected ${ctor.name}, got ${e}`); }),
    promise_rejects_dom: (t, name, promise, m = '') => promise.then(
      () => fail(`${m}: fulfilled`), (e) => { if (!(e instanceof DOMException) || e.name !== name) fail(`${m}: expected ${name}, got ${e}`); }),
    promise_rejects_exactly: (t, value, promise, m = '') => promise.then(
      () => fail(`${m}: fulfilled`), (e) => { if (!same(e, value)) fail(`${m}: got ${e}`); }),
    test: (f, name) => {
      try {
        f({});
        results.push([name, null]);
      } catch (e) {
        results.push([name, `${e} ${e?.stack ?? ''}`]);
      }
    },
    promise_test: (f, name) => {
      const late = new Promise((resolve, reject) => { setTimeout(() => reject(new Error('timed out')), 10_000); });
      pending = pending.then(async () => {
        try {
          await Promise.race([f({}), late]);
          results.push([name, null]);
        } catch (e) {
          results.push([name, `${e} ${e?.stack ?? ''}`]);
        }
      });
    },
    async_test: (f, name) => api.promise_test(() => new Promise((resolve, reject) => {
      const t = {
        done: resolve,
        step: (g) => { try { g(); } catch (e) { reject(e); } },
        step_func: (g) => function (...a) { try { return g.apply(this, a); } catch (e) { reject(e); } },
        step_func_done: (g) => function (...a) { try { g?.apply(this, a); resolve(); } catch (e) { reject(e); } },
        unreached_func: (m) => () => reject(new Error(`unreached: ${m}`)),
      };
      t.step(() => f(t));
    }), name),
  };
  Object.assign(globalThis, api);
  globalThis.finish = (done) => { pending.then(() => done(JSON.stringify(results))); };
})();
