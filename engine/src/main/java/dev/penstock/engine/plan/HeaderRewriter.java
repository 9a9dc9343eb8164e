package dev.penstock.engine.plan;

import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@link HeaderRules}, compiled. Immutable. */
final class HeaderRewriter {
  private final String[] removed;
  private final String[] removedPrefixes;
  private final Change[] changes;

  private HeaderRewriter(List<String> removed, List<String> removedPrefixes, List<Change> changes) {
    this.removed = removed.toArray(String[]::new);
    this.removedPrefixes = removedPrefixes.toArray(String[]::new);
    this.changes = changes.toArray(Change[]::new);
  }

  private enum Kind {
    SET,
    ADD,
    APPEND
  }

  private record Change(Kind kind, String name, @Nullable HeaderName known, Template value) {}

  static HeaderRewriter compile(HeaderRules rules, Set<String> parameters) {
    List<String> names = new ArrayList<>();
    List<String> prefixes = new ArrayList<>();
    for (String name : rules.remove()) {
      if (name.endsWith("*")) prefixes.add(name.substring(0, name.length() - 1));
      else names.add(name);
    }
    List<Change> changes = new ArrayList<>();
    compile(Kind.SET, rules.set(), parameters, changes);
    compile(Kind.ADD, rules.add(), parameters, changes);
    compile(Kind.APPEND, rules.append(), parameters, changes);
    return new HeaderRewriter(names, prefixes, changes);
  }

  private static void compile(
      Kind kind, Map<String, String> values, Set<String> parameters, List<Change> into) {
    values.forEach((name, value) ->
        into.add(
            new Change(kind, name, HeaderName.find(name), Template.ofValue(value, parameters))));
  }

  void apply(HeaderMap headers, Variables variables) {
    for (String name : removed) headers.remove(name);
    if (removedPrefixes.length > 0) removePrefixed(headers);
    for (Change change : changes) {
      String value = change.value().render(variables);
      switch (change.kind()) {
        case SET -> set(headers, change, value);
        case ADD -> add(headers, change, value);
        case APPEND -> append(headers, change, value);
      }
    }
  }

  private void removePrefixed(HeaderMap headers) {
    Slice name = new Slice();
    for (int i = headers.size() - 1; i >= 0; i--) {
      headers.name(i, name);
      for (String prefix : removedPrefixes) {
        if (name.startsWithIgnoreCase(prefix) && !isFraming(headers, i)) {
          headers.removeAt(i);
          break;
        }
      }
    }
  }

  private static boolean isFraming(HeaderMap headers, int i) {
    HeaderName known = headers.known(i);
    return known != null && HeaderRules.isEngineOwned(known);
  }

  private static void set(HeaderMap headers, Change change, String value) {
    HeaderName known = change.known();
    if (value.isEmpty()) headers.remove(change.name());
    else if (known != null) headers.set(known, value);
    else headers.set(change.name(), value);
  }

  private static void add(HeaderMap headers, Change change, String value) {
    HeaderName known = change.known();
    if (value.isEmpty()) return;
    if (known != null) headers.add(known, value);
    else headers.add(change.name(), value);
  }

  private static void append(HeaderMap headers, Change change, String value) {
    if (value.isEmpty()) return;
    String before = headers.joined(change.name());
    if (before == null || before.isEmpty()) {
      set(headers, change, value);
      return;
    }
    // RFC 6265 §4.2.1: pairs of Cookie are set apart by semicolons.
    set(headers, change, before + (change.known() == HeaderName.COOKIE ? "; " : ", ") + value);
  }
}
