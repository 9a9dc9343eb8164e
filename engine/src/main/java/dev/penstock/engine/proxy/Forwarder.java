package dev.penstock.engine.proxy;

import static dev.penstock.engine.proxy.LiveExchange.Step.AWAITING_HEAD;
import static dev.penstock.engine.proxy.LiveExchange.Step.CONNECTING;
import static dev.penstock.engine.proxy.LiveExchange.Step.QUEUED;
import static dev.penstock.engine.proxy.LiveExchange.Step.SENDING;

import dev.penstock.engine.cache.Revalidation;
import dev.penstock.engine.cache.StoredResponse;
import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.plan.Pipeline;
import dev.penstock.engine.plan.Route;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.ProxyError.Kind;
import dev.penstock.engine.upstream.Outcome;
import dev.penstock.engine.upstream.RetryPolicy;
import dev.penstock.engine.upstream.UpstreamEndpoint;
import dev.penstock.engine.upstream.UpstreamWorker;

/**
 * Takes an exchange to its upstream: a place in line, an endpoint, a connection, and again if that
 * fails and may be repeated. Part of {@link ExchangeDriver}; worker-confined.
 */
final class Forwarder {
  private static final long LOOK_NS = 1_000_000_000L;

  private final ExchangeDriver driver;
  private final UpstreamPools pools;

  Forwarder(ExchangeDriver driver, UpstreamPools pools) {
    this.driver = driver;
    this.pools = pools;
  }

  // ---- a place in line

  void forward(LiveExchange exchange) {
    Route route = exchange.route;
    Pipeline pipeline = exchange.pipeline;
    if (route != null && !route.rewrite().request(exchange.request, exchange).isOk()) {
      driver.fail(exchange, ProxyError.of(Kind.BAD_REQUEST, "the rewritten path is not valid"));
      return;
    }
    boolean holds =
        pipeline != null
            && pipeline.holdsRequestBody()
            && exchange.requestFraming != BodyFraming.NONE;
    if (holds && !exchange.requestRelay.isComplete()) {
      exchange.waitsForBody = true;
      driver.responder().allowBody(exchange);
      return;
    }
    mirror(exchange);
    admit(exchange);
  }

  void onRequestComplete(LiveExchange exchange) {
    if (!exchange.waitsForBody || !exchange.isAlive()) return;
    exchange.waitsForBody = false;
    exchange.requestFraming = BodyFraming.LENGTH;
    exchange.requestLength = exchange.requestRelay.heldBytes();
    mirror(exchange);
    admit(exchange);
  }

  private void mirror(LiveExchange exchange) {
    Route route = exchange.route;
    Route.Mirror mirror = route == null ? null : route.mirror();
    if (mirror == null || driver.random().nextDouble() >= mirror.share()) return;
    exchange.requestRelay.tee(
        mirror.maxBodyBytes(), body -> driver.subrequests().mirror(exchange, mirror, body));
  }

  private void admit(LiveExchange exchange) {
    UpstreamWorker upstream = exchange.upstream;
    if (upstream == null) {
      driver.fail(exchange, ProxyError.of(Kind.NO_ENDPOINT, "no upstream was chosen"));
      return;
    }
    switch (upstream.admit(exchange.waiter, driver.nowNs())) {
      case ADMITTED -> {
        exchange.isAdmitted = true;
        attempt(exchange);
      }
      case QUEUED -> {
        exchange.step = QUEUED;
        exchange.queuedNs = driver.nowNs();
        driver.observer().onEnqueued(upstream);
      }
      case REFUSED -> {
        driver.observer().onRejected(upstream);
        driver.fail(
            exchange, ProxyError.of(Kind.CIRCUIT_OPEN, "the upstream has enough under way"));
      }
    }
  }

  void onAdmitted(LiveExchange exchange) {
    exchange.isAdmitted = true;
    dequeued(exchange, false);
    attempt(exchange);
  }

  private void dequeued(LiveExchange exchange, boolean timedOut) {
    UpstreamWorker upstream = exchange.upstream;
    if (upstream == null) return;
    exchange.record.queueNs = driver.nowNs() - exchange.queuedNs;
    driver.observer().onDequeued(upstream, exchange.record.queueNs, timedOut);
  }

  void onQueueTimeout(LiveExchange exchange) {
    dequeued(exchange, true);
    driver.fail(exchange, ProxyError.of(Kind.QUEUE_TIMEOUT, "no place became free in time"));
  }

  // ---- an endpoint and a connection

  private void attempt(LiveExchange exchange) {
    UpstreamWorker upstream = exchange.upstream;
    if (upstream == null) return;
    long nowNs = driver.nowNs();
    UpstreamEndpoint endpoint = upstream.choose(exchange, exchange.tried, nowNs);
    if (endpoint == null) {
      if (exchange.isRetry) upstream.retryDone();
      exchange.isRetry = false;
      ProxyError last = exchange.lastFailure;
      Kind why = upstream.whyNone();
      driver.fail(
          exchange,
          last != null ? last : ProxyError.of(why, "upstream " + upstream.upstream().name()));
      return;
    }
    exchange.step = CONNECTING;
    exchange.attempts++;
    exchange.endpoint = endpoint;
    exchange.tried.add(endpoint);
    exchange.attempt.begin(upstream, endpoint, exchange.isRetry, nowNs);
    exchange.isRetry = false;
    Pipeline pipeline = exchange.pipeline;
    boolean isFiltered = pipeline != null && pipeline.has(Phase.ON_UPSTREAM_REQUEST);
    StoredResponse asked = exchange.caching == null ? null : exchange.caching.asked();
    if (isFiltered || asked != null) exchange.upstreamRequest = copy(exchange.request);
    if (asked != null) Revalidation.ask(exchange.upstreamRequest().headers(), asked);
    if (pipeline == null || !isFiltered) {
      connect(exchange);
      return;
    }
    exchange.phases.start(pipeline, Phase.ON_UPSTREAM_REQUEST);
  }

  private static RequestHead copy(RequestHead head) {
    RequestHead copy = new RequestHead();
    copy(head, copy);
    return copy;
  }

  /** Makes {@code copy}, which is empty, say the same. */
  static void copy(RequestHead head, RequestHead copy) {
    copy.method(head.method());
    copy.version(head.version());
    copy.headers().addAll(head.headers());
    if (!head.pathSlice().isEmpty()) copy.copyTarget(head);
    copy.authority()
        .point(
            head.authority().array().clone(), head.authority().offset(), head.authority().length());
  }

  void connect(LiveExchange exchange) {
    UpstreamWorker upstream = exchange.upstream;
    UpstreamEndpoint endpoint = exchange.endpoint;
    if (upstream == null || endpoint == null) return;
    // U3: a client that has just connected cannot know that connections may go stale; one that
    // keeps its own does.
    boolean repeatable =
        exchange.isFollowUp || upstream.upstream().retry().isRepeatable(exchange.request);
    pools.take(upstream, endpoint, exchange, repeatable, exchange.needsFresh);
  }

  void onStream(LiveExchange exchange, UpstreamStream stream) {
    UpstreamWorker upstream = exchange.upstream;
    UpstreamEndpoint endpoint = exchange.endpoint;
    if (upstream == null || endpoint == null) return;
    exchange.step = AWAITING_HEAD;
    RequestHead head =
        exchange.upstreamRequest != null ? exchange.upstreamRequest : exchange.request;
    String host = exchange.subrequestHost ? endpoint.authority() : upstream.hostFor(endpoint);
    if (host != null) head.headers().set(HeaderName.HOST, host);
    if (exchange.route != null) exchange.route.rewrite().host(head, endpoint.authority());
    BodyFraming framing = framing(exchange);
    stream.sendHead(exchange, head, framing, exchange.requestLength);
    if (exchange.requestFraming == BodyFraming.NONE) {
      onRequestSent(exchange);
      return;
    }
    RetryPolicy retry = upstream.upstream().retry();
    // A filter that is asked about failures may want another attempt whatever the method is.
    boolean mayRepeat =
        retry.isRepeatable(exchange.request)
            || exchange.pipeline != null && exchange.pipeline.has(Phase.ON_UPSTREAM_ERROR);
    boolean keeps = retry.attempts() > 1 && mayRepeat;
    if (exchange.expectsContinue) {
      exchange.continueAtNs = driver.nowNs() + upstream.expectContinueNs();
      exchange.wakeAt(exchange.continueAtNs);
    }
    exchange.requestRelay.attach(stream, keeps);
    if (exchange.isAlive() && exchange.step == AWAITING_HEAD)
      exchange.wakeAt(driver.nowNs() + lookNs(exchange));
  }

  private static BodyFraming framing(LiveExchange exchange) {
    if (exchange.wantsUpgrade) return BodyFraming.TUNNEL;
    Pipeline pipeline = exchange.pipeline;
    boolean changes =
        pipeline != null && pipeline.changesRequestBody() && !pipeline.holdsRequestBody();
    if (changes && exchange.requestFraming != BodyFraming.NONE) {
      exchange.requestLength = -1;
      return BodyFraming.MARKED;
    }
    return exchange.requestFraming;
  }

  void onRequestSent(LiveExchange exchange) {
    if (exchange.step != AWAITING_HEAD) return;
    UpstreamWorker upstream = exchange.upstream;
    if (upstream == null) return;
    exchange.stepDeadlineNs = driver.nowNs() + upstream.responseHeadNs();
    exchange.wakeAt(exchange.stepDeadlineNs);
  }

  // ---- failure

  void onAttemptFailed(LiveExchange exchange, ProxyError error) {
    if (!exchange.isAlive() || !exchange.attempt.isOpen()) return;
    exchange.lastFailure = error;
    exchange.stepDeadlineNs = Long.MAX_VALUE;
    exchange.continueAtNs = Long.MAX_VALUE;
    exchange.attempt.end(Outcome.of(error.kind()), error);
    if (exchange.hasResponse) {
      driver.fail(exchange, error);
      return;
    }
    exchange.error = error;
    Pipeline pipeline = exchange.pipeline;
    if (pipeline != null && pipeline.has(Phase.ON_UPSTREAM_ERROR)) {
      exchange.phases.start(pipeline, Phase.ON_UPSTREAM_ERROR);
    } else {
      giveUp(exchange);
    }
  }

  /** No filter has decided: the rules do. */
  void giveUp(LiveExchange exchange) {
    ProxyError error = exchange.lastFailure;
    UpstreamWorker upstream = exchange.upstream;
    if (error == null || upstream == null) return;
    RetryPolicy retry = upstream.upstream().retry();
    boolean repeatable = retry.isRepeatable(exchange.request);
    if (!exchange.requestRelay.isReplayable()) {
      driver.fail(exchange, error);
    } else if (error.kind() == Kind.STALE_CONNECTION && repeatable && !exchange.needsFresh) {
      again(exchange, upstream, true, 0);
    } else if (retry.allows(error.kind(), repeatable)) {
      retryIfAllowed(exchange);
    } else {
      driver.fail(exchange, error);
    }
  }

  /** Another attempt, if the body can be sent again, and number and budget are left. */
  void retryIfAllowed(LiveExchange exchange) {
    ProxyError error = exchange.lastFailure;
    UpstreamWorker upstream = exchange.upstream;
    if (error == null || upstream == null) return;
    RetryPolicy retry = upstream.upstream().retry();
    // A refused connect has put no load on anybody, so it needs no budget (U7): all requests of a
    // server that was killed may go to the others at once.
    boolean isFree = error.kind() == Kind.CONNECT_REFUSED;
    if (!exchange.requestRelay.isReplayable()
        || exchange.attempts >= retry.attempts()
        || !isFree && !takeRetry(upstream)) {
      driver.fail(exchange, error);
      return;
    }
    exchange.isRetry = !isFree;
    again(exchange, upstream, false, 0);
  }

  /**
   * A connection that had gone stale is nobody's failure: the same again at once, on a fresh one
   * (U1).
   */
  private void again(
      LiveExchange exchange, UpstreamWorker upstream, boolean wasStale, long atLeastNs) {
    exchange.error = null;
    exchange.hasResponse = false;
    exchange.response.clear();
    exchange.upstreamRequest = null;
    exchange.step = CONNECTING;
    driver.observer().onRetry(exchange);
    if (wasStale) {
      exchange.needsFresh = true;
      attempt(exchange);
      return;
    }
    long waitNs = Math.max(atLeastNs, upstream.backoffNs(exchange.attempts));
    if (waitNs <= 0) {
      attempt(exchange);
      return;
    }
    exchange.retryAtNs = driver.nowNs() + waitNs;
    exchange.wakeAt(exchange.retryAtNs);
  }

  /** Whether the head that came leads to another attempt instead of a response (U6). */
  boolean retriesStatus(LiveExchange exchange) {
    UpstreamWorker upstream = exchange.upstream;
    if (upstream == null) return false;
    RetryPolicy retry = upstream.upstream().retry();
    int status = exchange.response.status();
    if (!retry.retriesStatus(status) || exchange.attempts >= retry.attempts()) return false;
    boolean alwaysSafe = status == 421 || status == 425;
    if (!alwaysSafe && !retry.isRepeatable(exchange.request)) return false;
    if (!exchange.requestRelay.isReplayable() || exchange.isClientGone) return false;
    long askedNs = retryAfterNs(exchange, upstream);
    if (askedNs > patienceNs(exchange, upstream)) return false;
    // A retry leaves its place in the budget to the next one (U7).
    if (!exchange.attempt.leavesPlace() && !takeRetry(upstream)) return false;
    exchange.attempt.end(Outcome.ofStatus(status));
    exchange.isRetry = true;
    exchange.lastFailure = ProxyError.of(Kind.RETRYABLE_STATUS, "status " + status);
    again(exchange, upstream, false, askedNs);
    return true;
  }

  /** What the answer asks to wait; another endpoint has asked for nothing. */
  private long retryAfterNs(LiveExchange exchange, UpstreamWorker upstream) {
    if (!exchange.response.headers().contains(HeaderName.RETRY_AFTER)
        || upstream.hasUntried(exchange.tried)) return 0;
    return RetryPolicy.retryAfterNs(exchange.response, driver.worker().clock().wallMillis());
  }

  /** How long a client may be kept waiting between two attempts. */
  private long patienceNs(LiveExchange exchange, UpstreamWorker upstream) {
    return Math.min(exchange.deadlineNs - driver.nowNs(), upstream.responseHeadNs());
  }

  private boolean takeRetry(UpstreamWorker upstream) {
    boolean taken = upstream.takeRetry();
    if (!taken) driver.observer().onRetryRefused(upstream);
    return taken;
  }

  /** Lets go of attempt, place and budget, whatever is held. Idempotent. */
  void abandon(LiveExchange exchange) {
    exchange.attempt.end(Outcome.LOCAL);
    exchange.retryAtNs = Long.MAX_VALUE;
    exchange.waitsForBody = false;
    UpstreamWorker upstream = exchange.upstream;
    if (upstream == null) return;
    if (exchange.isRetry) {
      exchange.isRetry = false;
      upstream.retryDone();
    }
    if (exchange.waiter.isWaiting()) {
      dequeued(exchange, false);
      upstream.cancel(exchange.waiter);
    }
    if (exchange.isAdmitted) {
      exchange.isAdmitted = false;
      upstream.leave();
    }
  }

  // ---- time

  /** The response begins to flow: its pace is watched from now on. */
  void watchBody(LiveExchange exchange) {
    if (exchange.attempt.isOpen()) exchange.wakeAt(driver.nowNs() + lookNs(exchange));
  }

  private static long lookNs(LiveExchange exchange) {
    UpstreamWorker upstream = exchange.upstream;
    return upstream == null ? LOOK_NS : Math.min(LOOK_NS, upstream.idleNs());
  }

  /** Looks after bodies that stand still and retries that are due. */
  void onTime(LiveExchange exchange, long nowNs) {
    if (nowNs >= exchange.retryAtNs) {
      exchange.retryAtNs = Long.MAX_VALUE;
      attempt(exchange);
      return;
    }
    UpstreamStream stream = exchange.attempt.stream();
    UpstreamWorker upstream = exchange.upstream;
    if (stream == null || upstream == null) return;
    long idleNs = upstream.idleNs();
    boolean isWaiting =
        exchange.step == SENDING && !exchange.responseRelay.isPaused()
            || exchange.step == AWAITING_HEAD
                && !exchange.requestRelay.isComplete()
                && !stream.isWritable();
    if (isWaiting && nowNs - stream.lastActivityNs() > idleNs) {
      ProxyError error = ProxyError.of(Kind.UPSTREAM_IDLE, "the endpoint stands still");
      if (exchange.step == SENDING) driver.fail(exchange, error);
      else onAttemptFailed(exchange, error);
    }
  }

  void wake(LiveExchange exchange) {
    exchange.wakeAt(exchange.retryAtNs);
    boolean isMoving =
        exchange.attempt.stream() != null
            && (exchange.step == SENDING
                || exchange.step == AWAITING_HEAD && !exchange.requestRelay.isComplete());
    if (isMoving) exchange.wakeAt(driver.nowNs() + lookNs(exchange));
  }
}
