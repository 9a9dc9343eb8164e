package dev.penstock.plugins.traffic;

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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code fault}. */
final class FaultFactory implements FilterFactory<FaultConfig> {
  @Override
  public String name() {
    return "fault";
  }

  @Override
  public Class<FaultConfig> configType() {
    return FaultConfig.class;
  }

  @Override
  public FilterTemplate prepare(FaultConfig config, PrepareScope scope) {
    return new FilterTemplate() {
      @Override
      public Set<Phase> phases() {
        return Set.of(Phase.ON_REQUEST);
      }

      @Override
      public Filter create(FilterScope worker) {
        return new Fault(config, worker);
      }
    };
  }

  /** One worker's filter. */
  private static final class Fault implements Filter {
    private final FilterScope scope;
    private final When.@Nullable Condition when;
    private final @Nullable String header;
    private final int maxDelayed;
    private final long delayNs;
    private final long jitterNs;
    private final double delayShare;
    private final int status;
    private final double abortShare;
    private final Chance chance;
    private int delayed;

    Fault(FaultConfig config, FilterScope scope) {
      this.scope = scope;
      when = config.when().compile();
      header = config.header();
      maxDelayed = config.maxDelayed();
      FaultConfig.Delay delay = config.delay();
      delayNs = delay == null ? 0 : delay.time().toNanos();
      jitterNs = delay == null ? 0 : delay.jitter().toNanos();
      delayShare = delay == null ? 0 : delay.percent();
      FaultConfig.Abort abort = config.abort();
      status = abort == null ? 0 : abort.status();
      abortShare = abort == null ? 0 : abort.percent();
      chance = new Chance(scope.nowNs() ^ System.identityHashCode(this));
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
      if (header != null && !exchange.request().headers().contains(header)) return Verdict.NEXT;
      if (when != null && !when.holdsFor(exchange)) return Verdict.NEXT;
      boolean aborts = chance.happens(abortShare);
      if (!chance.happens(delayShare) || delayed >= maxDelayed) {
        return aborts ? abort() : Verdict.NEXT;
      }
      delayed++;
      exchange.vars().put("fault.delayed", true);
      Exchange.Suspension suspension = exchange.suspend();
      // A client that goes meanwhile ends the exchange; the word then comes to nobody.
      long wait = delayNs + (long) (jitterNs * chance.next());
      var _ =
          scope.after(
              wait,
              () -> {
                delayed--;
                suspension.resume(aborts ? abort() : Verdict.NEXT);
              });
      return Verdict.SUSPEND;
    }

    private Verdict abort() {
      return Verdict.respond(Response.text(status, "Fault injected\n"));
    }
  }
}
