package dev.penstock.scripting;

import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.HttpVersion;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Phase;
import dev.penstock.scripting.web.HeaderMapHost;
import dev.penstock.scripting.web.RequestHost;
import java.nio.ByteBuffer;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * {@code exchange.request}, as {@link ExchangeHost} is the exchange: exported methods for the
 * guest, setters that answer null or a sentence.
 */
public final class ClientRequestHost {
  private static final String NOT_HERE = "this can be changed up to onRequest only";

  private final ScriptExchange own;
  private @Nullable HeaderMapHost headers;
  private boolean bodyTaken;

  ClientRequestHost(ScriptExchange own) {
    this.own = own;
  }

  void onEnd() {
    if (headers != null) headers.release();
  }

  private RequestHead head() {
    return own.live().request();
  }

  @HostAccess.Export
  public void check() {
    own.live();
  }

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
    return own.phase() != Phase.ON_REQUEST ? NOT_HERE : HeadEdits.path(head(), path);
  }

  @HostAccess.Export
  public String query() {
    String query = head().query();
    return query == null ? "" : query;
  }

  @HostAccess.Export
  public @Nullable String setQuery(String query) {
    return own.phase() != Phase.ON_REQUEST ? NOT_HERE : HeadEdits.query(head(), query);
  }

  @HostAccess.Export
  public String url() {
    Exchange now = own.live();
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
  public HeaderMapHost headers() {
    if (headers == null) headers = HeaderMapHost.guarded(head().headers());
    return headers;
  }

  /** Gives the whole body to {@code done} and has it forwarded all the same. */
  @HostAccess.Export
  public @Nullable String readBody(Value done, Value failed) {
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
  public @Nullable String replaceBody(Value response) {
    if (own.phase() != Phase.ON_REQUEST) return NOT_HERE;
    BodySource body = own.use().context().guest().host().web().takeBody(response);
    bodyTaken = true;
    own.live()
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
    return own.live().requestBody();
  }

  private static String host(RequestHead head) {
    String authority = head.authority().toString();
    if (!authority.isEmpty()) return authority;
    String field = head.headers().get("Host");
    return field == null || field.isEmpty() ? "localhost" : field;
  }
}
