package dev.penstock.scripting;

import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.ScriptBinding;
import dev.penstock.engine.spi.ScriptBinding.Blocking;
import dev.penstock.engine.spi.ScriptBinding.Inline;
import dev.penstock.engine.spi.ScriptBinding.Method;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

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
    rules.vars().forEach((name, value) -> all.add(new Variable(name, Json.written(value))));
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
    Set<String> names = new HashSet<>(rules.bindings().keySet());
    for (Binding binding : all) {
      if (!names.add(binding.name())) {
        throw new ConfigException(scope.path() + ".env: \"" + binding.name() + "\" is bound twice");
      }
    }
    addObjects(rules, scope, all);
    return new Bindings(List.copyOf(all), Set.copyOf(scope.upstreams()));
  }

  /** Last, and all or none: they are to be closed. */
  private static void addObjects(
      ScriptRules.EnvRules rules, PrepareScope scope, List<Binding> all) {
    List<ScriptBinding> made = new ArrayList<>();
    try {
      rules
          .bindings()
          .forEach((name, chosen) -> {
            ScriptBinding binding =
                scope.offered(ScriptBinding.class, "env.bindings." + name, chosen);
            made.add(binding);
            all.add(new BoundObject(name, binding, BoundObject.methods(binding)));
          });
    } catch (RuntimeException | LinkageError e) {
      made.forEach(ScriptBinding::close);
      throw e;
    }
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

  /**
   * An object of a plugin's.
   *
   * @param methods in the order of the plugin
   */
  record BoundObject(String name, ScriptBinding binding, List<BoundMethod> methods)
      implements Binding {
    private static List<BoundMethod> methods(ScriptBinding binding) {
      List<BoundMethod> all = new ArrayList<>();
      binding.methods().forEach((name, method) -> all.add(new BoundMethod(name, method)));
      return List.copyOf(all);
    }

    /** The same methods, which do nothing and answer null. */
    private BoundObject silent() {
      return new BoundObject(
          name, () -> Map.of(), methods.stream().map(BoundMethod::silent).toList());
    }
  }

  /** What a script calls by this name. */
  record BoundMethod(String name, Method method) {
    private BoundMethod silent() {
      return new BoundMethod(
          name,
          switch (method) {
            case Inline inline -> (Inline) arguments -> null;
            case Blocking blocking -> (Blocking) arguments -> null;
          });
    }
  }

  /** The same names with nothing behind them: for rehearsals. */
  Bindings harmless(Meter meter) {
    return with(each ->
        switch (each) {
          case Store store -> ofItsOwn(store, meter);
          case BoundObject object -> object.silent();
          default -> each;
        });
  }

  /** The same with stores that nobody else sees: for made-up requests. */
  Bindings withOwnStores(Meter meter) {
    return with(each -> each instanceof Store store ? ofItsOwn(store, meter) : each);
  }

  private Bindings with(UnaryOperator<Binding> other) {
    return new Bindings(all.stream().map(other).toList(), upstreams);
  }

  private static Store ofItsOwn(Store store, Meter meter) {
    ScriptRules.KvRules rules = new ScriptRules.KvRules(null, 1000, 1 << 16, null);
    return new Store(store.name(), new KvStore("rehearsal", rules, null, meter));
  }

  /** Lets go of plugins' objects. */
  void closeObjects() {
    for (Binding binding : all) {
      if (binding instanceof BoundObject object) object.binding().close();
    }
  }

  /** Closes stores that are no one else's, as those of {@link #harmless} are. */
  void closeStores() {
    for (Binding binding : all) {
      if (binding instanceof Store store) store.store().close();
    }
  }
}
