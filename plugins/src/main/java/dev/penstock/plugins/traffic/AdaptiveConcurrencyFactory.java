package dev.penstock.plugins.traffic;

import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Verdict;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** {@code adaptive-concurrency}. */
final class AdaptiveConcurrencyFactory implements FilterFactory<AdaptiveConcurrencyConfig> {
  @Override
  public String name() {
    return "adaptive-concurrency";
  }

  @Override
  public Class<AdaptiveConcurrencyConfig> configType() {
    return AdaptiveConcurrencyConfig.class;
  }

  @Override
  public FilterTemplate prepare(AdaptiveConcurrencyConfig config, PrepareScope scope) {
    return new Template(config);
  }

  private static final class Template implements FilterTemplate {
    private final AdaptiveConcurrencyConfig config;
    private final AtomicReference<@Nullable AdaptiveLimit> shared = new AtomicReference<>();

    Template(AdaptiveConcurrencyConfig config) {
      this.config = config;
    }

    @Override
    public Set<Phase> phases() {
      return EnumSet.of(Phase.ON_REQUEST, Phase.ON_UPSTREAM_RESPONSE, Phase.ON_LOG);
    }

    /** The first worker makes the limit of all. */
    @Override
    public Filter create(FilterScope scope) {
      AdaptiveLimit made = new AdaptiveLimit(config, scope.nowNs());
      AdaptiveLimit before = shared.compareAndExchange(null, made);
      return new AdaptiveConcurrency(before == null ? made : before, scope);
    }
  }

  /** That an exchange has entered, and when; it is to leave. */
  private static final class Ticket {
    final long sinceNs;
    boolean isAnswered;

    Ticket(long sinceNs) {
      this.sinceNs = sinceNs;
    }
  }

  /** One worker's filter. */
  private static final class AdaptiveConcurrency implements Filter {
    private static final Verdict SHED =
        Verdict.reject(
            ProxyError.of(
                ProxyError.Kind.OVERLOADED,
                "adaptive-concurrency: as many requests are under way as the upstream takes"));

    private final AdaptiveLimit limit;
    private final FilterScope scope;
    private final Exchange.Attribute<Ticket> ticketOf = new Exchange.Attribute<>("ticket");

    AdaptiveConcurrency(AdaptiveLimit limit, FilterScope scope) {
      this.limit = limit;
      this.scope = scope;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
      // A tunnel is no request: it lasts as long as it likes.
      if (exchange.request().headers().contains(HeaderName.UPGRADE)) return Verdict.NEXT;
      if (!limit.enter()) return SHED;
      exchange.attribute(ticketOf, new Ticket(scope.nowNs()));
      return Verdict.NEXT;
    }

    @Override
    public Verdict onUpstreamResponse(Exchange exchange) {
      Ticket ticket = exchange.attribute(ticketOf);
      if (ticket != null && !ticket.isAnswered) {
        ticket.isAnswered = true;
        long now = scope.nowNs();
        limit.answered(now - ticket.sinceNs, now);
      }
      return Verdict.NEXT;
    }

    /** Always called, once, whatever happened (Q7). */
    @Override
    public void onLog(Exchange exchange) {
      Ticket ticket = exchange.attribute(ticketOf);
      if (ticket == null) return;
      exchange.attribute(ticketOf, null);
      limit.leave();
      ProxyError error = exchange.error();
      if (!ticket.isAnswered && error != null && isTooLate(error)) limit.dropped(scope.nowNs());
    }

    private static boolean isTooLate(ProxyError error) {
      return switch (error.kind()) {
        case UPSTREAM_TIMEOUT, CONNECT_TIMEOUT, DEADLINE, QUEUE_TIMEOUT -> true;
        default -> false;
      };
    }
  }
}
