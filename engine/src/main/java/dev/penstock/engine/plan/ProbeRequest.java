package dev.penstock.engine.plan;

import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.RequestHead;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;

/**
 * A request that nobody sent, to ask a route table about.
 *
 * @param head its path is not canonical yet
 */
public record ProbeRequest(RequestHead head, RouteFacts facts) {
  private record Facts(InetAddress clientAddress, String listener, boolean isSecure)
      implements RouteFacts {}

  /**
   * Makes a request.
   *
   * @param url a URL, or its path alone
   * @param fields header fields, by name and value
   * @param client the client's address
   * @param listener the listener it comes through; may be empty
   * @throws IllegalArgumentException when one of them is none
   */
  public static ProbeRequest of(
      String method,
      String url,
      List<Map.Entry<String, String>> fields,
      String client,
      String listener) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    RequestHead head = new RequestHead();
    head.method(method);
    head.path(uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath());
    head.query(uri.getRawQuery());
    if (uri.getRawAuthority() != null) head.headers().add(HeaderName.HOST, uri.getRawAuthority());
    for (Map.Entry<String, String> field : fields)
      head.headers().set(field.getKey(), field.getValue());
    int host = head.headers().find(HeaderName.HOST);
    if (host >= 0) head.headers().value(host, head.authority());
    boolean isSecure = "https".equalsIgnoreCase(uri.getScheme());
    return new ProbeRequest(head, new Facts(InetAddress.ofLiteral(client), listener, isSecure));
  }
}
