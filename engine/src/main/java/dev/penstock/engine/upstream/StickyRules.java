package dev.penstock.engine.upstream;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.Config.Secret;
import dev.penstock.engine.spi.Config.Shorthand;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Keeps a client on one endpoint by a cookie that names it without telling it (U21). */
@Doc("Keeps a client on the endpoint that served it first, by a cookie.")
public record StickyRules(
    @Doc("Name of the cookie.") @Default("penstock-sticky") @Shorthand String cookie,
    @Doc(
            "Key of the cookie's value. Give the same to all gateways of a cluster. Absent: a new one"
                + " at each start.")
        @Secret
        @Nullable String secret,
    @Doc("How long the browser keeps it; 0s until it is closed.") @Default("0s") @Range("0s..8760h")
        Duration maxAge,
    @Doc("The cookie's Path.") @Default("/") String path,
    @Doc("Whether the cookie is for https only.") @Default("true") boolean secure,
    @Doc("The cookie's SameSite.") @Default("lax") SameSite sameSite) {

  /** When a browser sends the cookie with requests from other sites. */
  public enum SameSite {
    STRICT("Strict"),
    LAX("Lax"),
    NONE("None");

    private final String text;

    SameSite(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  public static final StickyRules DEFAULT =
      new StickyRules("penstock-sticky", null, Duration.ZERO, "/", true, SameSite.LAX);

  public StickyRules {
    if (!Ascii.isToken(cookie)) throw new IllegalArgumentException("cookie is a token");
    if (secret != null && secret.length() < 16) {
      throw new IllegalArgumentException("secret has at least 16 characters");
    }
    Rules.between("max-age", maxAge, Duration.ZERO, Duration.ofDays(365));
    if (!path.startsWith("/") || !isCookieText(path)) {
      throw new IllegalArgumentException("path starts with '/' and holds no ';' or controls");
    }
    // Browsers drop such a cookie, and every request would look like a first one.
    if (sameSite == SameSite.NONE && !secure) {
      throw new IllegalArgumentException("same-site: none needs secure: true");
    }
  }

  private static boolean isCookieText(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= 0x20 || c >= 0x7f || c == ';' || c == ',') return false;
    }
    return true;
  }
}
