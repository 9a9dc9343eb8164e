package dev.penstock.scripting;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.spi.Phase;
import dev.penstock.scripting.web.HeaderMapHost;
import org.graalvm.polyglot.HostAccess;
import org.jspecify.annotations.Nullable;

/** {@code exchange.response}: the head of the response on its way to the client. */
public final class UpstreamResponseHost {
  private final ScriptExchange own;
  private @Nullable HeaderMapHost headers;

  UpstreamResponseHost(ScriptExchange own) {
    this.own = own;
  }

  void onEnd() {
    if (headers != null) headers.release();
  }

  @HostAccess.Export
  public void check() {
    own.live();
  }

  @HostAccess.Export
  public int status() {
    return own.live().response().status();
  }

  @HostAccess.Export
  public @Nullable String setStatus(int status) {
    if (own.phase() != Phase.ON_RESPONSE && own.phase() != Phase.ON_UPSTREAM_RESPONSE) {
      return "the status can be changed in onResponse and onUpstreamResponse only";
    }
    int now = own.live().response().status();
    if (status < 200 || status > 599) return "a status is 200 to 599, not " + status;
    boolean hadBody = now != 204 && now != 205 && now != 304;
    boolean hasBody = status != 204 && status != 205 && status != 304;
    if (hadBody != hasBody)
      return "status "
          + now
          + " cannot become "
          + status
          + " as one of them has no body; return a new Response";
    own.live().response().status(status);
    return null;
  }

  @HostAccess.Export
  public HeaderMapHost headers() {
    HeaderMap fields = own.live().response().headers();
    if (headers == null) headers = HeaderMapHost.guarded(fields);
    else headers.bind(fields);
    return headers;
  }
}
