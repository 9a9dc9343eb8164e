package dev.penstock.plugins.rewrite;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Shorthand;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.plugins.rules.When;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a route's {@code rewrite:} says, at a place among the filters, on a condition, and with
 * queries and renamed fields.
 */
@Doc(
    "Changes path, query, host and fields as \"rewrite\" of a route does, but at its place among the filters: what"
        + " stands before it sees the request as it came, what follows sees it changed.")
public record RewriteConfig(
    @Doc("On which requests; \"statuses\" concerns response-headers only.") @Default("{}")
        When when,
    @Doc("Changes to the path.") @Nullable Path path,
    @Doc("Changes to the query.") @Default("{}") Query query,
    @Doc("The host that later filters and the upstream see. May hold variables.") @Default("")
        String host,
    @Doc("Changes to the fields of the request.") @Default("{}") Fields requestHeaders,
    @Doc("Changes to the fields of the response.") @Default("{}") Fields responseHeaders) {

  /** Changes to the path. */
  @Doc("Changes to the path, in this order: strip, replace, add; or a template alone.")
  public record Path(
      @Doc("A new path with the parameters of the matched one: /v2/users/{id}.") @Shorthand
          @Nullable String template,
      @Doc("Segments that are taken away at the beginning, where they are there.")
          @Nullable String stripPrefix,
      @Doc(
              "Regular expressions (RE2 syntax) and what takes the place of each match; $1 is a group.")
          @Default("{}")
          Map<String, String> replace,
      @Doc("Segments that are put in front.") @Nullable String addPrefix) {
    public Path {
      replace = Collections.unmodifiableMap(new LinkedHashMap<>(replace));
    }
  }

  /** Changes to the query. */
  @Doc("Changes to the query, in this order: keep or remove, set, add.")
  public record Query(
      @Doc("Parameters that stay; all others are removed.") @Default("[]") List<String> keep,
      @Doc("Parameters that are removed; utm_* stands for all that begin so.") @Default("[]")
          List<String> remove,
      @Doc("Parameters that get this one value. May hold variables, percent-encoded in it.")
          @Default("{}")
          Map<String, String> set,
      @Doc("Parameters that are added beside those of the same name.") @Default("{}")
          Map<String, String> add) {

    public Query {
      keep = List.copyOf(keep);
      remove = List.copyOf(remove);
      set = Collections.unmodifiableMap(new LinkedHashMap<>(set));
      add = Collections.unmodifiableMap(new LinkedHashMap<>(add));
      if (!keep.isEmpty() && !remove.isEmpty()) {
        throw new ConfigException("\"keep\" removes all others; \"remove\" has no place beside it");
      }
    }

    boolean isEmpty() {
      return keep.isEmpty() && remove.isEmpty() && set.isEmpty() && add.isEmpty();
    }
  }

  /** Changes to fields. */
  @Doc(
      "Changes to fields, in this order: rename, remove, set, add, append. A value that comes out empty is not written;"
          + " \"set\" then removes the field.")
  public record Fields(
      @Doc("Fields and their new names.") @Default("{}") Map<String, String> rename,
      @Doc("Fields that are removed; x-internal-* stands for all that begin so.") @Default("[]")
          List<String> remove,
      @Doc("Fields that get this one value. May hold variables: {client-ip}.") @Default("{}")
          Map<String, String> set,
      @Doc("Fields that are added beside those of the same name.") @Default("{}")
          Map<String, String> add,
      @Doc("Values that are appended to the list a field holds.") @Default("{}")
          Map<String, String> append) {

    public Fields {
      rename = Collections.unmodifiableMap(new LinkedHashMap<>(rename));
      remove = List.copyOf(remove);
      set = Collections.unmodifiableMap(new LinkedHashMap<>(set));
      add = Collections.unmodifiableMap(new LinkedHashMap<>(add));
      append = Collections.unmodifiableMap(new LinkedHashMap<>(append));
      rename.forEach((from, to) -> {
        if (!Ascii.isToken(from) || !Ascii.isToken(to))
          throw new ConfigException("rename: \"%s: %s\" are no header names".formatted(from, to));
      });
    }

    boolean isEmpty() {
      return rename.isEmpty()
          && remove.isEmpty()
          && set.isEmpty()
          && add.isEmpty()
          && append.isEmpty();
    }
  }

  public RewriteConfig {
    boolean doesNothing =
        path == null
            && query.isEmpty()
            && host.isEmpty()
            && requestHeaders.isEmpty()
            && responseHeaders.isEmpty();
    if (doesNothing) {
      throw new ConfigException(
          "nothing is changed; add path, query, host, request-headers or response-headers");
    }
  }
}
