package dev.penstock.scripting;

import dev.penstock.engine.spi.Balancer;
import dev.penstock.engine.spi.BalancerFactory;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Endpoint;
import dev.penstock.engine.spi.EndpointSet;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/** The balancer {@code script}: a module that exports {@code selectEndpoint}. */
final class ScriptBalancerFactory implements BalancerFactory<ScriptRules> {
  private final ScriptRuntime runtime;

  ScriptBalancerFactory(ScriptRuntime runtime) {
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
  public BalancerTemplate prepare(ScriptRules asked, PrepareScope scope) {
    ScriptRules rules = runtime.adapted(asked);
    ScriptVersion version = ScriptFilterFactory.open(runtime, rules, scope);
    try {
      if (!version.exports("selectEndpoint")) {
        throw new ConfigException(
            version.bundle().name()
                + " is used as a balancer but does not export selectEndpoint(exchange, endpoints)");
      }
      Bindings bindings = Bindings.of(rules.env(), scope, runtime.stores());
      version.stock(scope.workers());
      return new Template(runtime, version, rules, bindings);
    } catch (RuntimeException e) {
      version.release();
      throw e;
    }
  }

  private record Template(
      ScriptRuntime runtime, ScriptVersion version, ScriptRules rules, Bindings bindings)
      implements BalancerTemplate {
    @Override
    public Balancer create(FilterScope scope) {
      ScriptContext context = runtime.workerOf(scope.worker()).contextOf(version);
      return new ScriptBalancer(new ScriptUse(context, rules, bindings, scope, false));
    }

    @Override
    public void close() {
      version.release();
    }
  }

  /** Asks the script for each attempt; when the script fails or has no opinion, takes turns. */
  private static final class ScriptBalancer implements Balancer {
    private final ScriptUse use;
    private final EndpointsHost endpoints = new EndpointsHost();
    private int next;

    ScriptBalancer(ScriptUse use) {
      this.use = use;
    }

    @Override
    public @Nullable Endpoint choose(Exchange exchange, EndpointSet set) {
      ScriptContext context = use.context();
      Value handler = use.functions().selectEndpoint;
      if (handler != null && context.isUsable() && endpoints.show(set) > 0) {
        ScriptExchange of = new ScriptExchange(use, exchange);
        of.enter(Phase.ON_UPSTREAM_REQUEST);
        int place = context.call(handler, of, endpoints);
        boolean failed = context.hasFailed();
        if (failed) context.report(context.takeFailure(), of, "selectEndpoint");
        of.end();
        context.worker().runAfterTurn();
        if (failed && use.rules().onError() == ScriptRules.OnError.CLOSED) return null;
        if (!failed && place >= 0 && set.isUsable(place)) return set.get(place);
      }
      return takeTurns(set);
    }

    private @Nullable Endpoint takeTurns(EndpointSet set) {
      for (int i = 0; i < set.size(); i++) {
        int at = Math.floorMod(next++, set.size());
        if (set.isUsable(at)) return set.get(at);
      }
      return null;
    }
  }
}
