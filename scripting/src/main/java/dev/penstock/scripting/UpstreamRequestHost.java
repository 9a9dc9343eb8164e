package dev.penstock.scripting;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.scripting.web.HeaderMapHost;
import org.graalvm.polyglot.HostAccess;
import org.jspecify.annotations.Nullable;

/** {@code exchange.upstreamRequest}: the copy of the head for one endpoint. */
public final class UpstreamRequestHost {
  private final ScriptExchange own;
  private @Nullable HeaderMapHost headers;

  UpstreamRequestHost(ScriptExchange own) {
    this.own = own;
  }

  void onEnd() {
    if (headers != null) headers.release();
  }

  private RequestHead head() {
    return own.live().upstreamRequest();
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
  public String path() {
    return head().path();
  }

  @HostAccess.Export
  public @Nullable String setPath(String path) {
    return HeadEdits.path(head(), path);
  }

  @HostAccess.Export
  public String query() {
    String query = head().query();
    return query == null ? "" : query;
  }

  @HostAccess.Export
  public @Nullable String setQuery(String query) {
    return HeadEdits.query(head(), query);
  }

  @HostAccess.Export
  public HeaderMapHost headers() {
    HeaderMap fields = head().headers();
    if (headers == null) headers = HeaderMapHost.guarded(fields);
    else headers.bind(fields);
    return headers;
  }
}
