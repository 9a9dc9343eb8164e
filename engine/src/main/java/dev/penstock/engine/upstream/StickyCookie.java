package dev.penstock.engine.upstream;

import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The cookie that keeps a client on an endpoint (U21). Its value is a keyed hash of the names of
 * upstream and endpoint: it tells neither, cannot be made up, and is the same on all gateways that
 * share the secret.
 *
 * <p>Thread-safe: {@link Values} are made once per view, a request only compares.
 */
final class StickyCookie {
  private static final int VALUE_BYTES = 16;

  private final StickyRules rules;
  private final String upstream;
  private final byte[] key;
  private volatile @Nullable Values values;

  /** Cookie values of the members of one view, by index. */
  private static final class Values {
    final long version;
    final byte[][] values;

    Values(long version, byte[][] values) {
      this.version = version;
      this.values = values;
    }
  }

  /**
   * A cookie by these rules.
   *
   * @param processKey stands in when the rules have no secret
   */
  StickyCookie(StickyRules rules, String upstream, byte[] processKey) {
    this.rules = rules;
    this.upstream = upstream;
    String secret = rules.secret();
    this.key = secret == null ? processKey : secret.getBytes(StandardCharsets.UTF_8);
  }

  /** The index of the endpoint that the request's cookie names, or -1. */
  int find(RequestHead request, EndpointsView view, Slice scratch) {
    if (!Cookies.find(request.headers(), rules.cookie(), scratch)) return -1;
    byte[][] all = values(view).values;
    int found = -1;
    for (int i = 0; i < all.length; i++) {
      if (isEqual(all[i], scratch)) found = i;
    }
    return found;
  }

  /** The value of {@code Set-Cookie} that keeps the client on that endpoint. */
  String setCookie(EndpointsView view, int index) {
    StringBuilder text = new StringBuilder(128);
    text.append(rules.cookie()).append('=');
    text.append(new String(values(view).values[index], StandardCharsets.ISO_8859_1));
    text.append("; Path=").append(rules.path());
    if (!rules.maxAge().isZero()) text.append("; Max-Age=").append(rules.maxAge().toSeconds());
    if (rules.secure()) text.append("; Secure");
    return text.append("; HttpOnly; SameSite=").append(rules.sameSite().text()).toString();
  }

  private Values values(EndpointsView view) {
    Values now = values;
    if (now != null && now.version == view.version()) return now;
    byte[][] made = new byte[view.size()][];
    for (int i = 0; i < made.length; i++) made[i] = value(view.get(i).name());
    now = new Values(view.version(), made);
    values = now;
    return now;
  }

  private byte[] value(String endpoint) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update(upstream.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      byte[] full = mac.doFinal(endpoint.getBytes(StandardCharsets.UTF_8));
      byte[] cut = Arrays.copyOf(full, VALUE_BYTES);
      return Base64.getUrlEncoder().withoutPadding().encode(cut);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has HmacSHA256", e);
    }
  }

  /** In a time that does not tell how much of a guess was right. */
  private static boolean isEqual(byte[] expected, Slice given) {
    if (given.length() != expected.length) return false;
    int difference = 0;
    for (int i = 0; i < expected.length; i++) difference |= expected[i] ^ given.at(i);
    return difference == 0;
  }
}
