package dev.penstock.engine.spi;

import java.time.Duration;

/**
 * What the cache of the route is to do with one exchange. What is said in {@code onRequest} counts
 * for looking up and for storing, what is said in {@code onUpstreamResponse} for storing. Nothing
 * of it has an effect on a route without a cache. {@code no-store} and {@code private} of a
 * response always hold. Worker-confined.
 */
public interface ExchangeCache {
  /** Of exchanges that know no cache. */
  ExchangeCache NONE =
      new ExchangeCache() {
        @Override
        public void bypass() {}

        @Override
        public void key(String part) {}

        @Override
        public void ttl(Duration time) {}

        @Override
        public void staleWhileRevalidate(Duration time) {}

        @Override
        public void staleIfError(Duration time) {}

        @Override
        public void tag(String name) {}
      };

  /** Neither answers from the cache nor stores the response. */
  void bypass();

  /**
   * Tells apart what is stored for one address: the same for all requests that share a response.
   */
  void key(String part);

  /** How long the response is fresh, whatever it says of its age. */
  void ttl(Duration time);

  /** How long after that it may be sent while a fresh one is fetched. */
  void staleWhileRevalidate(Duration time);

  /** How long after that it may stand in for an upstream that fails. */
  void staleIfError(Duration time);

  /** A tag by which the response can be purged, besides those of its fields. */
  void tag(String name);
}
