package dev.penstock.scripting;

import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.spi.BodyPart;
import dev.penstock.engine.spi.Endpoint;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.ExchangeCache;
import dev.penstock.engine.spi.Identity;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Response;
import java.time.Duration;
import org.apache.logging.log4j.Level;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * One exchange as the JavaScript side of the door sees it. Public for the engine's access checks
 * only; the guest can call what is exported and nothing else.
 *
 * <p>Answers until the exchange is over; afterwards everything but the id fails by saying so.
 * Setters answer null, or a sentence for a TypeError. Worker-confined.
 */
public final class ExchangeHost {
  private static final String[] NONE = {};

  private final ScriptExchange own;
  private @Nullable ClientRequestHost request;
  private @Nullable UpstreamRequestHost upstreamRequest;
  private @Nullable UpstreamResponseHost response;
  private int attemptSeen;
  private boolean responseIsNew;
  private String[] paramNames = NONE;

  ExchangeHost(ScriptExchange own) {
    this.own = own;
  }

  void onPhase(Phase phase) {
    if (phase == Phase.ON_RESPONSE || phase == Phase.ON_UPSTREAM_RESPONSE) responseIsNew = true;
  }

  void onEnd() {
    if (request != null) request.onEnd();
    if (upstreamRequest != null) upstreamRequest.onEnd();
    if (response != null) response.onEnd();
  }

  private Exchange live() {
    return own.live();
  }

  // ---- its parts
  // ----------------------------------------------------------------------------------------------------

  @HostAccess.Export
  public ClientRequestHost request() {
    if (request == null) request = new ClientRequestHost(own);
    return request;
  }

  /**
   * The copy for the endpoint of the attempt, or null when it is the one that was asked for last.
   */
  @HostAccess.Export
  public @Nullable UpstreamRequestHost upstreamRequest() {
    int now = live().attempts();
    if (upstreamRequest != null && now == attemptSeen) return null;
    attemptSeen = now;
    if (upstreamRequest == null) upstreamRequest = new UpstreamRequestHost(own);
    return upstreamRequest;
  }

  /** 0 when there is no response, 1 when there is the one of before, 2 when there is another. */
  @HostAccess.Export
  public int responseState() {
    if (!live().hasResponse()) return 0;
    boolean was = responseIsNew;
    responseIsNew = false;
    return was ? 2 : 1;
  }

  @HostAccess.Export
  public UpstreamResponseHost response() {
    if (response == null) response = new UpstreamResponseHost(own);
    return response;
  }

  /** The part that a body hook is called for. */
  @HostAccess.Export
  public BodyPartHost part() {
    live();
    BodyPart part = own.part();
    if (part == null) throw new GoneException();
    return new BodyPartHost(own, part);
  }

  @HostAccess.Export
  public VarsHost vars() {
    return new VarsHost(own);
  }

  // ---- about it
  // -----------------------------------------------------------------------------------------------------

  @HostAccess.Export
  public String id() {
    return own.idText();
  }

  @HostAccess.Export
  public String route() {
    return own.use().owner();
  }

  @HostAccess.Export
  public String schedule() {
    return own.schedule();
  }

  /** An answer to an expectation or early knowledge: 103 with these lines. */
  @HostAccess.Export
  public @Nullable String earlyHints(String lines) {
    ResponseHead hints = new ResponseHead();
    hints.status(103);
    try {
      for (String line : lines.split("\n", -1)) {
        int colon = line.indexOf(": ");
        if (colon > 0) hints.headers().add(line.substring(0, colon), line.substring(colon + 2));
      }
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
    live().sendInterim(hints);
    return null;
  }

  /**
   * Takes the Response that the script answers with; throws the script's TypeError when it is used
   * up.
   */
  @HostAccess.Export
  public void answer(Value response) {
    Response taken = own.use().context().guest().host().web().take(response);
    own.answer(Answers.limited(own, taken));
  }

  @HostAccess.Export
  public boolean isAnswered() {
    return own.isAnswered();
  }

  // ---- about the exchange
  // -------------------------------------------------------------------------------------------

  @HostAccess.Export
  public String clientIp() {
    return live().clientAddress().getHostAddress();
  }

  @HostAccess.Export
  public boolean isSecure() {
    return live().isSecure();
  }

  /** Who sends the request, as JSON, or null. */
  @HostAccess.Export
  public @Nullable String identity() {
    Identity who = live().identity();
    return who == null ? null : IdentityText.json(who);
  }

  @HostAccess.Export
  public @Nullable String upstream() {
    return live().upstream();
  }

  @HostAccess.Export
  public @Nullable String setUpstream(String name) {
    Exchange now = live();
    if (own.phase() != Phase.ON_REQUEST) return "exchange.upstream can be set in onRequest only";
    try {
      now.upstream(name);
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  @HostAccess.Export
  public void cacheBypass() {
    live().cache().bypass();
  }

  @HostAccess.Export
  public void cacheKey(String part) {
    live().cache().key(part);
  }

  @HostAccess.Export
  public void cacheTag(String name) {
    live().cache().tag(name);
  }

  /** Which time, as exchange.js numbers them; an answer says what is wrong with it. */
  @HostAccess.Export
  public @Nullable String cacheTime(int which, double seconds) {
    if (!(seconds >= 0)) return "exchange.cache takes seconds, 0 or more";
    Duration time = Duration.ofSeconds((long) seconds);
    ExchangeCache cache = live().cache();
    switch (which) {
      case 0 -> cache.ttl(time);
      case 1 -> cache.staleWhileRevalidate(time);
      default -> cache.staleIfError(time);
    }
    return null;
  }

  @HostAccess.Export
  public @Nullable String endpointName() {
    Endpoint endpoint = live().endpoint();
    return endpoint == null ? null : endpoint.name();
  }

  @HostAccess.Export
  public int attempts() {
    return live().attempts();
  }

  @HostAccess.Export
  public double elapsedMs() {
    long now = own.use().context().thread().clock().nanoTime();
    return Math.floorDiv(now - live().startNs(), 1_000L) / 1000.0;
  }

  @HostAccess.Export
  public @Nullable String errorKind() {
    live();
    ProxyError error = own.error();
    return error == null
        ? null
        : error.kind().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }

  @HostAccess.Export
  public String errorSide() {
    ProxyError error = own.error();
    return error == null ? "" : error.kind().side().name().toLowerCase(java.util.Locale.ROOT);
  }

  @HostAccess.Export
  public int errorStatus() {
    ProxyError error = own.error();
    return error == null ? 0 : error.kind().status();
  }

  @HostAccess.Export
  public String errorDetail() {
    ProxyError error = own.error();
    return error == null ? "" : error.detail();
  }

  @HostAccess.Export
  public boolean errorIsRetryable() {
    ProxyError error = own.error();
    return error != null && error.kind().retry() != ProxyError.Retry.NEVER;
  }

  @HostAccess.Export
  public int paramCount() {
    paramNames = live().pathParameters().keySet().toArray(NONE);
    return paramNames.length;
  }

  @HostAccess.Export
  public String paramName(int i) {
    return paramNames[i];
  }

  @HostAccess.Export
  public @Nullable String paramValue(int i) {
    return live().pathParameters().get(paramNames[i]);
  }

  @HostAccess.Export
  public void log(int level, String text) {
    Level at =
        switch (level) {
          case 0 -> Level.DEBUG;
          case 1 -> Level.INFO;
          case 2 -> Level.WARN;
          default -> Level.ERROR;
        };
    own.use().context().write(at, text);
  }

  // ---- promises
  // -----------------------------------------------------------------------------------------------------

  @HostAccess.Export
  public void settled(int code) {
    own.waiting().settled(code);
  }

  @HostAccess.Export
  public void failed(Value error) {
    own.fail(ScriptFailure.of(error, own.use().context().version().bundle()));
    own.waiting().settled(ScriptContext.FAILED);
  }

  /** A fetch handler failed after it had asked to be passed by. */
  @HostAccess.Export
  public void passed(Value error) {
    ScriptContext context = own.use().context();
    context.report(
        ScriptFailure.of(error, context.version().bundle()), own, "fetch (passed through)");
  }

  @HostAccess.Export
  public void onAbort(Value listener) {
    own.onAbort(listener);
  }

  @HostAccess.Export
  public @Nullable String workBegins() {
    if (own.isOver() && !own.isWorking()) return "waitUntil() after the exchange is over";
    own.workBegins();
    return null;
  }

  @HostAccess.Export
  public void workEnds() {
    own.workEnds();
  }

  @HostAccess.Export
  public void workFails(Value error) {
    ScriptContext context = own.use().context();
    context.report(ScriptFailure.of(error, context.version().bundle()), own, "waitUntil");
    own.workEnds();
  }
}
