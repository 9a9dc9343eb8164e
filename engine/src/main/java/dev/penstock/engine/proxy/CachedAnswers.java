package dev.penstock.engine.proxy;

import dev.penstock.engine.cache.CacheRequest;
import dev.penstock.engine.cache.Fill;
import dev.penstock.engine.cache.RangeAnswer;
import dev.penstock.engine.cache.StoredResponse;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.spi.Response;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Responses to clients out of the cache: the whole, a part, or only that nothing has changed. Part
 * of {@link Caching}; worker-confined.
 */
final class CachedAnswers {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private final ExchangeDriver driver;

  CachedAnswers(ExchangeDriver driver) {
    this.driver = driver;
  }

  private long nowMillis() {
    return driver.worker().clock().wallMillis();
  }

  /** What is stored, as it is. */
  void stored(LiveExchange exchange, CacheUse use, StoredResponse stored) {
    driver.forwarder().abandon(exchange);
    head(exchange, use, stored);
    send(exchange, use, stored);
  }

  /** What is stored, which the upstream has just confirmed. */
  void confirmed(
      LiveExchange exchange, CacheUse use, StoredResponse stored, @Nullable String cookie) {
    driver.forwarder().abandon(exchange);
    head(exchange, use, stored);
    HeaderMap headers = exchange.response.headers();
    if (cookie != null && !headers.contains(HeaderName.SET_COOKIE))
      headers.add(HeaderName.SET_COOKIE, cookie);
    send(exchange, use, stored);
  }

  /** The response that is on its way to another, from its first byte. */
  void along(LiveExchange exchange, CacheUse use, Fill fill) {
    StoredResponse head = fill.head();
    FillReading reading = use.reading;
    if (head == null || reading == null) return;
    exchange.stepDeadlineNs = Long.MAX_VALUE;
    use.status.collapsed();
    head(exchange, use, head);
    if (head.isNotModifiedFor(use.request)) {
      use.letGo();
      notModified(exchange);
    } else {
      exchange.responseRelay.fromSource(reading, fill.length());
    }
    driver.responder().filter(exchange);
  }

  /** The client wants only what is stored, and nothing is that fits (RFC 9111 §5.2.1.7). */
  boolean notStored(LiveExchange exchange, CacheUse use) {
    Response answer = Answers.plain(504, "nothing stored answers this request");
    use.status.addTo(answer.head().headers(), name(exchange));
    driver.responder().respond(exchange, answer);
    return true;
  }

  /** Tells the client what the cache did with a response of the upstream. */
  void tell(LiveExchange exchange, CacheUse use) {
    use.status.addTo(exchange.response.headers(), name(exchange));
  }

  private static String name(LiveExchange exchange) {
    return ExchangeDriver.plan(exchange).snapshot().forwarding().pseudonym();
  }

  private void head(LiveExchange exchange, CacheUse use, StoredResponse stored) {
    long now = nowMillis();
    exchange.step = LiveExchange.Step.RESPONSE;
    exchange.phases.clear();
    exchange.hasResponse = true;
    exchange.isViaOwed = true;
    exchange.response.clear();
    exchange.response.status(stored.status());
    HeaderMap headers = exchange.response.headers();
    headers.addAll(stored.headers());
    headers.add(HeaderName.AGE, Long.toString(stored.age(now)));
    if (use.status.isHit()) use.status.ttl(stored.ttl(now));
    use.status.addTo(headers, name(exchange));
  }

  private void send(LiveExchange exchange, CacheUse use, StoredResponse stored) {
    CacheRequest request = use.request;
    ResponseRelay relay = exchange.responseRelay;
    if (stored.isNotModifiedFor(request)) {
      notModified(exchange);
    } else {
      RangeAnswer part = RangeAnswer.of(request, stored, nowMillis());
      if (part == null) {
        relay.fromStored(stored.body().slice(0, stored.body().length()), stored.trailers());
      } else {
        exchange.response.status(part.status());
        part.change(exchange.response.headers());
        relay.fromStored(part.body(), null);
      }
    }
    driver.responder().filter(exchange);
  }

  /** Only what a client needs to know of what it has (RFC 9110 §15.4.5). */
  private static void notModified(LiveExchange exchange) {
    exchange.response.status(304);
    HeaderMap headers = exchange.response.headers();
    headers.remove(HeaderName.CONTENT_ENCODING);
    headers.remove(HeaderName.CONTENT_TYPE);
    headers.remove("Content-Language");
    headers.remove(HeaderName.CONTENT_RANGE);
    exchange.responseRelay.fromStored(NOTHING.duplicate(), null);
  }
}
