package dev.penstock.engine.control;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is different between two configurations, by name.
 *
 * @param others keys of the document beside the three maps whose values differ: {@code access-log}
 */
public record ConfigDiff(Changes listeners, Changes upstreams, Changes routes, Set<String> others) {

  /**
   * Names that came, went, or now stand for something else; in the order of the configuration they
   * are from.
   */
  public record Changes(Set<String> added, Set<String> removed, Set<String> changed) {
    public boolean isEmpty() {
      return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
    }

    static <T> Changes between(Map<String, T> before, Map<String, T> after) {
      Set<String> added = new LinkedHashSet<>(after.keySet());
      added.removeAll(before.keySet());
      Set<String> removed = new LinkedHashSet<>(before.keySet());
      removed.removeAll(after.keySet());
      Set<String> changed = new LinkedHashSet<>();
      after.forEach((name, value) -> {
        if (before.containsKey(name) && !SameValue.same(before.get(name), value)) changed.add(name);
      });
      return new Changes(added, removed, changed);
    }
  }

  private static final Set<String> NAMED = Set.of("listeners", "upstreams", "routes");

  public static ConfigDiff between(GatewayConfig before, GatewayConfig after) {
    Set<String> others = new LinkedHashSet<>();
    for (RecordShape.Key key : RecordShape.of(GatewayConfig.class).keys()) {
      boolean isNamed = NAMED.contains(key.name());
      if (!isNamed && !SameValue.same(SameValue.read(key, before), SameValue.read(key, after)))
        others.add(key.name());
    }
    return new ConfigDiff(
        Changes.between(before.listeners(), after.listeners()),
        Changes.between(before.upstreams(), after.upstreams()),
        Changes.between(before.routes(), after.routes()),
        others);
  }

  public boolean isEmpty() {
    return listeners.isEmpty() && upstreams.isEmpty() && routes.isEmpty() && others.isEmpty();
  }

  /** For a log line: {@code routes +users ~orders -old, access-log}. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    add("listeners", listeners, parts);
    add("upstreams", upstreams, parts);
    add("routes", routes, parts);
    parts.addAll(others);
    return parts.isEmpty() ? "nothing" : String.join(", ", parts);
  }

  private static void add(String kind, Changes names, List<String> parts) {
    if (names.isEmpty()) return;
    StringBuilder out = new StringBuilder(kind);
    for (String name : names.added) out.append(" +").append(name);
    for (String name : names.changed) out.append(" ~").append(name);
    for (String name : names.removed) out.append(" -").append(name);
    parts.add(out.toString());
  }
}
