package dev.penstock.scripting;

import dev.penstock.engine.spi.ConfigException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/** What {@code penstock:test} asks of the runner. Public for the engine's access checks only. */
public final class TestHost {
  private final Path folder;
  private final List<Declared> tests = new ArrayList<>();
  private final List<TestRoute> routes = new ArrayList<>();
  private @Nullable ScriptContext context;

  TestHost(Path folder) {
    this.folder = folder;
  }

  /** A test, and how it went. */
  static final class Declared {
    final String name;
    final Value body;
    boolean isOver;
    @Nullable String problem;

    Declared(String name, Value body) {
      this.name = name;
      this.body = body;
    }
  }

  void context(ScriptContext runs) {
    context = runs;
  }

  ScriptContext context() {
    ScriptContext runs = context;
    if (runs == null)
      throw new IllegalStateException("routes are made in tests, not while the file is loaded");
    return runs;
  }

  Path folder() {
    return folder;
  }

  /** Runs code in the realm of the tests, as a turn of its own. */
  void inTest(Runnable code) {
    context().run(null, ScriptLimits.of(ScriptRules.unhurried("")), code);
  }

  List<Declared> tests() {
    return tests;
  }

  void close() {
    routes.forEach(TestRoute::close);
    routes.clear();
  }

  @HostAccess.Export
  public void declare(String name, Value body) {
    tests.add(new Declared(name, body));
  }

  /** How a test went; null for well, else what was thrown. */
  @HostAccess.Export
  public void over(int test, @Nullable Value problem) {
    Declared declared = tests.get(test);
    declared.isOver = true;
    if (problem != null && !problem.isNull()) {
      declared.problem = ScriptFailure.of(problem, context().version().bundle()).toString();
    }
  }

  /**
   * Puts a script on a route of its own.
   *
   * @param options JSON: env, params, clientIp, upstreams (names)
   * @param ask called with the name of an upstream, a Request, and two functions for the Response
   *     or the failure
   * @return the route, or a sentence
   */
  @HostAccess.Export
  public Object route(String script, String options, Value ask) {
    try {
      @SuppressWarnings("unchecked") // exchange of our own script
      Map<String, Object> given =
          Json.parse(options) instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
      TestRoute route = new TestRoute(this, folder.resolve(script).normalize(), given, ask);
      routes.add(route);
      return route;
    } catch (ConfigException e) {
      return (e.location() == null ? "" : e.location() + ": ") + e.getMessage();
    }
  }

  /** Variables, stores and upstreams of a test, as a configuration would bind them. */
  static ScriptRules.EnvRules env(
      Map<String, Object> given, Set<String> upstreams, String storePrefix) {
    Map<String, Object> vars = new LinkedHashMap<>();
    Map<String, ScriptRules.KvRules> kv = new LinkedHashMap<>();
    List<String> bound = new ArrayList<>(upstreams);
    if (given.get("env") instanceof Map<?, ?> env) {
      env.forEach((name, value) -> {
        String key = String.valueOf(name);
        if ("kv:".equals(value))
          kv.put(key, new ScriptRules.KvRules(storePrefix + key, 10_000, 1 << 16, null));
        else if (!upstreams.contains(key) && value != null) vars.put(key, value);
      });
    }
    bound.remove("default");
    return new ScriptRules.EnvRules(vars, Map.of(), bound, kv, Map.of(), Map.of());
  }
}
