package dev.penstock.engine.observe;

import dev.penstock.engine.spi.ProxyError;
import org.jspecify.annotations.Nullable;

/**
 * The {@code Proxy-Status} field for responses that we make ourselves (RFC 9209; H15). Not for the
 * path of good requests.
 */
public final class ProxyStatus {
  private static final int MAX_DETAIL = 200;

  private ProxyStatus() {}

  /**
   * The value of the field.
   *
   * @param proxy who we are: a token, else it is quoted
   * @param nextHop name of the endpoint that was asked last, if its name may be shown
   */
  public static String of(String proxy, ProxyError error, @Nullable String nextHop) {
    StringBuilder out = new StringBuilder(96);
    item(out, proxy);
    out.append("; error=").append(error.kind().token());
    if (nextHop != null) item(out.append("; next-hop="), nextHop);
    if (!error.detail().isEmpty()) quoted(out.append("; details="), error.detail());
    return out.toString();
  }

  /** A token of structured fields where it is one, else a string (RFC 9651 §3.3.3 and §3.3.4). */
  private static void item(StringBuilder out, String text) {
    if (isToken(text)) out.append(text);
    else quoted(out, text);
  }

  private static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
      if (i == 0
          ? !letter && c != '*'
          : !letter && !(c >= '0' && c <= '9') && ":/!#$%&'*+-.^_`|~".indexOf(c) < 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /**
   * Only visible ASCII may stand in a string; the rest becomes a question mark, so that no detail
   * can end the line.
   */
  private static void quoted(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0, n = Math.min(text.length(), MAX_DETAIL); i < n; i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') out.append('\\');
      out.append(c >= 0x20 && c < 0x7f ? c : '?');
    }
    out.append('"');
  }
}
