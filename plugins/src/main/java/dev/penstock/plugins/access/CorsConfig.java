package dev.penstock.plugins.access;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.Config.Shorthand;
import dev.penstock.engine.spi.ConfigException;
import java.time.Duration;
import java.util.List;

/** Which other sites' scripts may use this route. */
@Doc(
    "Lets scripts of other sites use the route (CORS, Fetch standard): answers preflights, says to browsers who may read"
        + " answers. What the upstream says about it is replaced.")
public record CorsConfig(
    @Doc(
            "Sites: https://app.example.com, https://*.example.com for all names below it, ~ and an expression for the"
                + " whole origin, null, or * for all.")
        @Shorthand
        List<String> origins,
    @Doc("Methods beside GET, HEAD and POST; * for all.") @Default("[]") List<String> methods,
    @Doc("Fields that requests may have beside the harmless ones; * for all that are asked for.")
        @Default("[]")
        List<String> headers,
    @Doc("Fields of answers that scripts may read beside the harmless ones.") @Default("[]")
        List<String> expose,
    @Doc("Whether cookies and credentials come along; not with origins: \"*\".") @Default("false")
        boolean credentials,
    @Doc("How long browsers may remember the answer to a preflight.")
        @Default("10m")
        @Range("0s..24h")
        Duration maxAge,
    @Doc("Whether public sites may reach this server in a private network.") @Default("false")
        boolean privateNetwork,
    @Doc("Refuses requests of other sites with 403, instead of serving what no script may read.")
        @Default("false")
        boolean refuseOthers) {

  public CorsConfig {
    origins = List.copyOf(origins);
    methods = List.copyOf(methods);
    headers = List.copyOf(headers);
    expose = List.copyOf(expose);
    OriginSet set = OriginSet.of(origins);
    if (origins.isEmpty()) throw new ConfigException("no site is named under \"origins\"");
    if (credentials && set.isAny()) {
      throw new ConfigException(
          "credentials for all origins would open every session to every site; name the origins");
    }
    tokens("methods", methods);
    tokens("headers", headers);
    tokens("expose", expose);
    if (credentials && expose.contains("*")) {
      throw new ConfigException(
          "expose: with credentials, browsers take \"*\" for the name of a field; name the fields");
    }
  }

  private static void tokens(String key, List<String> words) {
    for (String word : words) {
      if (!Ascii.isToken(word))
        throw new ConfigException("%s: \"%s\" is no token".formatted(key, word));
    }
  }
}
