package dev.penstock.plugins.traffic;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Percent;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.ConfigException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Part of the clients go to another upstream, and stay there. */
@Doc(
    "Sends part of the clients to another upstream, and keeps them there by a cookie; testers choose by a field. Where the"
        + " same address may always mean the same client, \"split\" of a route does it without a cookie.")
public record CanaryConfig(
    @Doc("The upstream that is tried.") String upstream,
    @Doc(
            "How many of the clients. Who has a cookie keeps to what it says, unless this is 0% or 100%.")
        @Default("0%")
        @Percent
        double percent,
    @Doc(
            "The cookie that remembers the choice; without it, every request is drawn anew, or by \"key\".")
        @Nullable String cookie,
    @Doc("How long the cookie lasts; 0s until the browser is closed.")
        @Default("0s")
        @Range("0s..8760h")
        Duration maxAge,
    @Doc("A field of the request, such as an account, by which the choice is always the same.")
        @Nullable String key,
    @Doc("A field by which testers choose: always or never.") @Nullable String header) {

  public CanaryConfig {
    token("cookie", cookie);
    token("key", key);
    token("header", header);
    if (percent == 0 && header == null)
      throw new ConfigException(
          "nobody is sent there; set \"percent\", or a \"header\" for testers");
    if (cookie != null && key != null)
      throw new ConfigException("\"cookie\" and \"key\" both decide; keep one of them");
  }

  private static void token(String what, @Nullable String name) {
    if (name != null && !Ascii.isToken(name))
      throw new ConfigException("%s: \"%s\" is no name".formatted(what, name));
  }
}
