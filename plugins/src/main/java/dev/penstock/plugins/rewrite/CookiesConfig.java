package dev.penstock.plugins.rewrite;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.ConfigException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What becomes of the cookies that upstreams set. */
@Doc(
    "Changes the cookies that upstreams set: names, domains, paths and flags, so that they fit the address that clients"
        + " see. Renamed ones get their old names back in requests.")
public record CookiesConfig(
    @Doc(
            "Cookies this is about, by the upstream's names; app_* stands for all that begin so. Without any, all.")
        @Default("[]")
        List<String> names,
    @Doc("Cookies and the names that clients see.") @Default("{}") Map<String, String> rename,
    @Doc(
            "Domains and what takes their place; an empty text leaves Domain out, so that the cookie is for this host only. * is"
                + " every other domain.")
        @Default("{}")
        Map<String, String> domain,
    @Doc("Beginnings of paths, by whole segments, and what takes their place.") @Default("{}")
        Map<String, String> path,
    @Doc("Whether cookies are for https only; without it, as the upstream says.")
        @Nullable Boolean secure,
    @Doc("Whether scripts cannot see them; without it, as the upstream says.")
        @Nullable Boolean httpOnly,
    @Doc("To which other sites' requests they are added; without it, as the upstream says.")
        @Nullable SameSite sameSite,
    @Doc("Cookies that are taken out of responses, by the upstream's names.") @Default("[]")
        List<String> remove,
    @Doc("Cookies that are taken out of requests.") @Default("[]") List<String> removeFromRequest) {

  /** As the attribute is called. */
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

  public CookiesConfig {
    names = List.copyOf(names);
    rename = Collections.unmodifiableMap(new LinkedHashMap<>(rename));
    domain = Collections.unmodifiableMap(new LinkedHashMap<>(domain));
    path = Collections.unmodifiableMap(new LinkedHashMap<>(path));
    remove = List.copyOf(remove);
    removeFromRequest = List.copyOf(removeFromRequest);
    rename.forEach((from, to) -> {
      if (!Ascii.isToken(from) || !Ascii.isToken(to))
        throw new ConfigException("rename: \"%s: %s\" are no names of cookies".formatted(from, to));
    });
    if (Map.copyOf(rename).values().stream().distinct().count() != rename.size()) {
      throw new ConfigException(
          "rename: two cookies get the same name; nobody could tell them apart");
    }
    domain.values().forEach(to -> value("domain", to));
    path.forEach((from, to) -> {
      if (!from.startsWith("/") || !to.startsWith("/"))
        throw new ConfigException("path: \"%s: %s\": paths start with \"/\"".formatted(from, to));
      value("path", to);
    });
    if (sameSite == SameSite.NONE && Boolean.FALSE.equals(secure)) {
      throw new ConfigException("browsers throw away same-site: none without secure");
    }
  }

  private static void value(String key, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == ';' || c == ',')
        throw new ConfigException(
            "%s: \"%s\" cannot stand in a cookie"
                .formatted(key, text.replaceAll("\\p{Cntrl}", "?")));
    }
  }
}
