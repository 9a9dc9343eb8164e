package dev.penstock.plugins.limit;

import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.plugins.rules.Kept;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code concurrency-limit}. The places belong to the extension's life, not to a configuration's: a
 * reload must not let everybody in once more while the old requests still run.
 */
final class ConcurrencyLimitFactory implements FilterFactory<ConcurrencyLimitConfig> {
  private final Kept<Places> kept = new Kept<>();

  @Override
  public String name() {
    return "concurrency-limit";
  }

  @Override
  public Class<ConcurrencyLimitConfig> configType() {
    return ConcurrencyLimitConfig.class;
  }

  @Override
  public FilterTemplate prepare(ConcurrencyLimitConfig config, PrepareScope scope) {
    LimitKey key = LimitKey.compile(config.key(), config.withoutKey(), scope);
    String name =
        scope.path() + ' ' + config.key() + ' ' + config.atATime() + ' ' + config.maxWaiting();
    Places places = kept.take(name, () -> new Places(config.atATime(), config.maxWaiting()));
    return new FilterTemplate() {
      @Override
      public Set<Phase> phases() {
        return EnumSet.of(Phase.ON_REQUEST, Phase.ON_LOG);
      }

      @Override
      public Filter create(FilterScope worker) {
        return new ConcurrencyLimit(config, key, places, worker);
      }

      @Override
      public void close() {
        kept.letGo(name, last -> {});
      }
    };
  }

  /** One worker's filter. */
  private static final class ConcurrencyLimit implements Filter {
    private final LimitKey key;
    private final Places places;
    private final FilterScope scope;
    private final long maxWaitNs;
    private final boolean isDry;
    private final Verdict full;
    private final Verdict tooLate;
    private final Exchange.Attribute<Ticket> ticketOf = new Exchange.Attribute<>("place");

    ConcurrencyLimit(
        ConcurrencyLimitConfig config, LimitKey key, Places places, FilterScope scope) {
      this.key = key;
      this.places = places;
      this.scope = scope;
      maxWaitNs = config.maxWait().toNanos();
      isDry = config.dryRun();
      // Q1: of a client's limit 429, of one that all share 503.
      ProxyError.Kind kind =
          config.key().equals(List.of("route"))
              ? ProxyError.Kind.OVERLOADED
              : ProxyError.Kind.TOO_MANY_REQUESTS;
      full = Verdict.reject(ProxyError.of(kind, "concurrency-limit: too many at a time"));
      tooLate = Verdict.reject(ProxyError.of(kind, "concurrency-limit: no place became free"));
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
      String of = key.of(exchange);
      if (of == null) return Verdict.NEXT;
      Ticket ticket = new Ticket(of);
      switch (places.enter(of, ticket)) {
        case ENTERED -> {
          ticket.isIn = true;
          exchange.attribute(ticketOf, ticket);
          return Verdict.NEXT;
        }
        case FULL -> {
          if (!isDry) return full;
          exchange.vars().put("concurrency-limit.would-refuse", true);
          places.enterAnyway(of);
          ticket.isIn = true;
          exchange.attribute(ticketOf, ticket);
          return Verdict.NEXT;
        }
        case WAITS -> {
          exchange.attribute(ticketOf, ticket);
          ticket.waitIn(exchange);
          return Verdict.SUSPEND;
        }
      }
      throw new AssertionError();
    }

    /** Q7: always called, once, whatever happened; also for who still waits. */
    @Override
    public void onLog(Exchange exchange) {
      Ticket ticket = exchange.attribute(ticketOf);
      if (ticket == null) return;
      exchange.attribute(ticketOf, null);
      ticket.end();
    }

    /** One exchange's claim to a place. All but {@link #onPlace} on the worker's thread. */
    private final class Ticket implements Places.Waiter {
      private final String of;
      private boolean isIn;
      private boolean isOver;
      private Exchange.@Nullable Suspension suspension;
      private Runnable cancelTimer = () -> {};

      Ticket(String of) {
        this.of = of;
      }

      void waitIn(Exchange exchange) {
        suspension = exchange.suspend();
        cancelTimer = scope.after(maxWaitNs, this::onTimeout);
      }

      @Override
      public void onPlace() {
        scope.execute(this::takePlace);
      }

      private void takePlace() {
        cancelTimer.run();
        if (isOver) {
          places.leave(of);
          return;
        }
        isIn = true;
        resume(Verdict.NEXT);
      }

      private void onTimeout() {
        // Otherwise the place is on its way to us already.
        if (places.giveUp(of, this)) resume(tooLate);
      }

      private void resume(Verdict verdict) {
        Exchange.Suspension waiting = suspension;
        if (waiting != null) waiting.resume(verdict);
      }

      void end() {
        isOver = true;
        cancelTimer.run();
        if (isIn) places.leave(of);
        else places.giveUp(of, this);
      }
    }
  }
}
