package dev.penstock.engine.plan;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.CidrSet;
import dev.penstock.engine.http.Methods;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.plan.RouteMatch.Scheme;
import dev.penstock.engine.spi.ConfigException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a route asks for beside host and path, compiled. Checking it allocates only for regular
 * expressions.
 */
final class Conditions {
  /**
   * What a route takes that lists no methods: the registered ones without TRACE and CONNECT
   * (REQUIREMENTS F14).
   */
  private static final List<String> USUAL_METHODS =
      List.of(
          Methods.GET,
          Methods.HEAD,
          Methods.POST,
          Methods.PUT,
          Methods.DELETE,
          Methods.PATCH,
          Methods.OPTIONS,
          Methods.QUERY);

  private final String[] methods;
  private final boolean anyMethod;
  private final boolean listsMethods;
  private final FieldCondition[] headers;
  private final FieldCondition[] query;
  private final CidrSet client;
  private final String[] listeners;
  private final @Nullable Scheme scheme;

  private Conditions(
      List<String> listed,
      FieldCondition[] headers,
      FieldCondition[] query,
      CidrSet client,
      List<String> listeners,
      @Nullable Scheme scheme) {
    Set<String> all = new LinkedHashSet<>(listed.isEmpty() ? USUAL_METHODS : listed);
    anyMethod = all.remove("*");
    if (anyMethod) all.addAll(USUAL_METHODS);
    // RFC 9110 §9.3.2: HEAD asks for what GET would answer, so who serves the one serves the other.
    if (all.contains(Methods.GET)) all.add(Methods.HEAD);
    methods = all.toArray(String[]::new);
    listsMethods = !listed.isEmpty();
    this.headers = headers;
    this.query = query;
    this.client = client;
    this.listeners = listeners.toArray(String[]::new);
    this.scheme = scheme;
  }

  static Conditions compile(
      List<String> methods,
      Map<String, String> headers,
      Map<String, String> query,
      List<String> client,
      List<String> listeners,
      @Nullable Scheme scheme) {
    for (String method : methods) checkMethod(method);
    List<FieldCondition> fields = new ArrayList<>();
    headers.forEach((name, text) -> fields.add(FieldCondition.header(name, text)));
    List<FieldCondition> parameters = new ArrayList<>();
    query.forEach((name, text) -> parameters.add(FieldCondition.query(name, text)));
    CidrSet networks;
    try {
      networks = CidrSet.of(client);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("client: " + e.getMessage(), null, e);
    }
    return new Conditions(
        methods,
        fields.toArray(FieldCondition[]::new),
        parameters.toArray(FieldCondition[]::new),
        networks,
        listeners,
        scheme);
  }

  private static void checkMethod(String method) {
    if (!Ascii.isToken(method))
      throw new ConfigException("\"%s\" is not a method".formatted(method));
    String upper = method.toUpperCase(java.util.Locale.ROOT);
    if (!method.equals(upper)
        && Methods.find(
                upper.getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, upper.length())
            != null) {
      throw new ConfigException(
          "methods are case-sensitive; write \"%s\" for \"%s\"".formatted(upper, method));
    }
  }

  /** The first thing about a request that does not fit. */
  enum Miss {
    NONE,
    LISTENER,
    SCHEME,
    CLIENT,
    HEADER,
    QUERY,
    /** All but the method fits: the answer is 405 when no other route takes the request. */
    METHOD
  }

  Miss check(RequestHead head, RouteFacts facts, Slice scratch) {
    if (listeners.length > 0 && !contains(listeners, facts.listener())) return Miss.LISTENER;
    if (scheme != null && (scheme == Scheme.HTTPS) != facts.isSecure()) return Miss.SCHEME;
    if (!client.isEmpty() && !client.contains(facts.clientAddress())) return Miss.CLIENT;
    for (FieldCondition condition : headers) {
      if (!condition.holdsFor(head.headers(), scratch)) return Miss.HEADER;
    }
    for (FieldCondition condition : query) {
      if (!condition.holdsForQuery(head)) return Miss.QUERY;
    }
    return takesMethod(head.method()) ? Miss.NONE : Miss.METHOD;
  }

  private boolean takesMethod(String method) {
    if (contains(methods, method)) return true;
    return anyMethod && !method.equals(Methods.TRACE) && !method.equals(Methods.CONNECT);
  }

  private static boolean contains(String[] all, String one) {
    for (String each : all) {
      if (each.equals(one)) return true;
    }
    return false;
  }

  /** The methods that are taken, for an Allow field. */
  List<String> methods() {
    return List.of(methods);
  }

  /** How many things are asked for. */
  int count() {
    return headers.length
        + query.length
        + (listsMethods ? 1 : 0)
        + (client.isEmpty() ? 0 : 1)
        + (listeners.length > 0 ? 1 : 0)
        + (scheme != null ? 1 : 0);
  }

  /** In words, why {@link #check} said {@code miss} of this request. */
  String reason(Miss miss, RequestHead head, RouteFacts facts) {
    return switch (miss) {
      case NONE -> "all conditions hold";
      case LISTENER ->
          "listener \"%s\" is not %s".formatted(facts.listener(), quotedList(List.of(listeners)));
      case SCHEME ->
          "the scheme is not " + PathPattern.lower(scheme == null ? Scheme.HTTP : scheme);
      case CLIENT ->
          "client %s is not in %s".formatted(facts.clientAddress().getHostAddress(), client);
      case HEADER -> {
        Slice scratch = new Slice();
        for (FieldCondition condition : headers) {
          if (!condition.holdsFor(head.headers(), scratch)) {
            yield "header \"%s\" %s".formatted(condition.name(), condition.missed());
          }
        }
        throw new IllegalStateException("every header condition holds");
      }
      case QUERY -> {
        for (FieldCondition condition : query) {
          if (!condition.holdsForQuery(head)) {
            yield "query parameter \"%s\" %s".formatted(condition.name(), condition.missed());
          }
        }
        throw new IllegalStateException("every query condition holds");
      }
      case METHOD ->
          "method %s is not one of %s".formatted(head.method(), String.join(", ", methods));
    };
  }

  private static String quotedList(List<String> names) {
    return "\"" + String.join("\" or \"", names) + "\"";
  }

  /** Whether every request that meets {@code other} surely meets these. */
  boolean covers(Conditions other) {
    if (scheme != null && scheme != other.scheme) return false;
    if (listeners.length > 0
        && (other.listeners.length == 0
            || !List.of(listeners).containsAll(List.of(other.listeners)))) {
      return false;
    }
    if (!client.isEmpty() && (other.client.isEmpty() || !client.containsAll(other.client)))
      return false;
    if ((!anyMethod && other.anyMethod) || !coversMethods(other)) return false;
    return coversAll(headers, other.headers) && coversAll(query, other.query);
  }

  private boolean coversMethods(Conditions other) {
    for (String method : other.methods) {
      if (!takesMethod(method)) return false;
    }
    return true;
  }

  private static boolean coversAll(FieldCondition[] own, FieldCondition[] others) {
    for (FieldCondition condition : own) {
      boolean covered = false;
      for (FieldCondition other : others) covered |= condition.covers(other);
      if (!covered) return false;
    }
    return true;
  }
}
