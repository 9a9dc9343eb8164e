package dev.penstock.plugins.auth;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.spi.Exchange;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is signed of a request (RFC 9421 §2). */
final class SignatureBase {
  private SignatureBase() {}

  /** The text, or null when the signature covers a field that the request does not have. */
  static @Nullable String of(Exchange exchange, SignatureInput input) {
    StringBuilder base = new StringBuilder(256);
    for (String component : input.components()) {
      String value =
          component.startsWith("@")
              ? derived(exchange, component)
              : field(exchange.request().headers(), component);
      if (value == null) return null;
      base.append('"').append(component).append("\": ").append(value).append('\n');
    }
    return base.append("\"@signature-params\": ").append(input.text()).toString();
  }

  private static @Nullable String field(HeaderMap headers, String name) {
    List<String> values = headers.all(name);
    return values.isEmpty()
        ? null
        : values.stream().map(String::strip).collect(Collectors.joining(", "));
  }

  private static @Nullable String derived(Exchange exchange, String component) {
    RequestHead head = exchange.request();
    String query = head.query();
    String target = query == null ? head.path() : head.path() + '?' + query;
    return switch (component) {
      case "@method" -> head.method();
      case "@scheme" -> exchange.scheme();
      case "@authority" -> authority(exchange);
      case "@path" -> head.path();
      case "@query" -> query == null ? "?" : '?' + query;
      case "@request-target" -> target;
      case "@target-uri" -> exchange.scheme() + "://" + authority(exchange) + target;
      default -> null;
    };
  }

  /** In small letters, and without the port that the scheme has anyway (RFC 9421 §2.2.3). */
  private static String authority(Exchange exchange) {
    String authority = exchange.request().authority().toString().toLowerCase(Locale.ROOT);
    String port = exchange.isSecure() ? ":443" : ":80";
    return authority.endsWith(port)
        ? authority.substring(0, authority.length() - port.length())
        : authority;
  }
}
