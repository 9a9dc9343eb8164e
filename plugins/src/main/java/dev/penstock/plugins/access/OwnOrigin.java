package dev.penstock.plugins.access;

import dev.penstock.engine.spi.Exchange;
import java.util.Locale;

/** The origin that a page of this very address has. */
final class OwnOrigin {
  private OwnOrigin() {}

  /** Scheme and authority as browsers spell them: lower case, without the usual port. */
  static String of(Exchange exchange) {
    String scheme = exchange.scheme();
    String authority = exchange.request().authority().toString().toLowerCase(Locale.ROOT);
    String usual = exchange.isSecure() ? ":443" : ":80";
    if (authority.endsWith(usual)) {
      authority = authority.substring(0, authority.length() - usual.length());
    }
    return scheme + "://" + authority;
  }
}
