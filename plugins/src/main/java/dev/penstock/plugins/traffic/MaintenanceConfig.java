package dev.penstock.plugins.traffic;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.http.CidrSet;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.Config.Secret;
import dev.penstock.engine.spi.ConfigException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everybody but a few gets a page that says: later. */
@Doc("Answers everybody but those who are let in with a page that says: later.")
public record MaintenanceConfig(
    @Doc("Whether it is on.") @Default("true") boolean enabled,
    @Doc("After how long clients are told to try again.") @Default("5m") @Range("1s..168h")
        Duration retryAfter,
    @Doc("The status.") @Default("503") @Range("400..599") int status,
    @Doc("A file with the page, read again when it changes; without it, a sentence.")
        @Nullable String page,
    @Doc("The page's media type.") @Default("text/html; charset=utf-8") String type,
    @Doc("Networks that are let in.") @Default("[]") List<String> allow,
    @Doc("Fields that let in, with their values.") @Default("{}") @Secret
        Map<String, String> headers,
    @Doc("Cookies that let in, with their values.") @Default("{}") @Secret
        Map<String, String> cookies) {

  public MaintenanceConfig {
    allow = List.copyOf(allow);
    headers = Map.copyOf(headers);
    cookies = Map.copyOf(cookies);
    CidrSet.of(allow);
    names("headers", headers);
    names("cookies", cookies);
    for (int i = 0; i < type.length(); i++) {
      if (!Ascii.isFieldValue(type.charAt(i)))
        throw new ConfigException("type: this is no media type");
    }
  }

  private static void names(String what, Map<String, String> map) {
    map.forEach((name, value) -> {
      if (!Ascii.isToken(name))
        throw new ConfigException("%s: \"%s\" is no name".formatted(what, name));
      if (value.isEmpty())
        throw new ConfigException(
            "%s: \"%s\" has no value; anybody could come in".formatted(what, name));
    });
  }
}
