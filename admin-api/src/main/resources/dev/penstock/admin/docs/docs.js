const list = document.getElementById("operations");
const token = document.getElementById("token");
const search = document.getElementById("search");

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function field(form, id, label, description) {
  const input = element("input", { id, name: label, autocomplete: "off" });
  form.append(element("label", { for: id }, description ? `${label}: ${description}` : label), input);
  return input;
}

async function show(response, into) {
  const head = `${response.status} ${response.statusText}\n${[...response.headers].map(([n, v]) => `${n}: ${v}`).join("\n")}\n\n`;
  into.textContent = head;
  if (response.headers.get("content-type")?.startsWith("text/event-stream")) {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let next; !(next = await reader.read()).done; ) into.textContent += next.value;
    return;
  }
  const text = await response.text();
  try {
    into.textContent = head + JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    into.textContent = head + text;
  }
}

function operation(path, method, of) {
  const id = of.operationId;
  const form = element("form", {});
  const output = element("pre", { hidden: "", tabindex: "0" });
  const inputs = (of.parameters ?? []).map((p) => [p, field(form, `${id}-${p.name}`, p.name, p.description)]);
  const types = Object.keys(of.requestBody?.content ?? {});
  const type = element("select", { id: `${id}-type` }, ...types.map((t) => element("option", {}, t)));
  const body = element("textarea", { id: `${id}-body`, spellcheck: "false" });
  if (types.length) {
    form.append(element("label", { for: `${id}-type` }, "Content-Type"), type, element("label", { for: `${id}-body` }, "Body"), body);
  }
  form.append(element("button", {}, "Send"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    let url = path;
    const query = new URLSearchParams();
    const headers = {};
    if (token.value) headers.Authorization = `Bearer ${token.value}`;
    for (const [p, input] of inputs) {
      if (p.in === "path") url = url.replace(`{${p.name}}`, input.value.split("/").map(encodeURIComponent).join("/"));
      else if (input.value && p.in === "query") query.set(p.name, input.value);
      else if (input.value) headers[p.name] = input.value;
    }
    if (types.length && body.value) headers["Content-Type"] = type.value;
    output.hidden = false;
    output.textContent = "…";
    try {
      const sent = { method: method.toUpperCase(), headers, body: types.length && body.value ? body.value : undefined };
      await show(await fetch(url + (query.size ? `?${query}` : ""), sent), output);
    } catch (error) {
      output.textContent = String(error);
    }
  });
  const title = element("summary", {}, element("b", {}, method.toUpperCase()), path, element("span", {}, of.summary));
  const details = element("details", {}, title, element("p", {}, of.description ?? "Takes no token."), form, output);
  details.dataset.text = `${method} ${path} ${of.summary}`.toLowerCase();
  return details;
}

const document_ = await (await fetch("/api/v1/openapi.json")).json();
const groups = new Map();
for (const [path, methods] of Object.entries(document_.paths)) {
  for (const [method, of] of Object.entries(methods)) {
    if (!groups.has(of.tags[0])) groups.set(of.tags[0], element("section", {}, element("h2", {}, of.tags[0])));
    groups.get(of.tags[0]).append(operation(path, method, of));
  }
}
list.replaceChildren(...groups.values());
search.addEventListener("input", () => {
  const wanted = search.value.toLowerCase();
  for (const each of list.querySelectorAll("details")) each.hidden = !each.dataset.text.includes(wanted);
});
