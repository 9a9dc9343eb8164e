package dev.penstock.engine.plan;

import dev.penstock.engine.plan.RouteMatch.Scheme;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes a {@link RouteMatch} of the parts that a test names. */
final class Matches {
  private List<String> hosts = List.of();
  private List<String> paths = List.of();
  private List<String> methods = List.of();
  private final Map<String, String> headers = new LinkedHashMap<>();
  private final Map<String, String> query = new LinkedHashMap<>();
  private List<String> client = List.of();
  private List<String> listeners = List.of();
  private @Nullable Scheme scheme;

  Matches hosts(String... all) {
    hosts = List.of(all);
    return this;
  }

  Matches path(String... all) {
    paths = List.of(all);
    return this;
  }

  Matches methods(String... all) {
    methods = List.of(all);
    return this;
  }

  Matches header(String name, String condition) {
    headers.put(name, condition);
    return this;
  }

  Matches query(String name, String condition) {
    query.put(name, condition);
    return this;
  }

  Matches client(String... all) {
    client = List.of(all);
    return this;
  }

  Matches listeners(String... all) {
    listeners = List.of(all);
    return this;
  }

  Matches scheme(Scheme one) {
    scheme = one;
    return this;
  }

  RouteMatch build() {
    return new RouteMatch(hosts, null, paths, methods, headers, query, client, listeners, scheme);
  }
}
