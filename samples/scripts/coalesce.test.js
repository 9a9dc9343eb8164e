import { test, assert, route } from "penstock:test";

test("many clients are one request", async () => {
  let asked = 0;
  const reports = route("coalesce.js", {
    env: {
      answers: "kv",
      reports: async (/** @type {Request} */ request) => {
        await new Promise((done) => setTimeout(done, 500));
        return new Response(`report ${++asked} of ${new URL(request.url).pathname}`);
      },
    },
  });
  const answers = await Promise.all(Array.from({ length: 20 }, () => reports.fetch("/sales")));
  for (const answer of answers) assert.equal(await answer.text(), "report 1 of /sales");
  assert.equal(await (await reports.fetch("/stock")).text(), "report 2 of /stock");
});
