package dev.penstock.engine.proxy;

import static dev.penstock.engine.proxy.LiveExchange.Step.AWAITING_HEAD;
import static dev.penstock.engine.proxy.LiveExchange.Step.OVER;
import static dev.penstock.engine.proxy.LiveExchange.Step.REQUEST;
import static dev.penstock.engine.proxy.LiveExchange.Step.WAITING;

import dev.penstock.engine.cache.RouteCache;
import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.h1.Http1Encoder;
import dev.penstock.engine.plan.CanonicalPath;
import dev.penstock.engine.plan.Pipeline;
import dev.penstock.engine.plan.Route;
import dev.penstock.engine.plan.RouteTable;
import dev.penstock.engine.plan.RouteTarget;
import dev.penstock.engine.plan.Snapshot;
import dev.penstock.engine.plan.WorkerPlan;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.ProxyError.Kind;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.time.TimerWheel;
import dev.penstock.engine.tls.TlsWorker;
import dev.penstock.engine.upstream.Destinations;
import dev.penstock.engine.upstream.Outcome;
import dev.penstock.engine.upstream.UpstreamWorker;
import dev.penstock.engine.wire.WorkerThread;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The only class that moves an exchange from step to step; one per worker. Attempts are {@link
 * Forwarder}'s, responses {@link Responder}'s, fields {@link Intake}'s and {@link ResponseFields}',
 * bodies the relays'.
 *
 * <pre>
 * begin ─► admit ─► route ─► onRequest filters ─► target ─┬─► forward ─► attempt… ─► upstream head ─┐
 *                                                         └─► answer ──────────────────────────────┤
 *                            over ◄─ response sent ◄─ relay ◄─ onResponse filters ◄────────────────┘
 * </pre>
 *
 * <p>Each exchange ends in {@link #over} exactly once, whatever went wrong. Worker-confined.
 */
public final class ExchangeDriver {
  private static final long SUSPENSION_LIMIT_NS = 60_000_000_000L;
  private static final int MAX_SPARE = 256;

  private final WorkerThread worker;
  private final WorkerObserver observer;
  private final Http1Encoder encoder = new Http1Encoder();
  private final Http2Worker http2 = new Http2Worker();
  private final Intake intake;
  private final Responder responder;
  private final FileTarget files;
  private final Forwarder forwarder;
  private final TlsWorker tls;
  private final UpstreamPools pools;
  private final RandomGenerator random;
  private final Subrequesting subrequests = new Subrequesting(this);
  private final Caching caching = new Caching(this);
  private final ArrayDeque<LiveExchange> spare = new ArrayDeque<>();

  /** Those that no connection of a client would end: subrequests, and clients that have gone. */
  private final Set<LiveExchange> unattended = new LinkedHashSet<>();

  private Runnable onIdle = () -> {};
  private @Nullable WorkerPlan plan;
  private boolean isDraining;
  private int live;
  private long lastNumber;

  public ExchangeDriver(WorkerThread worker, WorkerObserver observer, RandomGenerator random) {
    this.worker = worker;
    this.observer = observer;
    this.random = random;
    this.intake = new Intake(worker.clock(), random);
    this.tls = new TlsWorker(worker);
    this.pools = new UpstreamPools(worker, tls, observer, encoder, random);
    this.forwarder = new Forwarder(this, pools);
    this.responder = new Responder(this, forwarder);
    this.files = new FileTarget(this, responder, worker);
  }

  // ---- what the worker around asks

  /** For all connections of this worker. */
  public TlsWorker tls() {
    return tls;
  }

  /** Makes the filters of {@code snapshot}; nothing is served with them until {@link #adopt}. */
  public WorkerPlan prepare(Snapshot snapshot, Runnable onClosed) {
    return new WorkerPlan(snapshot, worker, subrequests, observer.metrics(), random, onClosed);
  }

  /** Lets user code ask servers that no configuration lists. */
  public void destinations(Destinations all) {
    subrequests.destinations(all);
  }

  /** New exchanges follow {@code next}; those under way keep what they began with. */
  public void adopt(WorkerPlan next) {
    WorkerPlan before = plan;
    plan = next;
    observer.forget();
    pools.prune();
    files.clear();
    if (before != null) before.retire();
  }

  /** From now on each connection ends with its next response (O1). */
  public void drain() {
    isDraining = true;
  }

  public boolean isDraining() {
    return isDraining;
  }

  /** Exchanges under way, tunnels included. */
  public int live() {
    return live;
  }

  /** Runs each time the last exchange under way has ended. */
  public void onIdle(Runnable listener) {
    onIdle = listener;
  }

  public UpstreamPools pools() {
    return pools;
  }

  /** Cuts off exchanges that have no connection, closes idle upstream connections and the plan. */
  public void close() {
    for (LiveExchange each : List.copyOf(unattended))
      fail(each, ProxyError.of(Kind.SHUTTING_DOWN, "the gateway stops"));
    pools.close();
    files.clear();
    WorkerPlan last = plan;
    plan = null;
    if (last != null) last.retire();
  }

  WorkerThread worker() {
    return worker;
  }

  TimerWheel timers() {
    return worker.timers();
  }

  long nowNs() {
    return worker.clock().nanoTime();
  }

  Http2Worker http2() {
    return http2;
  }

  Http1Encoder encoder() {
    return encoder;
  }

  Observer observer() {
    return observer;
  }

  RandomGenerator random() {
    return random;
  }

  Forwarder forwarder() {
    return forwarder;
  }

  Responder responder() {
    return responder;
  }

  Subrequesting subrequests() {
    return subrequests;
  }

  Caching caching() {
    return caching;
  }

  WorkerPlan plan() {
    WorkerPlan current = plan;
    if (current == null) throw new IllegalStateException("no snapshot has been adopted");
    return current;
  }

  /** An exchange whose head is about to be read. */
  LiveExchange take() {
    LiveExchange exchange = spare.pollLast();
    if (exchange == null) exchange = new LiveExchange(this);
    exchange.startNs = nowNs();
    exchange.startMillis = worker.clock().wallMillis();
    return exchange;
  }

  /** Gives back an exchange that never began. */
  void giveBack(LiveExchange exchange) {
    exchange.clear();
    if (spare.size() < MAX_SPARE) spare.addLast(exchange);
  }

  // ---- begin

  /** The head of a request is complete; who sent it and how stands in {@code exchange}. */
  void begin(LiveExchange exchange, ClientStream client) {
    start(exchange, client);
    WorkerPlan current = plan();
    Snapshot snapshot = current.snapshot();
    if (observer.isOverloaded()) {
      fail(exchange, ProxyError.of(Kind.OVERLOADED, "the worker is behind"));
      return;
    }
    ProxyError refused = intake.admit(exchange, snapshot.forwarding());
    if (refused == null) refused = canonicalise(exchange, snapshot.canonical());
    if (refused != null) {
      fail(exchange, refused);
      return;
    }
    if (exchange.isLastHop) {
      responder.respond(exchange, new Response(204));
      return;
    }
    RouteTable.Outcome outcome = snapshot.table().match(exchange.request, exchange, exchange.match);
    switch (outcome) {
      case FOUND -> enter(exchange, exchange.match.route());
      case NOT_FOUND -> fail(exchange, ProxyError.of(Kind.NO_ROUTE, "no route matches"));
      case METHOD_NOT_ALLOWED ->
          responder.respond(
              exchange, Answers.methodNotAllowed(snapshot, exchange), methodError(exchange));
    }
  }

  private static ProxyError methodError(LiveExchange exchange) {
    return ProxyError.of(
        Kind.METHOD_NOT_ALLOWED, exchange.request.method() + " is not allowed here");
  }

  private void start(LiveExchange exchange, ClientStream client) {
    start(exchange, client, plan());
  }

  private void start(LiveExchange exchange, ClientStream client, WorkerPlan current) {
    observer.metrics().live(++live);
    current.acquire();
    exchange.plan = current;
    exchange.client = client;
    exchange.step = REQUEST;
    exchange.number = nextNumber();
  }

  private long nextNumber() {
    // Milliseconds, worker, counter: sortable by time and unique as long as the clock does not go
    // back for long.
    long base = worker.clock().wallMillis() << 20 | (long) (worker.index() & 0x3f) << 14;
    lastNumber = base > lastNumber ? base : lastNumber + 1;
    return lastNumber;
  }

  private static @Nullable ProxyError canonicalise(LiveExchange exchange, CanonicalPath canonical) {
    if (exchange.request.isMethod("CONNECT")) return null;
    CanonicalPath.Result result = canonical.apply(exchange.request);
    return result.isOk() ? null : ProxyError.of(Kind.BAD_REQUEST, result.sentence());
  }

  /**
   * A request that broke the protocol: it is answered and logged like any other, and never routed.
   */
  void beginBroken(LiveExchange exchange, ClientStream client, Response answer, ProxyError error) {
    start(exchange, client);
    responder.respond(exchange, answer, error);
  }

  private void enter(LiveExchange exchange, Route route) {
    WorkerPlan current = plan();
    exchange.route = route;
    Pipeline pipeline = current.pipeline(route);
    exchange.pipeline = pipeline;
    exchange.upstream = current.direct(route);
    if (route.totalTimeoutNs() != Long.MAX_VALUE) {
      exchange.deadlineNs = exchange.startNs + route.totalTimeoutNs();
      exchange.wakeAt(exchange.deadlineNs);
    }
    ProxyError refused = intake.enter(exchange, route);
    if (refused != null) {
      fail(exchange, refused);
      return;
    }
    exchange.requestRelay.begin(pipeline);
    exchange.phases.start(pipeline, Phase.ON_REQUEST);
  }

  // ---- filters

  void onPhaseDone(LiveExchange exchange, Phase phase) {
    switch (phase) {
      case ON_REQUEST -> {
        Pipeline pipeline = exchange.pipeline;
        exchange.reached = pipeline == null ? -1 : pipeline.size() - 1;
        toTarget(exchange);
      }
      case ON_UPSTREAM_REQUEST -> forwarder.connect(exchange);
      case ON_UPSTREAM_ERROR -> forwarder.giveUp(exchange);
      case ON_UPSTREAM_RESPONSE -> {
        CacheUse use = exchange.caching;
        if (use == null || caching.passes(exchange, use)) responder.filter(exchange);
      }
      case ON_RESPONSE -> responder.send(exchange);
      case ON_REQUEST_BODY, ON_RESPONSE_BODY, ON_LOG ->
          throw new IllegalStateException("no run of its own: " + phase);
    }
  }

  void onSuspended(LiveExchange exchange) {
    exchange.stepDeadlineNs = nowNs() + SUSPENSION_LIMIT_NS;
    exchange.wakeAt(exchange.stepDeadlineNs);
  }

  void onResumed(LiveExchange exchange) {
    exchange.stepDeadlineNs = Long.MAX_VALUE;
  }

  // ---- to the target

  private void toTarget(LiveExchange exchange) {
    Route route = exchange.route;
    if (route == null) return;
    if (exchange.upstream == null || exchange.upstream == plan(exchange).direct(route)) {
      switch (route.target()) {
        case RouteTarget.ToUpstream to -> {}
        case RouteTarget.Split split ->
            exchange.upstream(split.choose(exchange.request, exchange.clientAddress, random));
        case RouteTarget.Respond respond -> {
          responder.respond(exchange, respond.answer().get());
          return;
        }
        case RouteTarget.Redirect redirect -> {
          responder.respond(exchange, Answers.redirect(redirect, exchange));
          return;
        }
        case RouteTarget.Files served -> {
          files.answer(exchange, served.site());
          return;
        }
        case RouteTarget.Filtered filtered -> {
          fail(
              exchange,
              ProxyError.of(
                  Kind.FILTER_FAILED, "no filter answered and the route has no upstream"));
          return;
        }
      }
    }
    RouteCache cache = route.cache();
    if (cache == null || !caching.takes(exchange, cache)) forwarder.forward(exchange);
  }

  static WorkerPlan plan(LiveExchange exchange) {
    WorkerPlan current = exchange.plan;
    if (current == null) throw new IllegalStateException("the exchange has not begun");
    return current;
  }

  // ---- requests of our own

  /** A request of our own code: no route, no filters, straight to an upstream. */
  void beginSubrequest(LiveExchange exchange, ClientStream client, UpstreamWorker upstream) {
    exchange.isSubrequest = true;
    start(exchange, client);
    unattended.add(exchange);
    exchange.upstream = upstream;
    forwarder.forward(exchange);
  }

  /** Asks the upstream again what {@code like} asks, with nobody who waits for the answer. */
  void beginBackground(LiveExchange exchange, LiveExchange like) {
    exchange.isSubrequest = true;
    start(exchange, new DeafClient(), plan(like));
    unattended.add(exchange);
    forwarder.forward(exchange);
  }

  // ---- errors

  /**
   * Ends the exchange with an error: by a response while there is none, otherwise by breaking it
   * off.
   */
  void fail(LiveExchange exchange, ProxyError error) {
    responder.fail(exchange, error);
  }

  /**
   * As {@link #fail}, with the words of whoever refuses: the client broke the protocol in the
   * middle of its body, or a filter does not let the request in.
   */
  void failRequest(LiveExchange exchange, Response answer, ProxyError error) {
    if (exchange.responseRelay.isHeadSent()) fail(exchange, error);
    else responder.respond(exchange, answer, error);
  }

  // ---- from the endpoint

  void onUpstreamHead(LiveExchange exchange, BodyFraming framing, long length) {
    exchange.stepDeadlineNs = Long.MAX_VALUE;
    exchange.continueAtNs = Long.MAX_VALUE;
    if (framing == BodyFraming.TUNNEL) Tunnel.open(exchange);
    else if (!forwarder.retriesStatus(exchange)) responder.fromUpstream(exchange, framing, length);
  }

  void onUpstreamEnd(LiveExchange exchange) {
    CacheUse use = exchange.caching;
    exchange.attempt.end(Outcome.ofStatus(exchange.response.status()));
    if (use == null || !caching.ends(exchange, use)) exchange.responseRelay.onEnd();
  }

  // ---- the client

  void onClientWritable(LiveExchange exchange) {
    exchange.responseRelay.onClientWritable();
  }

  /** The client is gone before the end (U9). */
  void onClientGone(LiveExchange exchange) {
    if (!exchange.isAlive() || exchange.isClientGone) return;
    exchange.isClientGone = true;
    if (exchange.error == null)
      exchange.error = ProxyError.of(Kind.CLIENT_GONE, "the client closed the connection");
    exchange.tellClientGone();
    if (!exchange.isAlive()) return;
    exchange.client = null;
    Route route = exchange.route;
    CacheUse use = exchange.caching;
    boolean goesOn = route != null && route.ignoreAbort() || use != null && use.wantsRest();
    if (goesOn && exchange.attempt.isOpen() && exchange.requestRelay.isComplete()) {
      exchange.client = new DeafClient();
      unattended.add(exchange);
      exchange.responseRelay.onClientWritable();
      return;
    }
    responder.breakOff(exchange);
  }

  // ---- time

  void onTime(LiveExchange exchange) {
    long nowNs = nowNs();
    if (nowNs >= exchange.deadlineNs) {
      fail(exchange, ProxyError.of(Kind.DEADLINE, "the route's total time is over"));
    } else if (nowNs >= exchange.stepDeadlineNs) {
      onStepTime(exchange);
    } else if (nowNs >= exchange.continueAtNs) {
      responder.allowBody(exchange);
    } else {
      forwarder.onTime(exchange, nowNs);
    }
    if (!exchange.isAlive()) return;
    exchange.wakeAt(exchange.deadlineNs);
    exchange.wakeAt(exchange.stepDeadlineNs);
    exchange.wakeAt(exchange.continueAtNs);
    forwarder.wake(exchange);
  }

  private void onStepTime(LiveExchange exchange) {
    exchange.stepDeadlineNs = Long.MAX_VALUE;
    if (exchange.step == WAITING) {
      caching.onWaitOver(exchange);
    } else if (exchange.step == AWAITING_HEAD && !exchange.phases.isWaiting()) {
      forwarder.onAttemptFailed(
          exchange, ProxyError.of(Kind.UPSTREAM_TIMEOUT, "no response head in time"));
    } else {
      fail(exchange, ProxyError.of(Kind.FILTER_TIMEOUT, "a filter did not answer in time"));
    }
  }

  // ---- the end

  /** The exchange has ended: log it, let go of everything. */
  void over(LiveExchange exchange) {
    if (!exchange.isAlive()) return;
    exchange.step = OVER;
    forwarder.abandon(exchange);
    exchange.requestRelay.discard();
    exchange.responseRelay.cancel();
    caching.over(exchange);
    if (!exchange.isSubrequest) runLogFilters(exchange);
    observer.onOver(exchange);
    observer.metrics().live(--live);
    if (!unattended.isEmpty()) unattended.remove(exchange);
    ClientStream client = exchange.client;
    WorkerPlan used = exchange.plan;
    if (client != null) client.onExchangeOver();
    boolean isBorrowed = exchange.borrowed > 0;
    if (isBorrowed) {
      exchange.generation++;
    } else {
      exchange.clear();
      if (spare.size() < MAX_SPARE) spare.addLast(exchange);
    }
    if (used != null) used.release();
    if (live == 0) onIdle.run();
  }

  private static void runLogFilters(LiveExchange exchange) {
    Pipeline pipeline = exchange.pipeline;
    if (pipeline == null || !pipeline.has(Phase.ON_LOG)) return;
    for (var placed : pipeline.phase(Phase.ON_LOG))
      FilterCall.inline(placed, Phase.ON_LOG, exchange, null);
  }
}
