package dev.penstock.plugins.limit;

import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.plugins.rules.When;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code rate-limit} (Q1 to Q9). */
final class RateLimitFactory implements FilterFactory<RateLimitConfig> {
  private final CounterStore store;

  RateLimitFactory(CounterStore store) {
    this.store = store;
  }

  @Override
  public String name() {
    return "rate-limit";
  }

  @Override
  public Class<RateLimitConfig> configType() {
    return RateLimitConfig.class;
  }

  @Override
  public FilterTemplate prepare(RateLimitConfig config, PrepareScope scope) {
    Amount cost = Amount.compile(config.cost(), scope);
    Amount charge = config.charge() == null ? null : Amount.compile(config.charge(), scope);
    return new Template(config, new Limits(config, scope, store), cost, charge);
  }

  private static final class Template implements FilterTemplate {
    private final RateLimitConfig config;
    private final Limits limits;
    private final RateFields fields;
    private final Amount cost;
    private final @Nullable Amount charge;

    Template(RateLimitConfig config, Limits limits, Amount cost, @Nullable Amount charge) {
      this.config = config;
      this.limits = limits;
      this.cost = cost;
      this.charge = charge;
      fields = new RateFields(limits, config.tell());
    }

    @Override
    public Set<Phase> phases() {
      EnumSet<Phase> phases = EnumSet.of(Phase.ON_REQUEST);
      if (fields.areAny() && !config.dryRun()) phases.add(Phase.ON_RESPONSE);
      if (charge != null) phases.add(Phase.ON_LOG);
      return phases;
    }

    @Override
    public Filter create(FilterScope scope) {
      return new RateLimit(this, scope);
    }

    @Override
    public void close() {
      limits.close();
    }
  }

  /** One worker's filter. */
  private static final class RateLimit implements Filter {
    private final Template template;
    private final Limits limits;
    private final FilterScope scope;
    private final When.@Nullable Condition when;
    private final boolean isDry;
    private final boolean isRemembered;
    private final Exchange.Attribute<Limits.Taken> takenOf = new Exchange.Attribute<>("rate-limit");

    RateLimit(Template template, FilterScope scope) {
      this.template = template;
      this.scope = scope;
      limits = template.limits;
      when = template.config.when().compile();
      isDry = template.config.dryRun();
      isRemembered = template.fields.areAny() && !isDry || template.charge != null;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
      if (when != null && !when.holdsFor(exchange)) return Verdict.NEXT;
      long now = scope.nowNs();
      Limits.Taken taken = limits.take(exchange, now, template.cost.of(exchange, 1));
      if (taken.isRefused()) return refuse(exchange, taken, now);
      if (isRemembered) exchange.attribute(takenOf, taken);
      return Verdict.NEXT;
    }

    private Verdict refuse(Exchange exchange, Limits.Taken taken, long nowNs) {
      String name = limits.get(taken.refusing()).name();
      if (isDry) {
        exchange.vars().put("rate-limit.would-refuse", name);
        return Verdict.NEXT;
      }
      exchange.vars().put("rate-limit.refused", name);
      Response answer = TooMany.answer();
      if (template.fields.areAny()) template.fields.write(answer.head().headers(), taken, nowNs);
      return TooMany.requests(answer, "rate-limit: " + name, taken.waitNs());
    }

    @Override
    public Verdict onResponse(Exchange exchange) {
      Limits.Taken taken = exchange.attribute(takenOf);
      if (taken != null) template.fields.write(exchange.response().headers(), taken, scope.nowNs());
      return Verdict.NEXT;
    }

    /** Q6: what an exchange has cost may be known only at its end. */
    @Override
    public void onLog(Exchange exchange) {
      Limits.Taken taken = exchange.attribute(takenOf);
      if (taken == null || template.charge == null) return;
      long more = template.charge.of(exchange, 0);
      if (more <= 0) return;
      long now = scope.nowNs();
      for (Counter counter : taken.counters()) {
        if (counter != null) counter.charge(now, more);
      }
    }
  }
}
