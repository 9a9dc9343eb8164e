package dev.penstock.engine.control;

import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.observe.VersionMetrics;
import dev.penstock.engine.plan.SplitKey;
import dev.penstock.engine.spi.BodyAccess;
import dev.penstock.engine.spi.BodyPart;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Execution;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.engine.time.SystemClock;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Two versions of one script at a place: each exchange goes through one of them, and counts for it.
 */
final class CanaryTemplate implements FilterTemplate {
  private final FilterTemplate stable;
  private final FilterTemplate canary;
  private final ScriptConfig.Canary rules;
  private final SplitKey key;
  private final CanaryMetrics.Pair counts;

  CanaryTemplate(
      FilterTemplate stable,
      FilterTemplate canary,
      ScriptConfig.Canary rules,
      CanaryMetrics.Pair counts) {
    this.stable = stable;
    this.canary = canary;
    this.rules = rules;
    this.key = SplitKey.parse(rules.key());
    this.counts = counts;
  }

  @Override
  public Set<Phase> phases() {
    EnumSet<Phase> both = EnumSet.of(Phase.ON_LOG);
    both.addAll(stable.phases());
    both.addAll(canary.phases());
    return both;
  }

  @Override
  public Execution execution() {
    boolean mayBlock =
        stable.execution() == Execution.BLOCKING || canary.execution() == Execution.BLOCKING;
    return mayBlock ? Execution.BLOCKING : Execution.INLINE;
  }

  @Override
  public BodyAccess requestBody() {
    return more(stable.requestBody(), canary.requestBody());
  }

  @Override
  public BodyAccess responseBody() {
    return more(stable.responseBody(), canary.responseBody());
  }

  private static BodyAccess more(BodyAccess one, BodyAccess other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  @Override
  public int maxWholeBodyBytes() {
    return Math.max(stable.maxWholeBodyBytes(), canary.maxWholeBodyBytes());
  }

  @Override
  public boolean failsClosed() {
    return stable.failsClosed();
  }

  @Override
  public Filter create(FilterScope scope) {
    return new Both(stable.create(scope), canary.create(scope), scope);
  }

  @Override
  public void close() {
    try {
      canary.close();
    } finally {
      stable.close();
    }
  }

  /** The filters of one worker. */
  private final class Both implements Filter {
    private final Filter old;
    private final Filter next;
    private final int worker;
    private final Slice scratch = new Slice();
    private final SplittableRandom random = new SplittableRandom();
    private final Exchange.Attribute<Filter> chosen = new Exchange.Attribute<>("canary");

    Both(Filter old, Filter next, FilterScope scope) {
      this.old = old;
      this.next = next;
      this.worker = scope.worker().index();
    }

    private Filter of(Exchange exchange) {
      Filter known = exchange.attribute(chosen);
      if (known != null) return known;
      long hash = key.hash(exchange.request(), exchange.clientAddress(), scratch);
      double place = hash == SplitKey.NONE ? random.nextDouble() : (hash >>> 11) * 0x1p-53;
      Filter made = place < rules.weight() ? next : old;
      exchange.attribute(chosen, made);
      return made;
    }

    private boolean has(Filter of, Phase phase) {
      return (of == next ? canary : stable).phases().contains(phase);
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
      Filter of = of(exchange);
      return has(of, Phase.ON_REQUEST) ? of.onRequest(exchange) : Verdict.NEXT;
    }

    @Override
    public Verdict onRequestBody(Exchange exchange, BodyPart part) {
      Filter of = of(exchange);
      return has(of, Phase.ON_REQUEST_BODY) ? of.onRequestBody(exchange, part) : Verdict.NEXT;
    }

    @Override
    public Verdict onUpstreamRequest(Exchange exchange) {
      Filter of = of(exchange);
      return has(of, Phase.ON_UPSTREAM_REQUEST) ? of.onUpstreamRequest(exchange) : Verdict.NEXT;
    }

    @Override
    public Verdict onUpstreamError(Exchange exchange, ProxyError error) {
      Filter of = of(exchange);
      return has(of, Phase.ON_UPSTREAM_ERROR) ? of.onUpstreamError(exchange, error) : Verdict.NEXT;
    }

    @Override
    public Verdict onUpstreamResponse(Exchange exchange) {
      Filter of = of(exchange);
      return has(of, Phase.ON_UPSTREAM_RESPONSE) ? of.onUpstreamResponse(exchange) : Verdict.NEXT;
    }

    @Override
    public Verdict onResponse(Exchange exchange) {
      Filter of = of(exchange);
      return has(of, Phase.ON_RESPONSE) ? of.onResponse(exchange) : Verdict.NEXT;
    }

    @Override
    public Verdict onResponseBody(Exchange exchange, BodyPart part) {
      Filter of = of(exchange);
      return has(of, Phase.ON_RESPONSE_BODY) ? of.onResponseBody(exchange, part) : Verdict.NEXT;
    }

    @Override
    public void onLog(Exchange exchange) {
      Filter of = of(exchange);
      if (has(of, Phase.ON_LOG)) of.onLog(exchange);
      VersionMetrics counted = of == next ? counts.canary() : counts.stable();
      boolean isError =
          exchange.hasResponse() ? exchange.response().status() >= 500 : exchange.error() != null;
      // Not the worker's clock, which stands still for as long as a handler computes.
      counted.ended(worker, SystemClock.INSTANCE.nanoTime() - exchange.startNs(), isError);
    }

    @Override
    public void close() {
      try {
        next.close();
      } finally {
        old.close();
      }
    }
  }
}
