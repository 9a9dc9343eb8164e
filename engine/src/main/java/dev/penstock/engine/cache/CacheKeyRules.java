package dev.penstock.engine.cache;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import java.util.List;

/** What of a request tells stored responses apart, beside scheme, host and path (C10). */
@Doc("What of a request tells stored responses apart, beside scheme, host and path.")
public record CacheKeyRules(
    @Doc(
            "Which of the query counts: all, none, or names of parameters; those that do not count"
                + " still reach the upstream.")
        @Default("[all]")
        List<String> query,
    @Doc("Whether the order of the parameters is left aside.") @Default("false") boolean sortQuery,
    @Doc("Request fields that count although the response does not list them in Vary.")
        @Default("[]")
        List<String> headers,
    @Doc("Cookies that count.") @Default("[]") List<String> cookies) {

  static final CacheKeyRules DEFAULTS =
      new CacheKeyRules(List.of("all"), false, List.of(), List.of());

  public CacheKeyRules {
    query = List.copyOf(query);
    headers = List.copyOf(headers);
    cookies = List.copyOf(cookies);
    if (query.isEmpty())
      throw new IllegalArgumentException("query: write all, none, or names of parameters");
    if (query.size() > 1 && (query.contains("all") || query.contains("none")))
      throw new IllegalArgumentException("query: all and none stand alone");
    checkNames("headers", headers);
    checkNames("cookies", cookies);
  }

  private static void checkNames(String key, List<String> names) {
    for (String name : names) {
      if (!Ascii.isToken(name))
        throw new IllegalArgumentException(key + ": \"" + name + "\" is not a name");
    }
  }

  boolean usesWholeQuery() {
    return query.getFirst().equals("all");
  }

  boolean usesNoQuery() {
    return query.getFirst().equals("none");
  }
}
