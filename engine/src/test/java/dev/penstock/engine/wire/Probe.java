package dev.penstock.engine.wire;

import dev.penstock.engine.spi.BodyAccess;
import dev.penstock.engine.spi.BodyPart;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Execution;
import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Verdict;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A filter made of lambdas, offered under a name: {@code filters: [ { probe: {} } ]}. */
final class Probe implements Extension, FilterFactory<Probe.None>, FilterTemplate {
  /** No settings. */
  record None() {}

  /** What one phase does; {@code part} is for body phases. */
  interface Hook {
    Verdict call(Exchange exchange, @Nullable BodyPart part) throws Exception;
  }

  private final String name;
  private final Map<Phase, Hook> hooks = new EnumMap<>(Phase.class);
  private Execution execution = Execution.INLINE;
  private BodyAccess requestBody = BodyAccess.NONE;
  private BodyAccess responseBody = BodyAccess.NONE;
  private int maxWholeBodyBytes = 1 << 20;
  private boolean failsClosed = true;
  private @Nullable FilterScope scope;

  Probe(String name) {
    this.name = name;
  }

  Probe on(Phase phase, Hook hook) {
    hooks.put(phase, hook);
    if (phase == Phase.ON_REQUEST_BODY && requestBody == BodyAccess.NONE)
      requestBody = BodyAccess.READ;
    if (phase == Phase.ON_RESPONSE_BODY && responseBody == BodyAccess.NONE)
      responseBody = BodyAccess.READ;
    return this;
  }

  Probe blocking() {
    execution = Execution.BLOCKING;
    return this;
  }

  Probe bodies(BodyAccess access) {
    requestBody = access;
    responseBody = access;
    return this;
  }

  Probe maxWhole(int bytes) {
    maxWholeBodyBytes = bytes;
    return this;
  }

  Probe failsOpen() {
    failsClosed = false;
    return this;
  }

  FilterScope scope() {
    FilterScope known = scope;
    if (known == null) throw new AssertionError("no filter has been made");
    return known;
  }

  /** A configuration with a route for everything to {@code upstream}, through these filters. */
  static TestGateway gateway(ScriptedUpstream upstream, Probe... probes) {
    StringBuilder filters = new StringBuilder();
    for (Probe probe : probes)
      filters
          .append(filters.isEmpty() ? "" : ", ")
          .append("{ ")
          .append(probe.name)
          .append(": {} }");
    return TestGateway.start(
        """
        upstreams: { up: { endpoints: [ "%s" ], retry: { attempts: 3 } } }
        routes: { all: { filters: [ %s ], upstream: up } }
        """
            .formatted(upstream.address(), filters),
        probes);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void register(Registry registry) {
    registry.filter(this);
  }

  @Override
  public Class<None> configType() {
    return None.class;
  }

  @Override
  public FilterTemplate prepare(None config, PrepareScope prepareScope) {
    return this;
  }

  @Override
  public Set<Phase> phases() {
    return hooks.isEmpty() ? Set.of() : EnumSet.copyOf(hooks.keySet());
  }

  @Override
  public Execution execution() {
    return execution;
  }

  @Override
  public BodyAccess requestBody() {
    return requestBody;
  }

  @Override
  public BodyAccess responseBody() {
    return responseBody;
  }

  @Override
  public int maxWholeBodyBytes() {
    return maxWholeBodyBytes;
  }

  @Override
  public boolean failsClosed() {
    return failsClosed;
  }

  @Override
  public void close() {}

  @Override
  public Filter create(FilterScope filterScope) {
    scope = filterScope;
    return new Filter() {
      @Override
      public Verdict onRequest(Exchange exchange) {
        return run(Phase.ON_REQUEST, exchange, null);
      }

      @Override
      public Verdict onRequestBody(Exchange exchange, BodyPart part) {
        return run(Phase.ON_REQUEST_BODY, exchange, part);
      }

      @Override
      public Verdict onUpstreamRequest(Exchange exchange) {
        return run(Phase.ON_UPSTREAM_REQUEST, exchange, null);
      }

      @Override
      public Verdict onUpstreamError(Exchange exchange, ProxyError error) {
        return run(Phase.ON_UPSTREAM_ERROR, exchange, null);
      }

      @Override
      public Verdict onUpstreamResponse(Exchange exchange) {
        return run(Phase.ON_UPSTREAM_RESPONSE, exchange, null);
      }

      @Override
      public Verdict onResponse(Exchange exchange) {
        return run(Phase.ON_RESPONSE, exchange, null);
      }

      @Override
      public Verdict onResponseBody(Exchange exchange, BodyPart part) {
        return run(Phase.ON_RESPONSE_BODY, exchange, part);
      }

      @Override
      public void onLog(Exchange exchange) {
        run(Phase.ON_LOG, exchange, null);
      }
    };
  }

  private Verdict run(Phase phase, Exchange exchange, @Nullable BodyPart part) {
    Hook hook = hooks.get(phase);
    if (hook == null) return Verdict.NEXT;
    try {
      return hook.call(exchange, part);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
