package dev.penstock.scripting;

import dev.penstock.engine.spi.BodyAccess;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/** The filter {@code script}: a module on a route. */
final class ScriptFilterFactory implements FilterFactory<ScriptRules> {
  private final ScriptRuntime runtime;

  ScriptFilterFactory(ScriptRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public String name() {
    return "script";
  }

  @Override
  public Class<ScriptRules> configType() {
    return ScriptRules.class;
  }

  @Override
  public FilterTemplate prepare(ScriptRules asked, PrepareScope scope) {
    ScriptRules rules = runtime.adapted(asked);
    ScriptVersion version = open(runtime, rules, scope);
    try {
      Set<Phase> phases = phases(version);
      if (phases.isEmpty() && !isScheduled(version)) {
        throw new ConfigException(
            version.bundle().name()
                + " exports only selectEndpoint: use it as a balancer, upstreams.NAME.balancer: { script: … }");
      }
      if (isScheduled(version) && rules.every() == null) {
        scope.warn(
            scope.path()
                + ": "
                + version.bundle().name()
                + " exports scheduled, but `every` says no interval; it never runs");
      }
      Bindings bindings = Bindings.of(rules.env(), scope, runtime.stores());
      try {
        runtime.rehearse(version, rules, bindings, phases);
        version.stock(scope.workers());
      } catch (RuntimeException e) {
        bindings.closeObjects();
        throw e;
      }
      return new Template(runtime, version, rules, bindings, phases);
    } catch (RuntimeException e) {
      version.release();
      throw e;
    }
  }

  /** Reads and checks the script that {@code rules} name, and has its files watched. */
  static ScriptVersion open(ScriptRuntime runtime, ScriptRules rules, PrepareScope scope) {
    Path file = scope.watch(rules.file());
    ScriptBundle bundle = ScriptBundle.read(file, TypeScript.REWRITER);
    for (Path part : bundle.diskFiles()) scope.watch(part.toString());
    return runtime.open(bundle, rules);
  }

  private static boolean isScheduled(ScriptVersion version) {
    String entry = version.exports().get("default");
    return version.exports("scheduled") || (entry != null && entry.contains("scheduled"));
  }

  static Set<Phase> phases(ScriptVersion version) {
    Set<Phase> phases = EnumSet.noneOf(Phase.class);
    for (Phase phase : Phase.values()) {
      if (version.exports(phase.text())) phases.add(phase);
    }
    String entry = version.exports().get("default");
    if (entry != null && entry.contains("fetch")) phases.add(Phase.ON_REQUEST);
    return phases;
  }

  /** One use of a version, for all workers. */
  private static final class Template implements FilterTemplate {
    private final ScriptRuntime runtime;
    private final ScriptVersion version;
    private final ScriptRules rules;
    private final Bindings bindings;
    private final Set<Phase> phases;
    private final boolean keepsObjects;

    Template(
        ScriptRuntime runtime,
        ScriptVersion version,
        ScriptRules rules,
        Bindings bindings,
        Set<Phase> exported) {
      this.runtime = runtime;
      this.version = version;
      this.rules = rules;
      this.bindings = bindings;
      this.phases = exported.isEmpty() ? EnumSet.noneOf(Phase.class) : EnumSet.copyOf(exported);
      // A body hook is one phase that is passed many times.
      this.keepsObjects =
          phases.size() > 1
              || phases.contains(Phase.ON_REQUEST_BODY)
              || phases.contains(Phase.ON_RESPONSE_BODY);
      // The end of the exchange is where its objects become invalid.
      phases.add(Phase.ON_LOG);
    }

    @Override
    public Set<Phase> phases() {
      return EnumSet.copyOf(phases);
    }

    @Override
    public BodyAccess requestBody() {
      return access(Phase.ON_REQUEST_BODY);
    }

    @Override
    public BodyAccess responseBody() {
      return access(Phase.ON_RESPONSE_BODY);
    }

    private BodyAccess access(Phase phase) {
      if (!version.exports(phase.text())) return BodyAccess.NONE;
      return rules.body() == ScriptRules.BodyMode.WHOLE ? BodyAccess.WHOLE : BodyAccess.TRANSFORM;
    }

    @Override
    public int maxWholeBodyBytes() {
      return rules.maxBody();
    }

    @Override
    public boolean failsClosed() {
      return rules.onError() == ScriptRules.OnError.CLOSED;
    }

    @Override
    public Filter create(FilterScope scope) {
      ScriptContext context = runtime.workerOf(scope.worker()).contextOf(version);
      ScriptUse use = new ScriptUse(context, rules, bindings, scope, keepsObjects);
      boolean ticks = rules.every() != null && scope.worker().index() == 0 && isScheduled(version);
      return new ScriptFilter(
          use, ticks && rules.every() != null ? new Schedule(rules.every()) : null);
    }

    @Override
    public void close() {
      bindings.closeObjects();
      version.release();
    }
  }
}
