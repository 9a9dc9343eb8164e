package dev.penstock.scripting;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.HttpVersion;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.spi.BodyPart;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.Endpoint;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Identity;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Response;
import dev.penstock.scripting.web.HeaderMapHost;
import dev.penstock.scripting.web.RequestHost;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.logging.log4j.Level;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * One exchange as exchange.js sees it. Public for the engine's access checks only; the guest can
 * call what is exported and nothing else.
 *
 * <p>Answers until the exchange is over; afterwards everything but the id fails by saying so.
 * Setters answer null, or a sentence for a TypeError. Worker-confined.
 */
public final class ExchangeHost {
  private static final String[] NONE = {};
  private static final String NOT_HERE = "this can be changed up to onRequest only";

  private final ScriptExchange own;
  private @Nullable HeaderMapHost requestHeaders;
  private @Nullable HeaderMapHost upstreamHeaders;
  private @Nullable HeaderMapHost responseHeaders;
  private @Nullable TextParts textParts;
  private int attemptSeen;
  private boolean responseIsNew;
  private boolean bodyTaken;
  private String[] varNames = NONE;
  private String[] paramNames = NONE;

  ExchangeHost(ScriptExchange own) {
    this.own = own;
  }

  void onPhase(Phase phase) {
    if (phase == Phase.ON_RESPONSE || phase == Phase.ON_UPSTREAM_RESPONSE) responseIsNew = true;
  }

  void onEnd() {
    if (requestHeaders != null) requestHeaders.bind(new HeaderMap());
    if (upstreamHeaders != null) upstreamHeaders.bind(new HeaderMap());
    if (responseHeaders != null) responseHeaders.bind(new HeaderMap());
  }

  private Exchange live() {
    Exchange now = own.exchange();
    if (now == null) throw new GoneException();
    return now;
  }

  private RequestHead head() {
    return live().request();
  }

  @HostAccess.Export
  public void check() {
    live();
  }

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

  // ---- request
  // ------------------------------------------------------------------------------------------------------

  @HostAccess.Export
  public String method() {
    return head().method();
  }

  @HostAccess.Export
  public @Nullable String setMethod(String method) {
    if (own.phase() != Phase.ON_REQUEST) return NOT_HERE;
    if (method.equals("CONNECT") || method.equals("TRACE"))
      return "a request cannot become " + method;
    try {
      head().method(method);
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  @HostAccess.Export
  public String path() {
    return head().path();
  }

  @HostAccess.Export
  public @Nullable String setPath(String path) {
    return own.phase() != Phase.ON_REQUEST ? NOT_HERE : setPath(head(), path);
  }

  @HostAccess.Export
  public String query() {
    String query = head().query();
    return query == null ? "" : query;
  }

  @HostAccess.Export
  public @Nullable String setQuery(String query) {
    return own.phase() != Phase.ON_REQUEST ? NOT_HERE : setQuery(head(), query);
  }

  @HostAccess.Export
  public String url() {
    Exchange now = live();
    RequestHead head = now.request();
    String url = now.scheme() + "://" + host(head) + head.path();
    return head.hasQuery() ? url + "?" + head.query() : url;
  }

  @HostAccess.Export
  public String authority() {
    return host(head());
  }

  @HostAccess.Export
  public String httpVersion() {
    return head().version() == HttpVersion.HTTP_2
        ? "2"
        : head().version() == HttpVersion.HTTP_1_0 ? "1.0" : "1.1";
  }

  @HostAccess.Export
  public HeaderMapHost requestHeaders() {
    if (requestHeaders == null) requestHeaders = new HeaderMapHost(head().headers());
    return requestHeaders;
  }

  /** Gives the whole body to {@code done} and has it forwarded all the same. */
  @HostAccess.Export
  public @Nullable String readRequestBody(Value done, Value failed) {
    BodySource body = takeBody();
    if (body == null)
      return "the body can be read in onRequest only, once; use onRequestBody, or clone() what was read";
    ScriptContext context = own.use().context();
    body.start(
        new CollectingSink(
            own.limits().maxBody(),
            bytes -> {
              Exchange now = own.exchange();
              if (now != null && bytes.length > 0) now.replaceRequestBody(new BytesSource(bytes));
              context.run(own, own.limits(), () -> done.executeVoid(ByteBuffer.wrap(bytes)));
            },
            problem -> context.run(own, own.limits(), () -> failed.executeVoid(problem))));
    return null;
  }

  @HostAccess.Export
  public @Nullable String replaceRequestBody(Value response) {
    if (own.phase() != Phase.ON_REQUEST) return NOT_HERE;
    BodySource body = own.use().context().guest().host().web().takeBody(response);
    bodyTaken = true;
    live()
        .replaceRequestBody(
            body == null ? new BytesSource(new byte[0]) : new TurnSource(own, body));
    return null;
  }

  /** The request for {@code export default fetch}. */
  @HostAccess.Export
  public RequestHost fetchRequest() {
    return new FetchRequest(this, own);
  }

  /** As the client declares it, or -1. */
  long bodyLength() {
    String length = head().headers().get(HeaderName.CONTENT_LENGTH);
    return length == null ? -1 : Long.parseLong(length);
  }

  @Nullable BodySource takeBody() {
    if (own.phase() != Phase.ON_REQUEST || bodyTaken) return null;
    bodyTaken = true;
    return live().requestBody();
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

  // ---- the copy for an endpoint
  // ---------------------------------------------------------------------------------------

  @HostAccess.Export
  public String upstreamMethod() {
    return live().upstreamRequest().method();
  }

  @HostAccess.Export
  public String upstreamPath() {
    return live().upstreamRequest().path();
  }

  @HostAccess.Export
  public @Nullable String setUpstreamPath(String path) {
    return setPath(live().upstreamRequest(), path);
  }

  @HostAccess.Export
  public String upstreamQuery() {
    String query = live().upstreamRequest().query();
    return query == null ? "" : query;
  }

  @HostAccess.Export
  public @Nullable String setUpstreamQuery(String query) {
    return setQuery(live().upstreamRequest(), query);
  }

  @HostAccess.Export
  public HeaderMapHost upstreamHeaders() {
    HeaderMap fields = live().upstreamRequest().headers();
    if (upstreamHeaders == null) upstreamHeaders = new HeaderMapHost(fields);
    else upstreamHeaders.bind(fields);
    return upstreamHeaders;
  }

  @HostAccess.Export
  public boolean isNewAttempt() {
    int now = live().attempts();
    if (now == attemptSeen) return false;
    attemptSeen = now;
    return true;
  }

  // ---- response
  // -----------------------------------------------------------------------------------------------------

  @HostAccess.Export
  public boolean hasResponse() {
    return live().hasResponse();
  }

  @HostAccess.Export
  public boolean isNewResponse() {
    boolean was = responseIsNew;
    responseIsNew = false;
    return was;
  }

  @HostAccess.Export
  public int status() {
    return live().response().status();
  }

  @HostAccess.Export
  public @Nullable String setStatus(int status) {
    if (own.phase() != Phase.ON_RESPONSE && own.phase() != Phase.ON_UPSTREAM_RESPONSE) {
      return "the status can be changed in onResponse and onUpstreamResponse only";
    }
    int now = live().response().status();
    if (status < 200 || status > 599) return "a status is 200 to 599, not " + status;
    boolean hadBody = now != 204 && now != 205 && now != 304;
    boolean hasBody = status != 204 && status != 205 && status != 304;
    if (hadBody != hasBody)
      return "status "
          + now
          + " cannot become "
          + status
          + " as one of them has no body; return a new Response";
    live().response().status(status);
    return null;
  }

  @HostAccess.Export
  public HeaderMapHost responseHeaders() {
    HeaderMap fields = live().response().headers();
    if (responseHeaders == null) responseHeaders = new HeaderMapHost(fields);
    else responseHeaders.bind(fields);
    return responseHeaders;
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

  // ---- parts of bodies
  // ----------------------------------------------------------------------------------------------

  private BodyPart part() {
    live();
    BodyPart part = own.part();
    if (part == null) throw new GoneException();
    return part;
  }

  @HostAccess.Export
  public @Nullable ByteBuffer partBytes() {
    return part().bytes().asReadOnlyBuffer().slice();
  }

  @HostAccess.Export
  public int partSize() {
    return part().bytes().remaining();
  }

  @HostAccess.Export
  public boolean partIsLast() {
    return part().isLast();
  }

  @HostAccess.Export
  public String partText() {
    if (textParts == null) textParts = new TextParts();
    return textParts.decode(own.phase(), part());
  }

  @HostAccess.Export
  public @Nullable String replacePart(String text) {
    part().replace(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    return null;
  }

  @HostAccess.Export
  public @Nullable String replacePartBytes(Value buffer, int offset, int length) {
    byte[] bytes = new byte[length];
    buffer.readBuffer(offset, bytes, 0, length);
    part().replace(ByteBuffer.wrap(bytes));
    return null;
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
  public @Nullable Object variable(String name) {
    return plain(live().vars().get(name));
  }

  @HostAccess.Export
  public @Nullable String setVariable(String name, Value value) {
    Map<String, Object> vars = live().vars();
    if (vars.size() >= 1_000 && !vars.containsKey(name))
      return "an exchange has at most 1000 variables";
    if (value.isString()) vars.put(name, value.asString());
    else if (value.isBoolean()) vars.put(name, value.asBoolean());
    else if (value.fitsInLong()) vars.put(name, value.asLong());
    else vars.put(name, value.asDouble());
    return null;
  }

  @HostAccess.Export
  public void removeVariable(String name) {
    live().vars().remove(name);
  }

  @HostAccess.Export
  public int variableCount() {
    varNames = live().vars().keySet().toArray(NONE);
    return varNames.length;
  }

  @HostAccess.Export
  public String variableName(int i) {
    return varNames[i];
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

  private static @Nullable Object plain(@Nullable Object value) {
    return value instanceof String || value instanceof Number || value instanceof Boolean
        ? value
        : null;
  }

  private static String host(RequestHead head) {
    String authority = head.authority().toString();
    if (!authority.isEmpty()) return authority;
    String field = head.headers().get("Host");
    return field == null || field.isEmpty() ? "localhost" : field;
  }

  private static @Nullable String setPath(RequestHead head, String path) {
    try {
      head.path(path);
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  private static @Nullable String setQuery(RequestHead head, String query) {
    try {
      head.query(query.isEmpty() ? null : query);
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }
}
