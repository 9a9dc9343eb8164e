import { test, assert, route } from "penstock:test";

/** @param {number} failures */
function flaky(failures) {
  let asked = 0;
  return route("retry.js", {
    upstreams: {
      default: () => {
        if (asked++ < failures) throw new Error("connection lost");
        return new Response(`answer ${asked}`);
      },
    },
  });
}

test("a lost connection is hidden", async () => {
  assert.equal(await (await flaky(2).fetch("/")).text(), "answer 3");
});

test("a service that is gone is said to be so", async () => {
  const response = await flaky(9).fetch("/");
  assert.equal(response.status, 503);
  assert.equal((await response.json()).attempts, 3);
});
