package dev.penstock.engine.proxy;

import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.plan.Pipeline;
import dev.penstock.engine.plan.Route;
import dev.penstock.engine.spi.BodySink;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.engine.upstream.UpstreamWorker;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Moves the request body from the client, through the filters, to whoever takes it; holds the
 * client back when that is slow, and keeps a short body as long as another attempt may need it.
 *
 * <pre>
 * HOLD ─ attach ─► RELAY ─ detach ─► HOLD       (an attempt begins; it failed and another may follow)
 * HOLD ─ consume ─► CONSUME                     (a filter reads the body and will answer itself)
 * any ─ discard ─► DISCARD                      (nobody wants the rest)
 * </pre>
 */
final class RequestRelay implements BodyChain.Output {
  private static final int HOLD_LIMIT = 64 * 1024;

  private enum Mode {
    HOLD,
    RELAY,
    CONSUME,
    DISCARD
  }

  private final LiveExchange exchange;
  private Mode mode = Mode.HOLD;
  private @Nullable BodyChain chain;
  private @Nullable UpstreamStream stream;
  private @Nullable BodySink sink;
  private @Nullable BodySource replacement;
  private @Nullable HeaderMap trailers;
  private @Nullable Tee tee;
  private long received;
  private boolean clientDone;
  private boolean bodyDone;
  private boolean isPaused;
  private boolean keeps;
  private boolean hasSent;
  private long sent;

  RequestRelay(LiveExchange exchange) {
    this.exchange = exchange;
  }

  void clear() {
    mode = Mode.HOLD;
    chain = null;
    stream = null;
    sink = null;
    replacement = null;
    trailers = null;
    tee = null;
    received = 0;
    clientDone = false;
    bodyDone = false;
    isPaused = false;
    keeps = false;
    hasSent = false;
    sent = 0;
  }

  /** The route is known: parts go through its filters from now on. */
  void begin(Pipeline pipeline) {
    if (exchange.requestFraming != BodyFraming.NONE && pipeline.has(Phase.ON_REQUEST_BODY)) {
      chain =
          new BodyChain(
              exchange, Phase.ON_REQUEST_BODY, pipeline.phase(Phase.ON_REQUEST_BODY), this);
    }
  }

  long received() {
    return received;
  }

  long sent() {
    return sent;
  }

  /** Whether the client has sent all of its request. */
  boolean isClientDone() {
    return clientDone;
  }

  /** Whether all of the body has passed the filters. */
  boolean isComplete() {
    return bodyDone;
  }

  int heldBytes() {
    return exchange.held.size();
  }

  boolean isPaused() {
    return isPaused;
  }

  // ---- from the client

  /** The request has no body. */
  void onNoBody() {
    clientDone = true;
    bodyDone = true;
  }

  void onPart(ByteBuffer part) {
    if (mode == Mode.DISCARD || replacement != null) {
      part.position(part.limit());
      return;
    }
    received += part.remaining();
    exchange.expectsContinue = false;
    Route route = exchange.route;
    if (route != null && received > route.maxBodyBytes()) {
      part.position(part.limit());
      exchange.driver.fail(exchange, tooLarge(route));
    } else if (chain != null) {
      chain.push(part);
    } else {
      passed(part);
    }
  }

  void onTrailers(HeaderMap fields) {
    HeaderMap copy = new HeaderMap();
    copy.addAll(fields);
    trailers = copy;
  }

  void onEnd() {
    clientDone = true;
    letClientBeHeard();
    if (mode == Mode.DISCARD || replacement != null) return;
    if (chain != null) chain.pushEnd();
    else passedEnd();
  }

  static ProxyError tooLarge(Route route) {
    return ProxyError.of(
        ProxyError.Kind.REQUEST_BODY_TOO_LARGE, "more than " + route.maxBodyBytes() + " bytes");
  }

  // ---- out of the filters

  @Override
  public void passed(ByteBuffer part) {
    Tee copies = tee;
    if (copies != null) copies.add(part);
    switch (mode) {
      case HOLD -> {
        exchange.held.add(part);
        if (exchange.held.size() >= HOLD_LIMIT && !collectsWhole()) pause();
      }
      case RELAY -> relay(part);
      case CONSUME -> {
        BodySink taker = sink;
        if (taker != null && !taker.write(part)) pause();
      }
      case DISCARD -> part.position(part.limit());
    }
  }

  private boolean collectsWhole() {
    Pipeline pipeline = exchange.pipeline;
    return pipeline != null && pipeline.holdsRequestBody();
  }

  private void relay(ByteBuffer part) {
    UpstreamStream to = stream;
    if (to == null) return;
    if (keeps) keep(part);
    hasSent = true;
    sent += part.remaining();
    to.sendBody(part);
    if (!to.isWritable()) pause();
  }

  private int replayBytes() {
    UpstreamWorker upstream = exchange.upstream;
    return upstream == null ? 0 : upstream.upstream().retry().replayBytes();
  }

  private void keep(ByteBuffer part) {
    if (exchange.held.size() + part.remaining() <= replayBytes()) {
      exchange.held.addCopy(part);
    } else {
      keeps = false;
      exchange.held.clear();
    }
  }

  @Override
  public void passedEnd() {
    bodyDone = true;
    if (tee != null) tee.end();
    switch (mode) {
      case RELAY -> {
        UpstreamStream to = stream;
        if (to != null) to.sendEnd(trailers);
        exchange.driver.forwarder().onRequestSent(exchange);
      }
      case CONSUME -> {
        BodySink taker = sink;
        if (taker != null) taker.end(trailers);
      }
      case HOLD, DISCARD -> {}
    }
    exchange.driver.forwarder().onRequestComplete(exchange);
  }

  @Override
  public void onVerdict(Verdict verdict) {
    exchange.driver.responder().onVerdict(exchange, Phase.ON_REQUEST_BODY, verdict);
  }

  @Override
  public void onHeld() {
    pause();
  }

  @Override
  public void onFreed() {
    resumeIfWanted();
  }

  /**
   * Copies the whole body to {@code taker} once it is complete, unless it is longer than {@code
   * limit}.
   */
  void tee(int limit, Consumer<ByteBuffer> taker) {
    Tee copies = new Tee(limit, taker);
    if (exchange.held.size() > 0) copies.add(exchange.held.view());
    if (bodyDone) copies.end();
    else tee = copies;
  }

  private static final class Tee {
    private final int limit;
    private final Consumer<ByteBuffer> taker;
    private final HeldBody copy = new HeldBody();
    private boolean isTooLong;

    Tee(int limit, Consumer<ByteBuffer> taker) {
      this.limit = limit;
      this.taker = taker;
    }

    void add(ByteBuffer part) {
      isTooLong |= (long) copy.size() + part.remaining() > limit;
      if (!isTooLong) copy.addCopy(part);
      else copy.clear();
    }

    void end() {
      if (!isTooLong) taker.accept(copy.view());
    }
  }

  // ---- to an endpoint

  /** Sends what is held to {@code to}, and what comes from now on. */
  void attach(UpstreamStream to, boolean keepForRetry) {
    mode = Mode.RELAY;
    stream = to;
    keeps = keepForRetry;
    BodySource other = replacement;
    if (other != null) {
      startReplacement(other);
      return;
    }
    if (exchange.held.size() > 0) {
      hasSent = true;
      sent += exchange.held.size();
      to.sendBody(exchange.held.view());
      if (!keepForRetry) exchange.held.clear();
    }
    if (bodyDone) {
      to.sendEnd(trailers);
      exchange.driver.forwarder().onRequestSent(exchange);
    } else {
      resumeIfWanted();
    }
  }

  /** The attempt is over; what comes is held again. */
  void detach() {
    stream = null;
    if (mode == Mode.RELAY) mode = Mode.HOLD;
  }

  /** Whether another attempt could send the whole body. */
  boolean isReplayable() {
    return !hasSent || keeps && replacement == null;
  }

  /** The endpoint can take more. */
  void onStreamWritable() {
    resumeIfWanted();
  }

  private void resumeIfWanted() {
    if (!isPaused || chain != null && chain.isHeld()) return;
    UpstreamStream to = stream;
    if (mode == Mode.RELAY && to != null && !to.isWritable()) return;
    if (mode == Mode.HOLD && exchange.held.size() >= HOLD_LIMIT && !collectsWhole()) return;
    isPaused = false;
    if (replacement != null) {
      replacement.demand();
      return;
    }
    ClientStream client = exchange.client;
    if (client != null) client.resumeRequest();
  }

  /**
   * A client that has sent everything need not be held back, and only a read shows that it goes.
   */
  private void letClientBeHeard() {
    if (!isPaused || replacement != null) return;
    isPaused = false;
    ClientStream client = exchange.client;
    if (client != null) client.resumeRequest();
  }

  private void pause() {
    if (isPaused || clientDone && replacement == null) return;
    isPaused = true;
    ClientStream client = exchange.client;
    if (client != null && replacement == null) client.pauseRequest();
  }

  // ---- to nobody

  /** The rest of the body is not wanted. */
  void discard() {
    if (mode == Mode.DISCARD) return;
    mode = Mode.DISCARD;
    stream = null;
    if (chain != null) chain.cancel();
    if (replacement != null) replacement.cancel();
    replacement = null;
    exchange.held.clear();
    if (sink != null && !bodyDone)
      sink.fail(ProxyError.of(ProxyError.Kind.CLIENT_GONE, "the exchange has ended"));
    sink = null;
    if (isPaused) {
      isPaused = false;
      ClientStream client = exchange.client;
      if (client != null) client.resumeRequest();
    }
  }

  // ---- to a filter

  /** Gives the body to a filter; see {@code Exchange.requestBody}. */
  BodySource consume() {
    if (mode != Mode.HOLD || replacement != null || exchange.step != LiveExchange.Step.REQUEST) {
      throw new IllegalStateException("the request body is taken already");
    }
    int use = exchange.generation;
    return new BodySource() {
      @Override
      public void start(BodySink taker) {
        if (use == exchange.generation && mode == Mode.HOLD) startConsuming(taker);
        else taker.fail(ProxyError.of(ProxyError.Kind.INTERNAL, "the exchange has ended"));
      }

      @Override
      public void demand() {
        if (use == exchange.generation && mode == Mode.CONSUME) resumeIfWanted();
      }

      @Override
      public void cancel() {
        if (use == exchange.generation && mode == Mode.CONSUME) {
          sink = null;
          discard();
        }
      }
    };
  }

  private void startConsuming(BodySink taker) {
    mode = Mode.CONSUME;
    sink = taker;
    exchange.driver.responder().allowBody(exchange);
    boolean goOn = true;
    if (exchange.held.size() > 0) {
      ByteBuffer held = ByteBuffer.allocate(exchange.held.size()).put(exchange.held.view()).flip();
      exchange.held.clear();
      goOn = taker.write(held);
    }
    if (bodyDone || exchange.requestFraming == BodyFraming.NONE) taker.end(trailers);
    else if (goOn) resumeIfWanted();
    else pause();
  }

  /** Another body takes the place of the client's, of which all or nothing has been read. */
  void replace(BodySource other) {
    boolean isRead = mode == Mode.CONSUME && bodyDone;
    if (mode != Mode.HOLD && !isRead || exchange.step != LiveExchange.Step.REQUEST) {
      throw new IllegalStateException("the request body can be replaced in onRequest only");
    }
    mode = Mode.HOLD;
    sink = null;
    replacement = other;
    chain = null;
    exchange.held.clear();
    exchange.requestFraming = BodyFraming.MARKED;
    exchange.requestLength = -1;
    if (isPaused) {
      isPaused = false;
      ClientStream client = exchange.client;
      if (client != null) client.resumeRequest();
    }
  }

  private void startReplacement(BodySource other) {
    int use = exchange.generation;
    other.start(
        new BodySink() {
          @Override
          public boolean write(ByteBuffer part) {
            if (use != exchange.generation || mode != Mode.RELAY) return false;
            relay(part);
            return !isPaused;
          }

          @Override
          public void end(@Nullable HeaderMap fields) {
            if (use != exchange.generation || mode != Mode.RELAY) return;
            trailers = fields;
            passedEnd();
          }

          @Override
          public void fail(ProxyError error) {
            if (use == exchange.generation) exchange.driver.fail(exchange, error);
          }
        });
  }
}
