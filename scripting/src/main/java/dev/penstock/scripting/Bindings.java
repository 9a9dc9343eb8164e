package dev.penstock.scripting;

import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.PrepareScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration binds for a script, checked: each becomes a property of {@code env}.
 * Immutable.
 *
 * @param all in the order of the configuration
 * @param upstreams names to which the global {@code fetch()} may send, by host name
 */
record Bindings(List<Binding> all, Set<String> upstreams) {

  static Bindings of(ScriptRules.EnvRules rules, PrepareScope scope, KvStores stores) {
    List<Binding> all = new ArrayList<>();
    rules.vars().forEach((name, value) -> all.add(new Variable(name, json(value))));
    rules.secrets().forEach((name, value) -> all.add(new Secret(name, value)));
    for (String upstream : rules.upstreams()) {
      if (!scope.upstreams().contains(upstream)) {
        throw new ConfigException(
            scope.path()
                + ".env.upstreams: there is no upstream \""
                + upstream
                + "\"; known: "
                + String.join(", ", scope.upstreams().stream().sorted().toList()));
      }
      all.add(new ToUpstream(upstream, upstream));
    }
    rules
        .kv()
        .forEach((name, kv) ->
            all.add(
                new Store(
                    name,
                    stores.open(kv.store() == null ? name : kv.store(), kv, scope.folder()))));
    rules
        .egress()
        .forEach((name, egress) ->
            all.add(
                new Egress(
                    name,
                    egress.hosts().stream().map(h -> h.toLowerCase(Locale.ROOT)).toList(),
                    egress.internal())));
    List<String> names = new ArrayList<>();
    for (Binding binding : all) {
      if (names.contains(binding.name())) {
        throw new ConfigException(scope.path() + ".env: \"" + binding.name() + "\" is bound twice");
      }
      names.add(binding.name());
    }
    return new Bindings(List.copyOf(all), Set.copyOf(scope.upstreams()));
  }

  /** A property of {@code env}. */
  sealed interface Binding {
    String name();
  }

  /** A value as JSON. */
  record Variable(String name, String json) implements Binding {}

  /** A string that must not be shown. */
  record Secret(String name, String value) implements Binding {
    @Override
    public String toString() {
      return "Secret[" + name + "]";
    }
  }

  /** {@code env.NAME.fetch()} to one upstream. */
  record ToUpstream(String name, String upstream) implements Binding {}

  /** {@code env.NAME.fetch()} to hosts of a list. */
  record Egress(String name, List<String> hosts, boolean internal) implements Binding {
    boolean allows(String host) {
      for (String allowed : hosts) {
        if (allowed.equals(host) || allowed.equals("*")) return true;
        if (allowed.startsWith("*.")
            && host.endsWith(allowed.substring(1))
            && host.length() > allowed.length() - 1) return true;
      }
      return false;
    }
  }

  /** A key-value store. */
  record Store(String name, KvStore store) implements Binding {}

  /** The same names with nothing behind them: for rehearsals. */
  Bindings harmless(Meter meter) {
    List<Binding> same = new ArrayList<>();
    ScriptRules.KvRules rules = new ScriptRules.KvRules(null, 1000, 1 << 16, null);
    for (Binding binding : all) {
      same.add(
          binding instanceof Store store
              ? new Store(store.name(), new KvStore("rehearsal", rules, null, meter))
              : binding);
    }
    return new Bindings(same, upstreams);
  }

  /** Closes stores that are no one else's, as those of {@link #harmless} are. */
  void closeStores() {
    for (Binding binding : all) {
      if (binding instanceof Store store) store.store().close();
    }
  }

  private static String json(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case Boolean b -> b.toString();
      case Number n -> n.toString();
      case Map<?, ?> map -> {
        List<String> parts = new ArrayList<>();
        map.forEach((k, v) -> parts.add(Json.quoted(String.valueOf(k)) + ":" + json(v)));
        yield "{" + String.join(",", parts) + "}";
      }
      case List<?> list -> {
        List<String> parts = new ArrayList<>();
        list.forEach(v -> parts.add(json(v)));
        yield "[" + String.join(",", parts) + "]";
      }
      default -> Json.quoted(value.toString());
    };
  }
}
