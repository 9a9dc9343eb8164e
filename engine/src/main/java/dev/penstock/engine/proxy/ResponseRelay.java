package dev.penstock.engine.proxy;

import dev.penstock.engine.files.SizedSource;
import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.HttpVersion;
import dev.penstock.engine.http.Methods;
import dev.penstock.engine.plan.Pipeline;
import dev.penstock.engine.plan.PlacedFilter;
import dev.penstock.engine.spi.BodySink;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.spi.Verdict;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Moves the response body from where it comes from (an endpoint, an answer of ours) through the
 * filters to the client, and holds the sender back when the client is slow.
 */
final class ResponseRelay implements BodyChain.Output {
  private static final int STEP_BYTES = 64 * 1024;

  /** Bytes outside of the heap go to the socket from where they are, in larger steps. */
  private static final int DIRECT_STEP_BYTES = 256 * 1024;

  private final LiveExchange exchange;
  private @Nullable BodyChain chain;
  private @Nullable BodySource source;
  private @Nullable ByteBuffer whole;
  private @Nullable HeaderMap trailers;
  private BodyFraming framing = BodyFraming.NONE;
  private long length = -1;
  private boolean isFromUpstream;
  private boolean isPaused;
  private boolean isHeadSent;
  private boolean isDone;
  private boolean isStarted;
  private boolean endedEarly;
  private boolean isBodyless;
  private final HeldBody early = new HeldBody();
  private long sent;

  ResponseRelay(LiveExchange exchange) {
    this.exchange = exchange;
  }

  void clear() {
    chain = null;
    source = null;
    whole = null;
    trailers = null;
    framing = BodyFraming.NONE;
    length = -1;
    isFromUpstream = false;
    isPaused = false;
    isHeadSent = false;
    isDone = false;
    isStarted = false;
    endedEarly = false;
    isBodyless = false;
    early.clear();
    sent = 0;
  }

  long sent() {
    return sent;
  }

  boolean isPaused() {
    return isPaused;
  }

  /** Whether all of the response has been handed to the client's side. */
  boolean isDone() {
    return isDone;
  }

  /** The response will come from the endpoint, framed like this. */
  void fromUpstream(BodyFraming upstreamFraming, long upstreamLength) {
    isFromUpstream = true;
    source = null;
    whole = null;
    framing = upstreamFraming;
    length = upstreamLength;
  }

  /** The response is an answer of ours. */
  void fromAnswer(Response response) {
    BodySource streams = response.source();
    if (streams != null)
      fromSource(streams, streams instanceof SizedSource sized ? sized.length() : -1);
    else fromStored(ByteBuffer.wrap(response.body()), null);
  }

  /** The body comes from {@code body}, its length being -1 when it is not known. */
  void fromSource(BodySource body, long bodyLength) {
    fromHere(body);
    source = body;
    framing = bodyLength < 0 ? BodyFraming.MARKED : BodyFraming.LENGTH;
    length = bodyLength;
  }

  /** The body is there, as {@code body}, whose position is ours. */
  void fromStored(ByteBuffer body, @Nullable HeaderMap fields) {
    fromHere(null);
    whole = body;
    trailers = fields;
    framing = fields == null ? BodyFraming.LENGTH : BodyFraming.MARKED;
    length = fields == null ? body.remaining() : -1;
  }

  private void fromHere(@Nullable BodySource next) {
    BodySource earlier = source;
    if (earlier != null && earlier != next) earlier.cancel();
    source = null;
    whole = null;
    isFromUpstream = false;
    early.clear();
    endedEarly = false;
    isPaused = false;
  }

  BodyFraming framing() {
    return framing;
  }

  /** What came of the endpoint's body before anybody could take it; valid until the next change. */
  ByteBuffer early() {
    return early.view();
  }

  /** Whether the endpoint's body came to its end before anybody could take it. */
  boolean hasEnded() {
    return endedEarly;
  }

  @Nullable HeaderMap trailers() {
    return trailers;
  }

  boolean isFromUpstream() {
    return isFromUpstream;
  }

  /** Sends the head and what there is of the body. All filters have seen the head. */
  void start() {
    ClientStream client = exchange.client;
    if (client == null) return;
    int status = exchange.response.status();
    if (status == 204
        || status == 304
        || exchange.request.isMethod(Methods.HEAD)
        || framing == BodyFraming.NONE) {
      sendBodyless(client, status);
      return;
    }
    Pipeline pipeline = exchange.pipeline;
    if (pipeline != null && exchange.reached >= 0 && pipeline.has(Phase.ON_RESPONSE_BODY)) {
      PlacedFilter[] looking = pipeline.responseBodyFilters(exchange.leftResponseBody);
      if (looking.length > 0)
        chain = new BodyChain(exchange, Phase.ON_RESPONSE_BODY, looking, this);
      if (pipeline.changesResponseBody(exchange.leftResponseBody)) {
        framing = BodyFraming.MARKED;
        length = -1;
      }
    }
    if (framing == BodyFraming.MARKED && client.version() == HttpVersion.HTTP_1_0)
      framing = BodyFraming.CLOSE;
    if (framing == BodyFraming.CLOSE && client.version() != HttpVersion.HTTP_1_0)
      framing = BodyFraming.MARKED;
    isHeadSent = true;
    exchange.driver.responder().onHeadSent(exchange);
    client.sendHead(exchange.response, framing, length);
    isStarted = true;
    BodySource body = source;
    if (body != null) startSource(body);
    else if (whole != null) pushWhole();
    else flushEarly();
  }

  private void sendBodyless(ClientStream client, int status) {
    long shown = isFromUpstream && framing == BodyFraming.NONE ? wouldBeLength() : length;
    if (status == 204 || status == 304 && !isFromUpstream) shown = -1;
    BodySource body = source;
    if (body != null) body.cancel();
    boolean needsZero =
        framing == BodyFraming.NONE
            && status != 204
            && status != 304
            && !exchange.request.isMethod(Methods.HEAD);
    isHeadSent = true;
    isStarted = true;
    exchange.driver.responder().onHeadSent(exchange);
    client.sendHead(
        exchange.response,
        needsZero ? BodyFraming.LENGTH : BodyFraming.NONE,
        needsZero ? 0 : shown);
    // An endpoint's body that has no place behind this head (a filter made it 204) is not waited
    // for, and must never follow it: it would be read as the next response.
    isBodyless = true;
    if (!isFromUpstream || endedEarly || framing != BodyFraming.NONE) finish();
  }

  /** What the body of a response to HEAD, or of a 304, would be long, or -1 (RFC 9110 §8.6). */
  private long wouldBeLength() {
    Pipeline pipeline = exchange.pipeline;
    if (pipeline != null && pipeline.changesResponseBody(exchange.leftResponseBody)) return -1;
    return toldLength();
  }

  /** How long the body is, or would be, before filters change it, or -1. */
  long length() {
    return isFromUpstream && framing == BodyFraming.NONE ? toldLength() : length;
  }

  private long toldLength() {
    String told = exchange.response.headers().get(HeaderName.CONTENT_LENGTH);
    try {
      return told == null ? -1 : Long.parseLong(told);
    } catch (NumberFormatException e) {
      return -1; // a filter's own words
    }
  }

  // ---- from an endpoint

  void onPart(ByteBuffer part) {
    if (isDone || isBodyless) {
      part.position(part.limit());
    } else if (!isStarted) {
      // A filter still thinks about the head.
      early.add(part);
      pause();
    } else if (chain != null) {
      chain.push(part);
    } else {
      passed(part);
    }
  }

  /** See {@code Exchange.promptResponseBody}. */
  boolean prompt(Filter filter) {
    return isStarted && !isDone && chain != null && chain.prompt(filter);
  }

  void onTrailers(HeaderMap fields) {
    HeaderMap copy = new HeaderMap();
    copy.addAll(fields);
    trailers = copy;
  }

  void onEnd() {
    if (isDone) return;
    if (!isStarted) endedEarly = true;
    else if (chain != null) chain.pushEnd();
    else finish();
  }

  private void flushEarly() {
    if (early.size() > 0) {
      int use = exchange.generation;
      ByteBuffer parts = ByteBuffer.allocate(early.size()).put(early.view()).flip();
      early.clear();
      onPart(parts);
      if (use != exchange.generation) return; // a filter ended the exchange
    }
    if (endedEarly) onEnd();
    else resumeIfWanted();
  }

  // ---- out of the filters

  @Override
  public void passed(ByteBuffer part) {
    ClientStream client = exchange.client;
    if (client == null) {
      part.position(part.limit());
      return;
    }
    sent += part.remaining();
    client.sendBody(part);
    if (!client.isWritable()) pause();
  }

  @Override
  public void passedEnd() {
    finish();
  }

  private void finish() {
    if (isDone) return;
    isDone = true;
    ClientStream client = exchange.client;
    if (client != null) client.sendEnd(trailers);
    exchange.driver.responder().onComplete(exchange);
  }

  @Override
  public void onVerdict(Verdict verdict) {
    exchange.driver.responder().onVerdict(exchange, Phase.ON_RESPONSE_BODY, verdict);
  }

  @Override
  public void onHeld() {
    pause();
  }

  @Override
  public void onFreed() {
    resumeIfWanted();
  }

  // ---- pace

  private void pause() {
    if (isPaused) return;
    isPaused = true;
    if (isFromUpstream) exchange.attempt.pause();
  }

  /** The client can take more. */
  void onClientWritable() {
    resumeIfWanted();
  }

  private void resumeIfWanted() {
    if (!isPaused || isDone || !isStarted || chain != null && chain.isHeld()) return;
    ClientStream client = exchange.client;
    if (client != null && !client.isWritable()) return;
    isPaused = false;
    if (isFromUpstream) {
      exchange.attempt.resume();
      return;
    }
    BodySource body = source;
    if (body != null) body.demand();
    else pushWhole();
  }

  // ---- an answer of ours

  private void startSource(BodySource body) {
    int use = exchange.generation;
    body.start(
        new BodySink() {
          @Override
          public boolean write(ByteBuffer part) {
            if (use != exchange.generation || isDone) return false;
            onPart(part);
            return !isPaused;
          }

          @Override
          public void end(@Nullable HeaderMap fields) {
            if (use != exchange.generation) return;
            if (fields != null) onTrailers(fields);
            onEnd();
          }

          @Override
          public void fail(ProxyError error) {
            if (use == exchange.generation) exchange.driver.fail(exchange, error);
          }
        });
  }

  private void pushWhole() {
    ByteBuffer body = whole;
    if (body == null) return;
    int use = exchange.generation;
    int step = body.isDirect() ? DIRECT_STEP_BYTES : STEP_BYTES;
    while (body.hasRemaining() && !isPaused && !isDone) {
      int n = Math.min(step, body.remaining());
      ByteBuffer part = body.slice(body.position(), n);
      body.position(body.position() + n);
      onPart(part);
      if (use != exchange.generation) return; // a filter ended the exchange
    }
    if (!body.hasRemaining() && !isPaused) onEnd();
  }

  /** Nothing more is to be sent; whoever makes the body is told. */
  void cancel() {
    isDone = true;
    if (chain != null) chain.cancel();
    BodySource body = source;
    source = null;
    whole = null;
    if (body != null) body.cancel();
  }

  /** Whether the client has been sent the head. */
  boolean isHeadSent() {
    return isHeadSent;
  }
}
