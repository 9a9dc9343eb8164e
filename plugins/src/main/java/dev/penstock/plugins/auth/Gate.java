package dev.penstock.plugins.auth;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Identity;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.spi.Rewrites;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.plugins.rules.Deny;
import java.util.List;
import java.util.Map;

/**
 * What the filters that look for credentials have in common: whom they let pass, how they refuse,
 * what they tell the upstream. Thread-safe.
 */
final class Gate {
  private final String challenge;
  private final boolean optional;
  private final boolean always;
  private final List<String> names;
  private final Rewrites.HeaderEdits headers;

  /**
   * A gate.
   *
   * @param challenge the value of {@code WWW-Authenticate}, or empty for none
   * @param optional whether requests without credentials pass as nobody's
   * @param always whether who is known already is asked again
   * @param headers fields for the upstream and the templates of their values
   */
  Gate(
      String challenge,
      boolean optional,
      boolean always,
      Map<String, String> headers,
      PrepareScope scope) {
    this.challenge = challenge;
    this.optional = optional;
    this.always = always;
    this.names = List.copyOf(headers.keySet());
    this.headers = scope.rewrites().headers(List.of(), headers, Map.of(), Map.of());
  }

  /** Whether a filter before has found out who sends this, and that is enough. */
  boolean isSettled(Exchange exchange) {
    return exchange.identity() != null && !always;
  }

  /** Somebody is known, by this filter or one before. */
  Verdict pass(Exchange exchange) {
    if (!names.isEmpty()) headers.apply(exchange.request().headers(), exchange);
    return Verdict.NEXT;
  }

  /** The credentials are right. */
  Verdict pass(Exchange exchange, Identity identity) {
    exchange.identity(identity);
    return pass(exchange);
  }

  /** There are no credentials of this filter's kind. */
  Verdict nobody(Exchange exchange) {
    // H10: what we say of who is known, nobody may say of themselves.
    HeaderMap fields = exchange.request().headers();
    for (String name : names) fields.remove(name);
    return optional ? Verdict.NEXT : refuse("there are no credentials");
  }

  /** 401, with {@code reason} for the log. */
  Verdict refuse(String reason) {
    return refuse(reason, "");
  }

  /**
   * As {@link #refuse(String)}; 403 where there is no challenge.
   *
   * @param more parameters of the challenge, beginning with a comma
   */
  Verdict refuse(String reason, String more) {
    // RFC 9110 §11.6.1: 401 says how to ask again; nobody can ask for another certificate.
    if (challenge.isEmpty()) return Deny.because(reason);
    Response answer = Response.text(401, "Unauthorized\n");
    HeaderMap fields = answer.head().headers();
    fields.set(HeaderName.WWW_AUTHENTICATE, challenge + more);
    fields.set(HeaderName.CACHE_CONTROL, "no-store");
    return Verdict.reject(ProxyError.of(ProxyError.Kind.UNAUTHENTICATED, reason), answer);
  }

  /** 400: what may be said once was said twice, and others might believe the other one (A9). */
  static Verdict ambiguous(String what) {
    return Verdict.reject(
        ProxyError.of(ProxyError.Kind.BAD_REQUEST, "there is more than one " + what));
  }

  /** A quoted string (RFC 9110 §5.6.4), for a challenge. */
  static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
