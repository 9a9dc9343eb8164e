// What handlers see of a request and of its response, as it is and as it is sent on. A function of `lib`; each `host` is an
// exported Java object that answers until its exchange is over, and `#host` keeps it from user code.
//
// This is what every request executes, interpreted at first and compiled later, so it is kept small: one host call for
// each step, no closures, no loops, and what few handlers use lies behind a function that they alone call.
(lib) => {
  'use strict';
  lib.load('headers');
  lib.load('headers');
  const { p, door, hostHeaders } = lib;
  const { check, text } = door;
  const { TypeError } = p;
  const GATEWAY = lib.guards.gateway;

  const queryOf = (v) => {
    const query = v === null || v === undefined ? '' : `${v}`;
    return query.length > 0 && query[0] === '?' ? p.slice(query, 1) : query;
  };

  let readBody;
  class ExchangeRequest {
    #host;
    #headers = null;
    #read = null;
    constructor(host) { this.#host = host; }
    get method() { return this.#host.method(); }
    set method(v) { check(this.#host.setMethod(text(v, 'request.method'))); }
    get path() { return this.#host.path(); }
    set path(v) { check(this.#host.setPath(text(v, 'request.path'))); }
    /** Without the question mark; empty when there is none. */
    get query() { return this.#host.query(); }
    set query(v) { check(this.#host.setQuery(queryOf(v))); }
    get url() { return this.#host.url(); }
    set url(v) {
      const target = text(v, 'request.url');
      if (p.startsWith(target, '/') && !p.startsWith(target, '//')) {
        const mark = p.indexOf(target, '?');
        check(this.#host.setPath(mark < 0 ? target : p.slice(target, 0, mark)));
        check(this.#host.setQuery(mark < 0 ? '' : p.slice(target, mark + 1)));
        return;
      }
      const url = new lib.URL(target, this.#host.url());
      if (url.host !== new lib.URL(this.#host.url()).host) {
        throw new TypeError('request.url cannot change the host; set exchange.upstream, or the host header');
      }
      check(this.#host.setPath(url.pathname));
      this.query = url.search;
    }
    get host() { return this.#host.authority(); }
    get httpVersion() { return this.#host.httpVersion(); }
    get headers() {
      if (this.#headers === null) this.#headers = hostHeaders(this.#host.headers(), GATEWAY);
      else this.#host.check();
      return this.#headers;
    }
    /** Reads the body to its end; it is forwarded all the same. In onRequest only. */
    bytes() { return p.then(readBody(this), (all) => lib.copyOf(all)); }
    arrayBuffer() { return p.then(readBody(this), (all) => p.typedBuffer(lib.copyOf(all))); }
    text() { return p.then(readBody(this), (all) => lib.utf8Decode(all)); }
    json() { return p.then(readBody(this), (all) => p.jsonParse(lib.utf8Decode(all))); }
    formData() { return p.then(readBody(this), (all) => new lib.Response(all, { headers: { 'content-type': this.headers.get('content-type') ?? '' } }).formData()); }
    /** Sends another body instead: string, bytes, Blob, FormData, URLSearchParams, ReadableStream, or null for none. */
    replaceBody(body) {
      const response = new lib.Response(body === undefined ? null : body);
      const type = response.headers.get('content-type');
      if (type !== null && body !== null) this.headers.set('content-type', type);
      check(this.#host.replaceBody(response));
    }
    static {
      readBody = (request) => {
        if (request.#read === null) {
          const d = lib.deferred();
          request.#read = d.promise;
          const problem = request.#host.readBody(
            (bytes) => d.resolve(lib.fromHost(bytes)),
            (message) => d.reject(new TypeError(message)),
          );
          if (problem !== null) d.reject(new TypeError(problem));
        }
        return request.#read;
      };
    }
  }

  class UpstreamRequest {
    #host;
    #headers = null;
    constructor(host) { this.#host = host; }
    get method() { return this.#host.method(); }
    get path() { return this.#host.path(); }
    set path(v) { check(this.#host.setPath(text(v, 'upstreamRequest.path'))); }
    get query() { return this.#host.query(); }
    set query(v) { check(this.#host.setQuery(queryOf(v))); }
    get headers() {
      if (this.#headers === null) this.#headers = hostHeaders(this.#host.headers(), GATEWAY);
      else this.#host.check();
      return this.#headers;
    }
  }

  class ExchangeResponse {
    #host;
    #headers = null;
    constructor(host) { this.#host = host; }
    get status() { return this.#host.status(); }
    set status(v) { check(this.#host.setStatus(lib.unsignedShort(v))); }
    get ok() {
      const status = this.#host.status();
      return status >= 200 && status < 300;
    }
    get headers() {
      if (this.#headers === null) this.#headers = hostHeaders(this.#host.headers(), GATEWAY);
      else this.#host.check();
      return this.#headers;
    }
  }

  door.hide(ExchangeRequest);
  door.hide(UpstreamRequest);
  door.hide(ExchangeResponse);
  door.newRequest = (host) => new ExchangeRequest(host);
  door.newUpstreamRequest = (host) => new UpstreamRequest(host);
  door.newResponse = (host) => new ExchangeResponse(host);
}
