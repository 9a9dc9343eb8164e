package dev.penstock.scripting;

import dev.penstock.engine.spi.BodySource;
import dev.penstock.scripting.web.HeadersHost;
import dev.penstock.scripting.web.HostBody;
import dev.penstock.scripting.web.RequestHost;
import org.graalvm.polyglot.HostAccess;
import org.jspecify.annotations.Nullable;

/** The client's request as {@code fetch(request, env, ctx)} gets it. */
public final class FetchRequest extends RequestHost {
  private final ClientRequestHost door;
  private final ScriptExchange own;

  FetchRequest(ClientRequestHost door, ScriptExchange own) {
    this.door = door;
    this.own = own;
  }

  @Override
  @HostAccess.Export
  public String method() {
    return door.method();
  }

  @Override
  @HostAccess.Export
  public String url() {
    return door.url();
  }

  @Override
  @HostAccess.Export
  public HeadersHost headers() {
    return door.headers();
  }

  @Override
  @HostAccess.Export
  public @Nullable HostBody body() {
    String method = door.method();
    if (method.equals("GET") || method.equals("HEAD")) return null;
    BodySource body = door.takeBody();
    return body == null
        ? null
        : new HostBody(new GuestSource(own, body), door.bodyLength(), own.limits().maxBody());
  }
}
