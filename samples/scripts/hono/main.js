// A router from npm, unmodified: an app written for Hono runs as the route's answer.
//
//   npm install                       # in this folder
//   script: { file: hono, env: { upstreams: [ users ], kv: { visits: {} } } }

import { Hono } from "hono";
import { basicAuth } from "hono/basic-auth";
import { cors } from "hono/cors";
import { HTTPException } from "hono/http-exception";

const app = new Hono();

app.use("/api/*", cors());
app.use("/admin/*", basicAuth({ username: "ada", password: "lovelace" }));

app.get("/", (c) => c.text("Hello from Hono"));
app.get("/api/users/:id", async (c) => {
  const user = await c.env.users.fetch(`http://users/users/${c.req.param("id")}`);
  return c.json({ id: c.req.param("id"), name: await user.text(), visits: await c.env.visits.increment("all") });
});
app.post("/api/echo", async (c) => c.json(await c.req.json(), 201));
app.get("/admin/secret", (c) => c.html("<h1>Secret</h1>"));
app.onError((error, c) => (error instanceof HTTPException ? error.getResponse() : c.json({ error: error.message }, 500)));
app.get("/api/broken", () => { throw new Error("as asked"); });

export default app;
