package dev.penstock.engine.plan;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Shorthand;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which requests a route takes: {@code match: { hosts: [ api.example.com ], path: /users/**,
 * methods: [ GET ] }}. All that is given must hold; what is left out takes everything.
 *
 * <p>Of several routes that take a request, the highest explicit priority wins; then the most
 * specific host (exact, longest wildcard, any); then the most specific path ({@link PathPattern});
 * then the route with more conditions beside host and path; then the one that stands earlier.
 * Cannot hold a wrong value: the constructor throws {@link
 * dev.penstock.engine.spi.ConfigException}.
 */
public record RouteMatch(
    @Doc(
            "Hosts: api.example.com; *.example.com for one or more labels before it; * for any. Case and the port of"
                + " the request do not matter.")
        @Default("[]")
        List<String> hosts,
    @Doc(
            "Path: /users exactly; /users/** for /users and all below; /users/{id} with a parameter for one segment;"
                + " /files/{path**} with a parameter for the rest; \"~ ^/v[0-9]+/\" is a regular expression (RE2"
                + " syntax), found anywhere unless it is anchored.")
        @Shorthand
        @Nullable String path,
    @Doc("Several paths, any of which may match.") @Default("[]") List<String> paths,
    @Doc(
            "Methods. GET takes HEAD too. Without a list: all registered ones but TRACE and CONNECT. Others are taken"
                + " only where they are listed; * is any but TRACE and CONNECT.")
        @Default("[]")
        List<String> methods,
    @Doc(
            "Header fields: a value that one field of the name must have, present, absent, \"~ regex\", or =value for"
                + " a value that would read as one of these.")
        @Default("{}")
        Map<String, String> headers,
    @Doc("Query parameters, decoded; conditions as for headers.") @Default("{}")
        Map<String, String> query,
    @Doc(
            "Networks the client's address must be in: 10.0.0.0/8, 2001:db8::/32, or single addresses.")
        @Default("[]")
        List<String> client,
    @Doc("Names of the listeners the request must come through.") @Default("[]")
        List<String> listeners,
    @Doc("The scheme the client used.") @Nullable Scheme scheme) {

  /** Takes every request. */
  public static final RouteMatch ANY =
      new RouteMatch(
          List.of(), null, List.of(), List.of(), Map.of(), Map.of(), List.of(), List.of(), null);

  /** The same without conditions that depend on how a request came in. */
  public RouteMatch throughAnyListener() {
    return new RouteMatch(hosts, path, paths, methods, headers, query, client, List.of(), null);
  }

  public RouteMatch {
    hosts = List.copyOf(hosts);
    paths = List.copyOf(paths);
    methods = List.copyOf(methods);
    // In the order of the document: messages name the first condition that fails.
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
    client = List.copyOf(client);
    listeners = List.copyOf(listeners);
    // Compiled once to check them; the table compiles them again, and a route is not matched
    // against in between.
    for (String host : hosts) HostPattern.parse(host);
    for (String pattern : paths) PathPattern.parse(pattern);
    if (path != null) PathPattern.parse(path);
    Conditions.compile(methods, headers, query, client, listeners, scheme);
  }

  /** The scheme by which the client reached us, or a trusted proxy before us. */
  public enum Scheme {
    HTTP,
    HTTPS
  }

  /** A match on the path alone. */
  public static RouteMatch path(String path) {
    return new RouteMatch(
        List.of(), path, List.of(), List.of(), Map.of(), Map.of(), List.of(), List.of(), null);
  }

  List<HostPattern> hostPatterns() {
    if (hosts.isEmpty()) return List.of(HostPattern.ANY);
    return hosts.stream().map(HostPattern::parse).distinct().toList();
  }

  List<PathPattern> pathPatterns() {
    List<PathPattern> patterns = new ArrayList<>();
    if (path != null) patterns.add(PathPattern.parse(path));
    for (String each : paths) patterns.add(PathPattern.parse(each));
    return patterns.isEmpty() ? List.of(PathPattern.ANY) : patterns;
  }

  /** Names that every path of the route captures: what templates of the route may use. */
  Set<String> parameters() {
    List<PathPattern> patterns = pathPatterns();
    Set<String> names = new LinkedHashSet<>(patterns.getFirst().parameters());
    for (PathPattern pattern : patterns) names.retainAll(pattern.parameters());
    return names;
  }

  Conditions conditions() {
    return Conditions.compile(methods, headers, query, client, listeners, scheme);
  }
}
