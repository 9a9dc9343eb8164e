package dev.penstock.plugins.access;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.Verdict;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One worker's {@code security-headers}; all values but nonces are made beforehand. */
final class SecurityHeadersFilter implements Filter {
  static final String NONCE = "{nonce}";
  private static final Exchange.Attribute<String> NONCE_OF = new Exchange.Attribute<>("csp nonce");

  private final @Nullable String hsts;
  private final Field[] fields;
  private final String[] removed;
  private final boolean keepUpstream;
  private final String nonceHeader;
  private final SecureRandom random = new SecureRandom();
  private final byte[] pool = new byte[1024];
  private int poolAt = pool.length;

  private record Field(String name, String value, boolean hasNonce) {}

  SecurityHeadersFilter(SecurityHeadersConfig config) {
    hsts = config.hsts() == null ? null : config.hsts().text();
    keepUpstream = config.keepUpstream();
    nonceHeader = config.nonceHeader();
    removed = config.remove().toArray(String[]::new);
    List<Field> all = new ArrayList<>();
    add(all, "Content-Security-Policy", config.csp());
    add(all, "Content-Security-Policy-Report-Only", config.cspReportOnly());
    add(all, "X-Content-Type-Options", config.noSniff() ? "nosniff" : "");
    add(all, "X-Frame-Options", config.frameOptions());
    add(all, "Referrer-Policy", config.referrerPolicy());
    add(all, "Permissions-Policy", config.permissionsPolicy());
    add(all, "Cross-Origin-Opener-Policy", config.openerPolicy());
    add(all, "Cross-Origin-Embedder-Policy", config.embedderPolicy());
    add(all, "Cross-Origin-Resource-Policy", config.resourcePolicy());
    fields = all.toArray(Field[]::new);
  }

  private static void add(List<Field> all, String name, String value) {
    if (!value.isEmpty()) all.add(new Field(name, value, value.contains(NONCE)));
  }

  static boolean hasNonce(SecurityHeadersConfig config) {
    return config.csp().contains(NONCE) || config.cspReportOnly().contains(NONCE);
  }

  @Override
  public Verdict onRequest(Exchange exchange) {
    String nonce = nonce();
    exchange.attribute(NONCE_OF, nonce);
    exchange.request().headers().set(nonceHeader, nonce);
    return Verdict.NEXT;
  }

  @Override
  public Verdict onResponse(Exchange exchange) {
    HeaderMap headers = exchange.response().headers();
    for (String name : removed) headers.remove(name);
    for (Field field : fields) {
      if (keepUpstream && headers.contains(field.name())) continue;
      headers.set(field.name(), field.hasNonce() ? withNonce(exchange, field) : field.value());
    }
    // RFC 6797 §7.2: never over plain http, not even an upstream's own.
    if (!exchange.isSecure()) headers.remove(HeaderName.STRICT_TRANSPORT_SECURITY);
    else if (hsts != null
        && !(keepUpstream && headers.contains(HeaderName.STRICT_TRANSPORT_SECURITY))) {
      headers.set(HeaderName.STRICT_TRANSPORT_SECURITY, hsts);
    }
    return Verdict.NEXT;
  }

  private String withNonce(Exchange exchange, Field field) {
    String nonce = exchange.attribute(NONCE_OF);
    return field.value().replace(NONCE, nonce == null ? nonce() : nonce);
  }

  /** 128 random bits (CSP level 3 §8.2). */
  private String nonce() {
    if (poolAt + 16 > pool.length) {
      random.nextBytes(pool);
      poolAt = 0;
    }
    byte[] bytes = Arrays.copyOfRange(pool, poolAt, poolAt + 16);
    Arrays.fill(pool, poolAt, poolAt + 16, (byte) 0);
    poolAt += 16;
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }
}
