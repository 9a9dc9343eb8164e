package dev.penstock.plugins.auth;

import com.google.re2j.Pattern;
import dev.penstock.engine.http.CidrSet;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Identity;
import dev.penstock.plugins.rules.Expressions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@link AccessRulesConfig.Rule}, compiled. Thread-safe. */
final class AccessRule {
  private final AccessRulesConfig.Rule rule;
  private final Set<String> identities;
  private final Set<String> schemes;
  private final Set<String> groups;
  private final Set<String> methods;
  private final List<Text> claims = new ArrayList<>();
  private final List<Text> paths = new ArrayList<>();
  private final @Nullable CidrSet from;
  private final boolean asksWho;

  /** What a text must be; {@code name} is that of a claim. */
  private record Text(String name, String value, @Nullable Pattern expression) {
    static Text of(String name, String text) {
      return text.startsWith("~")
          ? new Text(name, text, Expressions.compile(text.substring(1).strip()))
          : new Text(name, text, null);
    }

    boolean matches(String text) {
      return expression == null ? text.equals(value) : expression.matcher(text).find();
    }

    boolean isPath(String path) {
      if (expression != null) return expression.matcher(path).find();
      if (value.startsWith("=")) return path.length() == value.length() - 1 && value.endsWith(path);
      return path.startsWith(value)
          && (path.length() == value.length()
              || value.endsWith("/")
              || path.charAt(value.length()) == '/');
    }
  }

  AccessRule(AccessRulesConfig.Rule rule) {
    this.rule = rule;
    identities = Set.copyOf(rule.identities());
    schemes = Set.copyOf(rule.schemes());
    groups = Set.copyOf(rule.groups());
    methods = Set.copyOf(rule.methods());
    rule.claims().forEach((name, value) -> claims.add(Text.of(name, value)));
    for (String path : rule.paths()) {
      boolean isPath = path.startsWith("/") || path.startsWith("=/") || path.startsWith("~");
      if (!isPath)
        throw new ConfigException("\"%s\" is no path; it starts with \"/\"".formatted(path));
      paths.add(Text.of("", path));
    }
    from = rule.from().isEmpty() ? null : CidrSet.of(rule.from());
    asksWho = !identities.isEmpty() || !schemes.isEmpty() || !groups.isEmpty() || !claims.isEmpty();
  }

  boolean allows() {
    return rule.then() == AccessRulesConfig.Decision.ALLOW;
  }

  @Nullable String name() {
    return rule.name();
  }

  boolean holdsFor(Exchange exchange) {
    if (!methods.isEmpty() && !methods.contains(exchange.request().method())) return false;
    if (!paths.isEmpty() && !isOneOf(exchange.request().path())) return false;
    if (from != null && !from.contains(exchange.clientAddress())) return false;
    Identity identity = exchange.identity();
    Boolean known = rule.known();
    if (known != null && known != (identity != null)) return false;
    return !asksWho || identity != null && is(identity);
  }

  private boolean isOneOf(String path) {
    for (Text each : paths) {
      if (each.isPath(path)) return true;
    }
    return false;
  }

  private boolean is(Identity identity) {
    if (!identities.isEmpty() && !identities.contains(identity.subject())) return false;
    if (!schemes.isEmpty() && !schemes.contains(identity.scheme())) return false;
    if (!groups.isEmpty() && !hasGroup(identity)) return false;
    for (Text claim : claims) {
      if (!has(identity.claim(claim.name()), claim)) return false;
    }
    return true;
  }

  private boolean hasGroup(Identity identity) {
    for (String group : identity.groups()) {
      if (groups.contains(group)) return true;
    }
    return false;
  }

  private static boolean has(@Nullable Object claim, Text wanted) {
    if (claim == null) return false;
    if (!(claim instanceof List<?> list)) return wanted.matches(claim.toString());
    for (Object item : list) {
      if (wanted.matches(String.valueOf(item))) return true;
    }
    return false;
  }
}
