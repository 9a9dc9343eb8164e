package dev.penstock.scripting.web;

import org.jspecify.annotations.Nullable;

/** Punycode (RFC 3492) of single labels, without the {@code xn--}. */
final class Punycode {
  private static final int BASE = 36;
  private static final int T_MIN = 1;
  private static final int T_MAX = 26;
  private static final int SKEW = 38;
  private static final int DAMP = 700;
  private static final int FIRST_BIAS = 72;
  private static final int FIRST_CODE = 128;

  private Punycode() {}

  private static int adapt(int delta, int count, boolean isFirst) {
    int d = isFirst ? delta / DAMP : delta / 2;
    d += d / count;
    int k = 0;
    while (d > (BASE - T_MIN) * T_MAX / 2) {
      d /= BASE - T_MIN;
      k += BASE;
    }
    return k + (BASE - T_MIN + 1) * d / (d + SKEW);
  }

  private static int threshold(int k, int bias) {
    return Math.clamp(k - bias, T_MIN, T_MAX);
  }

  static String encode(String label) {
    StringBuilder out = new StringBuilder();
    int[] codes = label.codePoints().toArray();
    for (int c : codes) {
      if (c < FIRST_CODE) out.append((char) c);
    }
    int basic = out.length();
    int handled = basic;
    if (basic > 0) out.append('-');
    int n = FIRST_CODE;
    int delta = 0;
    int bias = FIRST_BIAS;
    while (handled < codes.length) {
      int next = Integer.MAX_VALUE;
      for (int c : codes) {
        if (c >= n && c < next) next = c;
      }
      delta += (next - n) * (handled + 1);
      n = next;
      for (int c : codes) {
        if (c < n) delta++;
        if (c != n) continue;
        int q = delta;
        for (int k = BASE; ; k += BASE) {
          int t = threshold(k, bias);
          if (q < t) break;
          out.append(digit(t + (q - t) % (BASE - t)));
          q = (q - t) / (BASE - t);
        }
        out.append(digit(q));
        bias = adapt(delta, handled + 1, handled == basic);
        delta = 0;
        handled++;
      }
      delta++;
      n++;
    }
    return out.toString();
  }

  private static char digit(int d) {
    return (char) (d < 26 ? 'a' + d : '0' + d - 26);
  }

  /**
   * @return null when it is not valid
   */
  static @Nullable String decode(String text) {
    int dash = text.lastIndexOf('-');
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < dash; i++) {
      if (text.charAt(i) >= FIRST_CODE) return null;
      out.append(text.charAt(i));
    }
    int count = Math.max(dash, 0);
    int n = FIRST_CODE;
    long i = 0;
    int bias = FIRST_BIAS;
    // A dash ends the basic code points only if there are some; otherwise it is a wrong digit (RFC
    // 3492 §6.2).
    int at = dash > 0 ? dash + 1 : 0;
    while (at < text.length()) {
      long before = i;
      long weight = 1;
      for (int k = BASE; ; k += BASE) {
        if (at >= text.length()) return null;
        int digit = valueOf(text.charAt(at++));
        if (digit < 0) return null;
        i += digit * weight;
        if (i > Integer.MAX_VALUE) return null;
        int t = threshold(k, bias);
        if (digit < t) break;
        weight *= BASE - t;
        if (weight > Integer.MAX_VALUE) return null;
      }
      count++;
      bias = adapt((int) (i - before), count, before == 0);
      n += (int) (i / count);
      i %= count;
      if (n > Character.MAX_CODE_POINT || n < FIRST_CODE || n >= 0xd800 && n <= 0xdfff) return null;
      out.insert(out.offsetByCodePoints(0, (int) i), Character.toChars(n));
      i++;
    }
    return out.toString();
  }

  private static int valueOf(char c) {
    if (c >= 'a' && c <= 'z') return c - 'a';
    if (c >= 'A' && c <= 'Z') return c - 'A';
    return c >= '0' && c <= '9' ? c - '0' + 26 : -1;
  }
}
