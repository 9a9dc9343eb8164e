import { test, assert, route } from "penstock:test";

/** @param {(request: Request) => unknown} reviews */
const profile = (reviews) => route("aggregate.js", {
  env: {
    users: (/** @type {Request} */ request) => new URL(request.url).pathname === "/users/7"
      ? Response.json({ name: "Ada" }) : new Response("", { status: 404 }),
    reviews,
  },
});

test("two services are one answer", async () => {
  const response = await profile((request) => Response.json([new URL(request.url).search])).fetch("/profiles/7");
  assert.deepEqual(await response.json(), { name: "Ada", reviews: ["?user=7"] });
});

test("slow or broken reviews are left out", async () => {
  const slow = profile(() => new Promise((done) => setTimeout(() => done(Response.json(["late"])), 5_000)));
  assert.deepEqual(await (await slow.fetch("/profiles/7")).json(), { name: "Ada", reviews: [] });
  const broken = profile(() => { throw new Error("down"); });
  assert.deepEqual(await (await broken.fetch("/profiles/7")).json(), { name: "Ada", reviews: [] });
});

test("an unknown user is unknown", async () => {
  assert.equal((await profile(() => Response.json([])).fetch("/profiles/8")).status, 404);
});
