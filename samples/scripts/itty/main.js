// A small router from npm, unmodified: an app written for itty-router runs as the route's answer.
//
//   npm install                       # in this folder
//   script: { file: itty, env: { upstreams: [ users ] } }

import { AutoRouter, error } from "itty-router";

const router = AutoRouter({ base: "/v1" });

router
  .all("*", (request) => { if (request.headers.get("x-blocked")) return error(403, "blocked"); })
  .get("/hello/:name?", ({ name = "world" }) => `Hello, ${name}`)
  .get("/users/:id", async ({ id }, env) => ({ id, name: await (await env.users.fetch(`http://users/users/${id}`)).text() }))
  .post("/echo", async (request) => request.json());

export default { ...router };
