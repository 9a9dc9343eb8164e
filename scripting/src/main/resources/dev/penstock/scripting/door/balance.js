// Balancers: a script puts the endpoints of an attempt in order. A function of `lib`.
(lib) => {
  'use strict';
  const { p, door, isObject } = lib;
  const { TypeError } = p;
  const { exchangeAt, isThenable } = door;

  let endpointHost;
  class Endpoint {
    #host;
    constructor(host) { this.#host = host; }
    get name() { return this.#host.name(); }
    get weight() { return this.#host.weight(); }
    get effectiveWeight() { return this.#host.effectiveWeight(); }
    get inFlight() { return this.#host.inFlight(); }
    /** Milliseconds to the response head, as a moving average; 0 before the first. */
    get latency() { return this.#host.latencyMs(); }
    get healthy() { return this.#host.isHealthy(); }
    get backup() { return this.#host.isBackup(); }
    toString() { return this.#host.name(); }
    static {
      endpointHost = (v) => (isObject(v) && #host in v ? v.#host : null);
    }
  }
  door.hide(Endpoint);

  /** Answers the place of the chosen endpoint in `set`, or -1 for none. */
  door.selector = (handler, env) => {
    let known = [];
    let knownHosts = [];
    return (host, set) => {
      const exchange = exchangeAt(host, -1, env);
      const n = set.size();
      const endpoints = [];
      for (let i = 0; i < n; i++) {
        const place = set.place(i);
        const endpointHost_ = set.host(i);
        if (knownHosts[place] !== endpointHost_) {
          knownHosts[place] = endpointHost_;
          known[place] = new Endpoint(endpointHost_);
        }
        lib.append(endpoints, known[place]);
      }
      const value = handler(exchange, endpoints, env);
      if (value === undefined || value === null) return -1;
      if (isThenable(value)) throw new TypeError('selectEndpoint must not be async: it runs between two attempts');
      const list = p.isArray(value) ? value : [value];
      for (let i = 0; i < list.length; i++) {
        const chosen = endpointHost(list[i]);
        if (chosen === null) throw new TypeError('selectEndpoint returned something that is no endpoint of its second argument');
        const place = chosen.place();
        for (let k = 0; k < n; k++) if (set.place(k) === place) return place;
      }
      return -1;
    };
  };
}
