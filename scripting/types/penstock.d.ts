/// <reference lib="esnext" />
/// <reference lib="webworker" />

/**
 * What a Penstock script sees besides JavaScript and the Web APIs.
 *
 * In an editor: `/// <reference path="…/penstock.d.ts" />` at the top of a script, or `"types": ["@penstock/types"]` in
 * a `tsconfig.json` or `jsconfig.json`. Then annotate handlers:
 *
 * ```js
 * /** @type {Penstock.OnRequest} *\/
 * export const onRequest = (exchange) => { … };
 * ```
 */
declare namespace Penstock {
  type Awaitable<T> = T | Promise<T>;

  // ---- handlers: what a module may export -------------------------------------------------------------------------

  /** Head decoded, route known. Return nothing to go on, or a Response to answer. */
  type OnRequest<E = Env> = (exchange: RequestExchange<E>, env: E) => Awaitable<Response | void | null>;
  /** A part of the request body, or all of it with `body: whole`. Return bytes or a string to replace it. */
  type OnRequestBody<E = Env> = (
    exchange: Exchange<E>, part: BodyPart, env: E) => Awaitable<Response | string | BufferSource | void | null>;
  /** Before each attempt, for a script that is the balancer of an upstream. Not async. */
  type SelectEndpoint<E = Env> = (
    exchange: Exchange<E>, endpoints: readonly Endpoint[], env: E) => Endpoint | readonly Endpoint[] | void | null;
  /** An endpoint is chosen; `exchange.upstreamRequest` is the copy that goes there. Once per attempt. */
  type OnUpstreamRequest<E = Env> = (exchange: UpstreamExchange<E>, env: E) => Awaitable<Response | void | null>;
  /** An attempt failed. Return "retry" for another one, a Response to answer, or nothing for the usual rules. */
  type OnUpstreamError<E = Env> = (
    exchange: Exchange<E>, error: ProxyError, env: E) => Awaitable<"retry" | "fail" | Response | void | null>;
  /** A head came from an upstream; before it may be cached. */
  type OnUpstreamResponse<E = Env> = (exchange: ResponseExchange<E>, env: E) => Awaitable<Response | void | null>;
  /** Any response, whoever made it: change `exchange.response`, or return another one. */
  type OnResponse<E = Env> = (exchange: ResponseExchange<E>, env: E) => Awaitable<Response | void | null>;
  /** A part of the response body, or all of it. Return bytes or a string to replace it. */
  type OnResponseBody<E = Env> = (
    exchange: ResponseExchange<E>, part: BodyPart, env: E) => Awaitable<string | BufferSource | void | null>;
  /** The exchange is over. Read, and add log fields through `exchange.vars`. */
  type OnLog<E = Env> = (exchange: Exchange<E>, env: E) => Awaitable<void>;
  /** Runs at the interval that `every` says, on one worker. */
  type Scheduled<E = Env> = (tick: Tick, env: E, ctx: Context) => Awaitable<void>;

  /** `export default { fetch }`: the module answers the route, as on other platforms. */
  interface FetchHandler<E = Env> {
    fetch(request: Request, env: E, ctx: FetchContext<E>): Awaitable<Response>;
    scheduled?(tick: Tick, env: E, ctx: Context): Awaitable<void>;
  }

  // ---- the exchange -----------------------------------------------------------------------------------------------

  /** A request and its response. Valid until the exchange is over; later uses throw. */
  interface Exchange<E = Env> {
    /** Unique in this process, sortable by time; the same in all logs. */
    readonly id: string;
    /** What the configuration binds for the script; the last argument of every handler too. */
    readonly env: E;
    readonly request: ExchangeRequest;
    /** Undefined until there is one. */
    readonly response: ExchangeResponse | undefined;
    /** Id of the route. */
    readonly route: string;
    /** Address of the client, seen through trusted proxies. */
    readonly clientIp: string;
    /** Who sends the request, as a filter before (jwt, basic, api-key…) has found out; null when nobody is known. */
    readonly identity: Identity | null;
    /** Whether the client uses TLS. */
    readonly secure: boolean;
    /** Name of the upstream that is or will be asked; settable in `onRequest`, throws when there is none of that name. */
    upstream: string | null;
    /** Name of the endpoint of the current or last attempt. */
    readonly endpoint: string | null;
    /** Attempts begun so far. */
    readonly attempt: number;
    /** Why the exchange or its last attempt failed. */
    readonly error: ProxyError | null;
    /** Milliseconds since the request began. */
    readonly elapsed: number;
    /** Values of the path's parameters: `{id}` of `/users/{id}`. */
    readonly params: Readonly<Record<string, string>>;
    /** Notes for other filters and the log; strings, numbers and booleans are seen by both, other values by this script. */
    readonly vars: Record<string, any>;
    /** Writes lines with the id of the exchange. */
    readonly log: Log;
    /** What the route's cache is to do with this exchange; nothing on a route without `cache:`. */
    readonly cache: ExchangeCache;
    /** Aborts when the client goes away or the time is up. */
    readonly signal: AbortSignal;
    /** Keeps work alive after the answer, for `limits.wait-until`. */
    waitUntil(promise: Promise<unknown>): void;
    /** Sends 103 Early Hints now. */
    earlyHints(headers: HeadersInit): void;
    /** Anything a script wants to keep with the exchange between its phases. */
    [key: string]: any;
  }
  /**
   * Controls of the route's cache. What is said in `onRequest` counts for looking up and storing, what is said in
   * `onUpstreamResponse` for storing. `no-store` and `private` of a response always hold.
   */
  interface ExchangeCache {
    /** Neither answers from the cache nor stores. */
    bypass(): void;
    /** Tells apart what is stored for one address: the same for all requests that share a response. */
    key(part: string): void;
    /** Seconds for which the response is fresh, whatever it says of its age. */
    ttl(seconds: number): void;
    /** Seconds after that in which it may be sent while a fresh one is fetched. */
    staleWhileRevalidate(seconds: number): void;
    /** Seconds after that in which it may stand in for an upstream that fails. */
    staleIfError(seconds: number): void;
    /** A tag by which it can be purged. */
    tag(name: string): void;
  }
  /** Who sends a request, and all that is vouched for about it. */
  interface Identity {
    /** A user's name, `sub` of a token, the name of a key. */
    readonly subject: string;
    /** How that is known: `basic`, `jwt`, `api-key`, `client-cert`, `signature`, or a plugin's word. */
    readonly scheme: string;
    /** Groups, roles and scopes. */
    readonly groups: readonly string[];
    readonly claims: Readonly<Record<string, any>>;
  }
  interface RequestExchange<E = Env> extends Exchange<E> {}
  interface UpstreamExchange<E = Env> extends Exchange<E> {
    readonly upstreamRequest: UpstreamRequest;
  }
  interface ResponseExchange<E = Env> extends Exchange<E> {
    /** Change it, or set another one. */
    get response(): ExchangeResponse;
    set response(response: Response);
  }

  /** The client's request, forwarded with the changes made here. */
  interface ExchangeRequest {
    /** Settable in `onRequest`. */
    method: string;
    /** Canonical, percent-encoded. Settable in `onRequest`. */
    path: string;
    /** Without its question mark, empty when there is none. Settable in `onRequest`. */
    query: string;
    /** Absolute. Setting it changes path and query, never the host. */
    url: string;
    /** Host and port that the client asked for. */
    readonly host: string;
    readonly httpVersion: "1.0" | "1.1" | "2";
    /** Changes are forwarded. Framing and hop-by-hop fields belong to the gateway and throw a TypeError. */
    readonly headers: Headers;
    /** Reads the whole body, in `onRequest`; it is forwarded all the same. */
    text(): Promise<string>;
    json(): Promise<any>;
    bytes(): Promise<Uint8Array<ArrayBuffer>>;
    arrayBuffer(): Promise<ArrayBuffer>;
    formData(): Promise<FormData>;
    /** Sends another body, in `onRequest`; null for none. */
    replaceBody(body: BodyInit | null): void;
  }

  /** The copy of the request that goes to one endpoint. */
  interface UpstreamRequest {
    readonly method: string;
    path: string;
    query: string;
    readonly headers: Headers;
  }

  interface ExchangeResponse {
    status: number;
    readonly ok: boolean;
    readonly headers: Headers;
  }

  /** A part of a body on its way. */
  interface BodyPart {
    /** A copy. */
    readonly bytes: Uint8Array<ArrayBuffer>;
    readonly size: number;
    /** Whether the body ends with it. A last part may be empty. */
    readonly last: boolean;
    /** As UTF-8; a character that two parts share comes with the second. */
    text(): string;
    json(): any;
    replace(body: string | BufferSource): void;
    drop(): void;
  }

  interface Endpoint {
    readonly name: string;
    readonly weight: number;
    /** Less than `weight` while it starts slowly. */
    readonly effectiveWeight: number;
    readonly inFlight: number;
    /** Moving average in milliseconds; 0 before the first answer. */
    readonly latency: number;
    readonly healthy: boolean;
    readonly backup: boolean;
  }

  interface ProxyError {
    /** As `connect-refused`, `upstream-timeout`, `upstream-reset`. */
    readonly kind: string;
    readonly side: "client" | "upstream" | "us";
    readonly status: number;
    readonly detail: string;
    readonly retryable: boolean;
  }

  interface Log {
    debug(...values: unknown[]): void;
    info(...values: unknown[]): void;
    warn(...values: unknown[]): void;
    error(...values: unknown[]): void;
  }

  interface Context {
    waitUntil(promise: Promise<unknown>): void;
  }
  interface FetchContext<E = Env> extends Context {
    readonly exchange: Exchange<E>;
    /** When the handler fails, the request goes on to the route's upstream. */
    passThroughOnException(): void;
  }
  interface Tick {
    /** Milliseconds since 1970. */
    readonly scheduledTime: number;
    readonly cron: string;
    readonly type: "scheduled";
  }

  // ---- env --------------------------------------------------------------------------------------------------------

  /** Refine it to what your configuration binds: `interface MyEnv { users: Penstock.Fetcher; kv: Penstock.Kv }`. */
  type Env = Readonly<Record<string, any>>;

  /**
   * A method of a plugin's object (`env.bindings`). Say in your `Env` what it really takes and answers, for instance
   * `{ flags: { isOn(flag: string, user: string): boolean; note(...what: Json[]): Promise<Json> } }`.
   */
  type BoundMethod = (...parameters: Json[]) => Json | Promise<Json>;
  /** What JSON has. */
  type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

  /** An upstream (`env.upstreams`) or a way out to other hosts (`env.egress`). */
  interface Fetcher {
    fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  }

  /** A key-value store (`env.kv`), shared by all workers. */
  interface Kv {
    get(key: string, type?: "text" | { type: "text" }): Promise<string | null>;
    get<T = any>(key: string, type: "json" | { type: "json" }): Promise<T | null>;
    get(key: string, type: "bytes" | { type: "bytes" }): Promise<Uint8Array<ArrayBuffer> | null>;
    get(key: string, type: "arrayBuffer" | { type: "arrayBuffer" }): Promise<ArrayBuffer | null>;
    /** Values that are neither strings nor bytes are kept as JSON. */
    put(key: string, value: any, options?: KvPut): Promise<void>;
    /** Whether there was one. */
    delete(key: string): Promise<boolean>;
    list(options?: { prefix?: string; limit?: number; cursor?: string }): Promise<KvList>;
    /** Adds to a counter, atomically; answers the new count. Its time to live runs from its first increment. */
    increment(key: string, by?: number, options?: KvPut): Promise<number>;
    /** Puts `value`, null to remove, if the key has `expected`, null for absent; answers whether it did. */
    compareAndSet(key: string, expected: any, value: any, options?: KvPut): Promise<boolean>;
    /** The value, or what `compute` makes; concurrent callers on all workers wait for one computation. */
    getOrCompute<T>(key: string, compute: (key: string) => Awaitable<T>, options?: KvPut): Promise<T>;
  }
  interface KvPut {
    /** Seconds until it is gone. */
    ttl?: number;
    expirationTtl?: number;
  }
  interface KvList {
    keys: { name: string }[];
    list_complete: boolean;
    cursor?: string;
  }
}

// ---- Web APIs that TypeScript's own library does not know yet --------------------------------------------------------
// The library "webworker" also has names that do not exist here (`caches`, `WebSocket`, `indexedDB`…): what does is in
// scripting/docs/web-apis.md.

interface Request {
  readonly duplex: "half";
  readonly isReloadNavigation: boolean;
  readonly isHistoryNavigation: boolean;
  /** The body as text in parts; UTF-8. */
  textStream(): ReadableStream<string>;
}
interface Response {
  /** The body as text in parts; UTF-8. */
  textStream(): ReadableStream<string>;
}
interface Blob {
  textStream(): ReadableStream<string>;
}
interface RequestInit {
  /** Needed where `body` is a stream. */
  duplex?: "half";
}
interface SubtleCrypto {
  /** The public key that belongs to a private one. */
  getPublicKey(key: CryptoKey, keyUsages: KeyUsage[]): Promise<CryptoKey>;
}
interface PerformanceEntry {
  /** Larger for an entry that was made later. */
  readonly id: number;
  /** Of the document that made it; there is none: 0. */
  readonly navigationId: number;
}
interface MessagePort {
  onclose: ((this: MessagePort, event: Event) => any) | null;
}
interface QuotaExceededError extends DOMException {
  readonly quota: number | null;
  readonly requested: number | null;
}
declare var QuotaExceededError: {
  prototype: QuotaExceededError;
  new (message?: string, options?: { quota?: number; requested?: number }): QuotaExceededError;
};

interface URLPatternInit {
  protocol?: string;
  username?: string;
  password?: string;
  hostname?: string;
  port?: string;
  pathname?: string;
  search?: string;
  hash?: string;
  baseURL?: string;
}
type URLPatternInput = string | URLPatternInit;
interface URLPatternComponentResult {
  input: string;
  groups: Record<string, string | undefined>;
}
interface URLPatternResult {
  inputs: URLPatternInput[];
  protocol: URLPatternComponentResult;
  username: URLPatternComponentResult;
  password: URLPatternComponentResult;
  hostname: URLPatternComponentResult;
  port: URLPatternComponentResult;
  pathname: URLPatternComponentResult;
  search: URLPatternComponentResult;
  hash: URLPatternComponentResult;
}
interface URLPattern {
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
  readonly hostname: string;
  readonly port: string;
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
  readonly hasRegExpGroups: boolean;
  test(input?: URLPatternInput, baseURL?: string): boolean;
  exec(input?: URLPatternInput, baseURL?: string): URLPatternResult | null;
}
declare var URLPattern: {
  prototype: URLPattern;
  new (input: URLPatternInput, baseURL: string, options?: { ignoreCase?: boolean }): URLPattern;
  new (input?: URLPatternInput, options?: { ignoreCase?: boolean }): URLPattern;
};

/** For `*.test.js` files that `penstock test` runs. */
declare module "penstock:test" {
  /** Declares a test; it fails when it throws or rejects. */
  export function test(name: string, body: () => unknown): void;

  export const assert: {
    (condition: unknown, message?: string): asserts condition;
    ok(condition: unknown, message?: string): asserts condition;
    equal(actual: unknown, expected: unknown, message?: string): void;
    notEqual(actual: unknown, expected: unknown, message?: string): void;
    deepEqual(actual: unknown, expected: unknown, message?: string): void;
    match(actual: string, pattern: RegExp, message?: string): void;
    throws(body: () => unknown, pattern?: RegExp): unknown;
    rejects(body: Promise<unknown> | (() => Promise<unknown>), pattern?: RegExp): Promise<unknown>;
  };

  /** A route with one script on it, in the real runtime; upstreams are functions. */
  export function route(script: string | object, options?: {
    env?: Record<string, any>;
    /** Answers for upstreams by name; `default` is the route's own. Without it the route's upstream answers 200 and echoes. */
    upstreams?: Record<string, (request: Request) => Response | Promise<Response>>;
    params?: Record<string, string>;
    clientIp?: string;
  }): {
    /** Sends a request through the script and, if it goes on, to its upstream. */
    fetch(input: string | Request, init?: RequestInit): Promise<Response & { upstream?: string; upstreamRequest?: Request }>;
  };
}
