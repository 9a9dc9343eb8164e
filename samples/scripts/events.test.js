import { test, assert, route } from "penstock:test";

test("events arrive in order", async () => {
  const response = await route("events.js").fetch("/?count=3");
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  const events = (await response.text()).trim().split("\n\n");
  assert.deepEqual(events.map((event) => event.split("\n").at(-1)), ['data: {"n":1}', 'data: {"n":2}', 'data: {"n":3}']);
});
