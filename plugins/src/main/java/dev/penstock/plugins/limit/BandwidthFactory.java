package dev.penstock.plugins.limit;

import dev.penstock.engine.spi.BodyAccess;
import dev.penstock.engine.spi.BodyPart;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.plugins.rules.When;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code bandwidth}. */
final class BandwidthFactory implements FilterFactory<BandwidthConfig> {
  private static final long SECOND_NS = 1_000_000_000L;

  /** Bytes are counted by sixteens, so that a gigabyte a second has a price in nanoseconds. */
  private static final int UNIT = 16;

  private final CounterStore store;

  BandwidthFactory(CounterStore store) {
    this.store = store;
  }

  @Override
  public String name() {
    return "bandwidth";
  }

  @Override
  public Class<BandwidthConfig> configType() {
    return BandwidthConfig.class;
  }

  @Override
  public FilterTemplate prepare(BandwidthConfig config, PrepareScope scope) {
    LimitKey key =
        config.key().isEmpty() ? null : LimitKey.compile(config.key(), config.withoutKey(), scope);
    Direction up = direction(config, config.requests(), key, scope.path() + " requests");
    Direction down = direction(config, config.responses(), key, scope.path() + " responses");
    return new FilterTemplate() {
      @Override
      public Set<Phase> phases() {
        EnumSet<Phase> phases = EnumSet.noneOf(Phase.class);
        if (up != null) phases.add(Phase.ON_REQUEST_BODY);
        if (down != null) phases.add(Phase.ON_RESPONSE_BODY);
        return phases;
      }

      @Override
      public BodyAccess requestBody() {
        return up == null ? BodyAccess.NONE : BodyAccess.READ;
      }

      @Override
      public BodyAccess responseBody() {
        return down == null ? BodyAccess.NONE : BodyAccess.READ;
      }

      @Override
      public Filter create(FilterScope worker) {
        return new Bandwidth(config, up, down, worker);
      }

      @Override
      public void close() {
        if (up != null) up.close();
        if (down != null) down.close();
      }
    };
  }

  private @Nullable Direction direction(
      BandwidthConfig config, @Nullable Long bytes, @Nullable LimitKey key, String name) {
    if (bytes == null) return null;
    Rate rate =
        new Rate(
            Rate.Algorithm.TOKEN_BUCKET,
            Math.max(1, bytes / UNIT),
            SECOND_NS,
            Math.max(1, config.burst() / UNIT));
    return new Direction(
        rate,
        key,
        key == null ? null : store.open(name, rate, config.maxKeys(), KeyTable.WhenFull.FORGET));
  }

  /** One way, and who shares it. Thread-safe. */
  private record Direction(
      Rate rate, @Nullable LimitKey key, CounterStore.@Nullable Counters counters) {
    /** What is used by this exchange from now on; null when it is not slowed down. */
    @Nullable Counter counter(Exchange exchange, long nowNs) {
      if (key == null || counters == null) return rate.newCounter(0);
      String of = key.of(exchange);
      return of == null ? null : counters.find(of, nowNs);
    }

    void close() {
      if (counters != null) counters.close();
    }
  }

  /** What one body is counted by, and what is left of a unit. */
  private static final class Flow {
    final @Nullable Counter counter;
    int rest;

    Flow(@Nullable Counter counter) {
      this.counter = counter;
    }
  }

  /** One worker's filter. */
  private static final class Bandwidth implements Filter {
    private final FilterScope scope;
    private final When.@Nullable Condition when;
    private final @Nullable Direction up;
    private final @Nullable Direction down;
    private final Exchange.Attribute<Flow> upOf = new Exchange.Attribute<>("bandwidth-up");
    private final Exchange.Attribute<Flow> downOf = new Exchange.Attribute<>("bandwidth-down");

    Bandwidth(
        BandwidthConfig config,
        @Nullable Direction up,
        @Nullable Direction down,
        FilterScope scope) {
      this.scope = scope;
      this.up = up;
      this.down = down;
      when = config.when().compile();
    }

    @Override
    public Verdict onRequestBody(Exchange exchange, BodyPart part) {
      return up == null ? Verdict.NEXT : pass(exchange, part, up, upOf);
    }

    @Override
    public Verdict onResponseBody(Exchange exchange, BodyPart part) {
      return down == null ? Verdict.NEXT : pass(exchange, part, down, downOf);
    }

    /** Lets a part go when those before it have had their time. */
    private Verdict pass(
        Exchange exchange, BodyPart part, Direction direction, Exchange.Attribute<Flow> flowOf) {
      Flow flow = exchange.attribute(flowOf);
      if (flow == null) {
        boolean isMeant = when == null || when.holdsFor(exchange);
        flow = new Flow(isMeant ? direction.counter(exchange, scope.nowNs()) : null);
        exchange.attribute(flowOf, flow);
      }
      if (flow.counter == null || !part.bytes().hasRemaining()) return Verdict.NEXT;
      int bytes = part.bytes().remaining() + flow.rest;
      flow.rest = bytes % UNIT;
      long now = scope.nowNs();
      flow.counter.charge(now, bytes / UNIT);
      long beyond = flow.counter.untilUnusedNs(now) - direction.rate().burstNs();
      if (beyond <= 0) return Verdict.NEXT;
      Exchange.Suspension suspension = exchange.suspend();
      var _ = scope.after(beyond, () -> suspension.resume(Verdict.NEXT));
      return Verdict.SUSPEND;
    }
  }
}
