// The REST API as functions. Every failure is a Problem, whether the gateway, a proxy or the network answered.

import { session } from "./session.js";

export const BASE = "/api/v1";

export class Problem extends Error {
  constructor({ status = 0, type = "about:blank", title, detail, errors = [], requestId, retryAfter }) {
    super(detail || title || "The request failed");
    this.status = status;
    this.type = type.replace("https://penstock.dev/problems/", "");
    this.title = title || "The request failed";
    this.detail = detail;
    this.errors = errors;
    this.requestId = requestId;
    this.retryAfter = retryAfter;
  }
}

/**
 * @param {string} path below /api/v1
 * @param {{ method?: string, query?: object, body?: any, type?: string, accept?: string, ifMatch?: string,
 *           headers?: object, token?: string, signal?: AbortSignal }} [options]
 */
export async function call(path, options = {}) {
  const response = await request(path, options);
  if (response.status === 204) return { data: undefined, etag: null, response };
  const type = response.headers.get("Content-Type") ?? "";
  const data = type.includes("json") ? await response.json() : await response.text();
  return { data, etag: response.headers.get("ETag"), response };
}

export const get = async (path, query, signal) => (await call(path, { query, signal })).data;

/** Opens a stream; its body is read by the caller. */
export function stream(path, query, lastId, signal) {
  const headers = lastId === undefined ? {} : { "Last-Event-ID": lastId };
  return request(path, { query, accept: "text/event-stream", headers, signal });
}

/** All pages of a list, as they come: `onPage(items, total)` after each. */
export async function all(path, query = {}, { onPage, signal, limit = 1000 } = {}) {
  const items = [];
  let cursor;
  do {
    const page = await get(path, { ...query, limit, ...(cursor ? { cursor } : {}) }, signal);
    items.push(...page.items);
    onPage?.(items, page.total ?? items.length);
    cursor = page.next;
  } while (cursor);
  return items;
}

async function request(path, options) {
  const { method = "GET", query, body, type, accept, ifMatch, token = session.token, signal } = options;
  const headers = { Accept: accept ?? "application/json", ...options.headers };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (ifMatch) headers["If-Match"] = ifMatch;
  let content = body;
  if (body !== undefined) {
    headers["Content-Type"] = type ?? "application/json";
    if (!type || (type.endsWith("json") && typeof body !== "string")) content = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(BASE + path + search(query), { method, headers, body: content, signal, cache: "no-store" });
  } catch (cause) {
    if (cause.name === "AbortError") throw cause;
    throw new Problem({ title: "The gateway does not answer", type: "unreachable",
      detail: "Is it running, and is this address still its admin listener?" });
  }
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (response.status === 401 && options.token === undefined) session.end(problem.detail ?? "The token is no longer valid");
  throw problem;
}

async function problemOf(response) {
  let told = {};
  try {
    if ((response.headers.get("Content-Type") ?? "").includes("json")) told = await response.json();
  } catch {
    // A broken body tells no more than the status does.
  }
  return new Problem({
    title: `${response.status} ${response.statusText}`.trim(),
    requestId: response.headers.get("X-Request-Id") ?? undefined,
    retryAfter: Number(response.headers.get("Retry-After")) || undefined,
    ...told,
    status: response.status,
  });
}

function search(query) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== "") parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text ? `?${text}` : "";
}
