package dev.penstock.engine.plan;

import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.RequestHead;
import java.net.InetAddress;

/** Heads and facts as a decoder and a connection would give them. */
final class Requests {
  private Requests() {}

  /**
   * A head placed as decoders do: path and target share their bytes. {@code target} is path and
   * query.
   */
  static RequestHead head(String method, String host, String target) {
    RequestHead head = new RequestHead();
    head.method(method);
    Slice bytes = Slice.of("GET " + target + " HTTP/1.1");
    int mark = target.indexOf('?');
    head.target().point(bytes.array(), 4, target.length());
    head.path(); // a stale text must not survive
    head.pathSlice().point(bytes.array(), 4, mark < 0 ? target.length() : mark);
    head.pathMoved();
    if (mark >= 0) head.querySlice().point(bytes.array(), 4 + mark + 1, target.length() - mark - 1);
    head.queryPlaced(mark >= 0);
    Slice authority = Slice.of(host);
    head.authority().point(authority.array(), 0, authority.length());
    return head;
  }

  static RequestHead get(String host, String target) {
    return head("GET", host, target);
  }

  static RouteFacts from(String client) {
    return new Facts(InetAddress.ofLiteral(client), "web", false);
  }

  static final RouteFacts FACTS = from("192.0.2.1");

  record Facts(InetAddress clientAddress, String listener, boolean isSecure)
      implements RouteFacts {}
}
