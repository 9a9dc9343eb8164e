package dev.penstock.engine.proxy;

import dev.penstock.engine.cache.CacheControl;
import dev.penstock.engine.cache.CacheRequest;
import dev.penstock.engine.cache.CacheStatus.Forward;
import dev.penstock.engine.cache.Fill;
import dev.penstock.engine.cache.ResponseCache;
import dev.penstock.engine.cache.Reuse;
import dev.penstock.engine.cache.RouteCache;
import dev.penstock.engine.cache.StoredResponse;
import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.plan.Route;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.ProxyError.Side;
import dev.penstock.engine.upstream.Outcome;
import dev.penstock.engine.upstream.UpstreamWorker;
import java.nio.ByteBuffer;

/**
 * The way of an exchange through the cache of its route, before and behind the upstream. Part of
 * {@link ExchangeDriver}; worker-confined.
 *
 * <pre>
 * takes ─┬─ fresh ─► answer                        upstream head ─► passes ─┬─ 304 ─► confirm ─► answer
 *        ├─ stale ─► answer, refresh                                        ├─ 5xx ─► answer with the stale one
 *        ├─ another fetches it ─► wait ─► onFill ─► answer from the fill    ├─ storable ─► record, to the client
 *        └─ miss, stale ─► forward                                          └─ otherwise ─► to the client
 * </pre>
 */
final class Caching {
  /** How long a tier outside of the heap may take. */
  private static final long WARM_NS = 2_000_000_000L;

  private final ExchangeDriver driver;
  private final CachedAnswers answers;

  Caching(ExchangeDriver driver) {
    this.driver = driver;
    this.answers = new CachedAnswers(driver);
  }

  private long nowMillis() {
    return driver.worker().clock().wallMillis();
  }

  // ---- before the upstream

  /** Whether the exchange is answered from here, now or later; otherwise it is to be forwarded. */
  boolean takes(LiveExchange exchange, RouteCache cache) {
    UpstreamWorker upstream = exchange.upstream;
    Route route = exchange.route;
    if (upstream == null || route == null) return false;
    CacheRequest request =
        CacheRequest.of(
            exchange.request,
            exchange.scheme(),
            route.id() + '\n' + upstream.upstream().name(),
            exchange.isPeerTrusted,
            exchange.requestFraming != BodyFraming.NONE || exchange.wantsUpgrade,
            cache.policy(),
            exchange.cache());
    CacheUse use = new CacheUse(cache, request);
    exchange.caching = use;
    CacheRequest.Bypass bypass = request.bypass();
    if (bypass == null) return look(exchange, use);
    use.status.forward(bypass == CacheRequest.Bypass.METHOD ? Forward.METHOD : Forward.BYPASS);
    return false;
  }

  private boolean look(LiveExchange exchange, CacheUse use) {
    long now = nowMillis();
    use.askedMillis = now;
    CacheRequest request = use.request;
    StoredResponse stored = use.store.find(request);
    use.stale = stored;
    if (stored == null && !use.isWarmed && use.store.mayBeCold(request)) {
      warm(exchange, use);
      return true;
    }
    if (stored == null) {
      use.status.forward(use.store.missing(request));
      if (request.control().onlyIfCached()) return answers.notStored(exchange, use);
      if (request.isHead()) return false;
      return isAlone(request) ? fetchAlone(use) : turn(exchange, use);
    }
    Reuse reuse = use.store.reuse(request, stored, now);
    if (reuse != Reuse.REVALIDATE) {
      use.status.hit();
      use.isStale = reuse != Reuse.FRESH;
      if (reuse == Reuse.STALE_WHILE_REVALIDATE) refresh(exchange, use, stored);
      answers.stored(exchange, use, stored);
      return true;
    }
    use.status.forward(stored.ttl(now) > 0 ? Forward.REQUEST : Forward.STALE);
    if (request.control().onlyIfCached()) return answers.notStored(exchange, use);
    if (request.isHead()) return false;
    use.isAsking = stored.hasValidator();
    // A client that wants a fresh answer must not get one that was asked for before.
    CacheControl control = request.control();
    boolean isForced = control.noCache() || control.maxAge() == 0;
    boolean isPartial = request.hasRange() && !use.isAsking;
    return isForced || isPartial ? fetchAlone(use) : turn(exchange, use);
  }

  /** Waits for what is kept outside of the heap. */
  private void warm(LiveExchange exchange, CacheUse use) {
    use.isWarmed = true;
    exchange.step = LiveExchange.Step.WAITING;
    exchange.stepDeadlineNs = driver.nowNs() + WARM_NS;
    exchange.wakeAt(exchange.stepDeadlineNs);
    int generation = exchange.generation;
    use.store.warm(
        use.request,
        () ->
            driver
                .worker()
                .execute(() -> {
                  if (generation == exchange.generation
                      && exchange.step == LiveExchange.Step.WAITING
                      && use.fill == null) goOn(exchange, use, true);
                }));
  }

  /** Whether the response will be for this client alone: a part, or a 304. */
  private static boolean isAlone(CacheRequest request) {
    HeaderMap headers = request.headers();
    return request.hasRange()
        || headers.contains(HeaderName.IF_NONE_MATCH)
        || headers.contains(HeaderName.IF_MODIFIED_SINCE);
  }

  private static boolean fetchAlone(CacheUse use) {
    use.fetches(use.store.fetch(use.request));
    return false;
  }

  private boolean turn(LiveExchange exchange, CacheUse use) {
    long waitNs = use.request.policy().coalesceNs();
    if (!use.mayWait || waitNs == 0) return fetchAlone(use);
    ResponseCache.Turn turn = use.store.fetchOrWait(use.request, nowMillis());
    use.fill = turn.fill();
    use.isMine = turn.isMine();
    if (use.isMine) return false;
    exchange.step = LiveExchange.Step.WAITING;
    exchange.stepDeadlineNs = driver.nowNs() + waitNs;
    exchange.wakeAt(exchange.stepDeadlineNs);
    FillReading reading = new FillReading(exchange, turn.fill());
    use.reading = reading;
    reading.onNews();
    return true;
  }

  // ---- waiting for the response to another's request

  /** Something has changed in the fill that the exchange waits for. */
  void onFill(LiveExchange exchange) {
    CacheUse use = exchange.caching;
    Fill fill = use == null ? null : use.fill;
    if (use == null || fill == null) return;
    switch (fill.state()) {
      case AWAITED -> {}
      case OPEN, COMPLETE -> {
        if (fill.answers(use.request)) answers.along(exchange, use, fill);
        else goOn(exchange, use, false);
      }
      case RELEASED -> goOn(exchange, use, false);
      case FAILED -> goOn(exchange, use, true);
    }
  }

  /** The response that was waited for is of no use here. */
  private void goOn(LiveExchange exchange, CacheUse use, boolean hasFailed) {
    exchange.stepDeadlineNs = Long.MAX_VALUE;
    exchange.step = LiveExchange.Step.REQUEST;
    use.letGo();
    use.fill = null;
    StoredResponse stale = use.stale;
    if (hasFailed && stale != null && stale.isUsableOnError(nowMillis())) {
      use.isStale = true;
      answers.stored(exchange, use, stale);
      return;
    }
    // If it failed, one of those who waited asks, and the others wait for that one.
    use.mayWait = hasFailed;
    if (!look(exchange, use)) driver.forwarder().forward(exchange);
  }

  /** It has waited long enough. */
  void onWaitOver(LiveExchange exchange) {
    CacheUse use = exchange.caching;
    if (use == null) return;
    exchange.step = LiveExchange.Step.REQUEST;
    use.letGo();
    fetchAlone(use);
    driver.forwarder().forward(exchange);
  }

  // ---- in the background

  /** Asks for a fresh response while the stale one is sent (RFC 5861 §3). */
  private void refresh(LiveExchange exchange, CacheUse use, StoredResponse stored) {
    Route route = exchange.route;
    RouteCache cache = route == null ? null : route.cache();
    if (cache == null || driver.isDraining()) return;
    ResponseCache.Turn turn = use.store.fetchOrWait(use.request, nowMillis());
    if (!turn.isMine()) return;
    LiveExchange copy = driver.take();
    copy.copyRequest(exchange);
    // The response is for all, not for what this client has or wants of it.
    HeaderMap headers = copy.request.headers();
    headers.remove(HeaderName.RANGE);
    headers.remove(HeaderName.IF_RANGE);
    headers.remove(HeaderName.IF_NONE_MATCH);
    headers.remove(HeaderName.IF_MODIFIED_SINCE);
    CacheUse own = new CacheUse(cache, use.request.of(copy.request));
    own.isBackground = true;
    own.stale = stored;
    own.isAsking = stored.hasValidator();
    own.askedMillis = use.askedMillis;
    own.status.forward(Forward.STALE);
    own.fetches(turn.fill());
    copy.caching = own;
    driver.beginBackground(copy, exchange);
  }

  // ---- behind the upstream

  /**
   * The head of an endpoint's response, as the filters before the cache have left it.
   *
   * @return whether it goes on to the client; otherwise the cache answers
   */
  boolean passes(LiveExchange exchange, CacheUse use) {
    if (!exchange.responseRelay.isFromUpstream()) return true; // a filter's own
    int status = exchange.response.status();
    HeaderMap headers = exchange.response.headers();
    CacheRequest request = use.request;
    if (request.isUnsafe()) {
      if (status < 400) {
        use.store.invalidate(request.key(), nowMillis());
        use.store.invalidateNamed(request, headers, nowMillis());
      }
    } else if (request.isHead()) {
      use.store.onHead(request, use.stale, status, headers, use.askedMillis, nowMillis());
    } else if (use.isAsking && status == 304) {
      use.isConfirmed = true;
      if (exchange.responseRelay.hasEnded()) confirm(exchange, use);
      return false;
    } else if (isFailure(status) && rescue(exchange, use)) {
      return false;
    } else if (use.fill != null) {
      record(exchange, use, use.fill);
    }
    answers.tell(exchange, use);
    return true;
  }

  private void record(LiveExchange exchange, CacheUse use, Fill fill) {
    ResponseRelay relay = exchange.responseRelay;
    BodyFraming framing = relay.framing();
    long length = framing == BodyFraming.NONE ? 0 : relay.length();
    // The end of a body that ends with its connection cannot be told from a break (C12).
    String refusal =
        framing == BodyFraming.CLOSE
            ? use.store.refuse(fill, "unframed")
            : use.store.offer(
                fill,
                exchange.response.status(),
                exchange.response.headers(),
                length,
                use.askedMillis,
                nowMillis());
    if (refusal != null) {
      use.status.detail(refusal);
      return;
    }
    use.status.stored();
    use.isRecording = true;
    if (framing == BodyFraming.NONE) {
      if (relay.hasEnded()) fill.complete(null);
      return;
    }
    FillReading reading = new FillReading(exchange, fill);
    use.reading = reading;
    boolean hasEnded = relay.hasEnded();
    fill.append(relay.early(), () -> {});
    relay.fromSource(reading, length);
    exchange.attempt.resume();
    if (hasEnded) fill.complete(relay.trailers());
  }

  /** A part of the body that is recorded. */
  void onPart(LiveExchange exchange, CacheUse use, ByteBuffer part) {
    Fill fill = use.fill;
    int generation = exchange.generation;
    boolean mayGoOn =
        fill == null
            || fill.append(
                part,
                () ->
                    driver
                        .worker()
                        .execute(() -> {
                          if (generation == exchange.generation) exchange.attempt.resume();
                        }));
    part.position(part.limit());
    if (!mayGoOn && generation == exchange.generation) exchange.attempt.pause();
  }

  /** The endpoint's response is complete; returns whether the cache has dealt with that. */
  boolean ends(LiveExchange exchange, CacheUse use) {
    if (use.isConfirmed) {
      confirm(exchange, use);
      return true;
    }
    Fill fill = use.fill;
    if (!use.isRecording || fill == null) return false;
    boolean isRead = use.reading != null;
    fill.complete(exchange.responseRelay.trailers());
    return isRead;
  }

  private void confirm(LiveExchange exchange, CacheUse use) {
    Fill fill = use.fill;
    StoredResponse stale = use.stale;
    if (fill == null || stale == null) return;
    HeaderMap headers = exchange.response.headers();
    use.isConfirmed = false;
    use.status.forwardStatus(304);
    String cookie = headers.joined(HeaderName.SET_COOKIE.text());
    StoredResponse now = use.store.confirmed(fill, stale, headers, use.askedMillis, nowMillis());
    exchange.attempt.end(Outcome.ofStatus(304));
    if (use.isBackground) driver.over(exchange);
    else answers.confirmed(exchange, use, now, cookie);
  }

  private static boolean isFailure(int status) {
    return status == 500 || status == 502 || status == 503 || status == 504;
  }

  /** No response came; whether a stale one takes its place (RFC 5861 §4). */
  boolean rescues(LiveExchange exchange, ProxyError error) {
    CacheUse use = exchange.caching;
    if (use == null || error.kind().side() == Side.CLIENT || exchange.attempts == 0) return false;
    return rescue(exchange, use);
  }

  private boolean rescue(LiveExchange exchange, CacheUse use) {
    StoredResponse stale = use.stale;
    if (stale == null || use.isBackground || !stale.isUsableOnError(nowMillis())) return false;
    use.stale = null; // it is tried once
    use.isStale = true;
    if (exchange.hasResponse) use.status.forwardStatus(exchange.response.status());
    end(use);
    exchange.error = null;
    answers.stored(exchange, use, stale);
    return true;
  }

  // ---- the end

  void over(LiveExchange exchange) {
    CacheUse use = exchange.caching;
    if (use == null) return;
    end(use);
    if (use.isBackground) return;
    use.store.counters().count(use.status, use.isStale);
    exchange.record.cache = use.token();
  }

  private static void end(CacheUse use) {
    use.letGo();
    Fill mine = use.fill;
    if (mine != null && use.isMine) mine.fail();
    use.fill = null;
    use.isRecording = false;
  }
}
