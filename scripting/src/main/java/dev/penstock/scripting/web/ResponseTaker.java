package dev.penstock.scripting.web;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.Response;
import org.graalvm.polyglot.HostAccess;

/** Makes a response of the gateway from one of the guest. Public because the guest calls it. */
public final class ResponseTaker extends MessageTaker {
  private final Response response = new Response(200);

  ResponseTaker() {}

  @Override
  public HeaderMap headers() {
    return response.head().headers();
  }

  @HostAccess.Export
  public void head(int status, String ignoredReason) {
    response.head().status(status);
  }

  Response response() {
    byte[] content = content();
    BodySource source = source();
    if (content != null) response.body(content);
    else if (source != null) response.body(source);
    return response;
  }
}
