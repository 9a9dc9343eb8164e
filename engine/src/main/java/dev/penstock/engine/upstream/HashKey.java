package dev.penstock.engine.upstream;

import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.spi.Exchange;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What of a request is hashed: its bytes are pointed at, not copied, wherever they lie in the head.
 */
interface HashKey {
  /** Points {@code into} at the key; false when the request has none, or an empty one. */
  boolean read(Exchange exchange, Slice into);

  /**
   * Reads {@code client-ip}, {@code path}, {@code uri}, {@code header:NAME}, {@code cookie:NAME} or
   * {@code query:NAME}.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  static HashKey of(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? "" : text.substring(colon + 1);
    String kind = colon < 0 ? text : text.substring(0, colon);
    boolean wantsName = kind.equals("header") || kind.equals("cookie") || kind.equals("query");
    if (wantsName == name.isEmpty()) throw unknown(text);
    return switch (kind) {
      case "client-ip" -> clientIp(false);
      case "path" -> (exchange, into) -> point(into, exchange.request().pathSlice());
      case "uri" -> HashKey::uri;
      case "header" -> header(name);
      case "cookie" ->
          (exchange, into) ->
              Cookies.find(exchange.request().headers(), name, into) && !into.isEmpty();
      case "query" -> (exchange, into) -> query(exchange.request(), name, into);
      default -> throw unknown(text);
    };
  }

  /**
   * The client's address.
   *
   * @param network the first three octets of an IPv4 address only, as nginx's ip_hash; IPv6
   *     addresses count whole
   */
  static HashKey clientIp(boolean network) {
    return (exchange, into) -> {
      byte[] address = exchange.clientAddress().getAddress();
      into.point(address, 0, network && address.length == 4 ? 3 : address.length);
      return true;
    };
  }

  private static HashKey header(String name) {
    HeaderName known = HeaderName.find(name);
    return (exchange, into) -> {
      HeaderMap headers = exchange.request().headers();
      int at = known == null ? headers.find(name, 0) : headers.find(known);
      return at >= 0 && !headers.value(at, into).isEmpty();
    };
  }

  private static boolean uri(Exchange exchange, Slice into) {
    RequestHead request = exchange.request();
    String query = request.query();
    if (query == null) return point(into, request.pathSlice());
    byte[] both = (request.path() + "?" + query).getBytes(StandardCharsets.ISO_8859_1);
    into.point(both, 0, both.length);
    return true;
  }

  private static boolean query(RequestHead request, String name, Slice into) {
    Slice query = request.querySlice();
    int at = 0;
    while (at < query.length()) {
      int end = query.indexOf('&', at);
      if (end < 0) end = query.length();
      int equals = query.indexOf('=', at);
      if (equals >= 0 && equals < end && isNamed(query, at, equals, name)) {
        into.point(query.array(), query.offset() + equals + 1, end - equals - 1);
        return !into.isEmpty();
      }
      at = end + 1;
    }
    return false;
  }

  private static boolean isNamed(Slice query, int from, int to, String name) {
    if (to - from != name.length()) return false;
    for (int i = 0; i < name.length(); i++) {
      if (query.at(from + i) != name.charAt(i)) return false;
    }
    return true;
  }

  private static boolean point(Slice into, @Nullable Slice at) {
    if (at == null || at.isEmpty()) return false;
    into.point(at.array(), at.offset(), at.length());
    return true;
  }

  private static IllegalArgumentException unknown(String text) {
    return new IllegalArgumentException(
        ("key: there is no \"%s\"; known: client-ip, path, uri, header:NAME, cookie:NAME,"
                + " query:NAME")
            .formatted(text));
  }
}
