package dev.penstock.plugins.limit;

import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.PrepareScope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The limits of one {@code rate-limit}, of which all must have room. Thread-safe. */
final class Limits implements AutoCloseable {
  /** One of them. */
  record Limit(String name, Rate rate, LimitKey key, CounterStore.Counters counters) {}

  private final List<Limit> limits = new ArrayList<>();
  private final boolean refusesHomeless;

  Limits(RateLimitConfig config, PrepareScope scope, CounterStore store) {
    refusesHomeless = config.whenFull() == KeyTable.WhenFull.REFUSE;
    List<LimitKey> keys = new ArrayList<>();
    for (RateLimitConfig.Limit limit : config.all())
      keys.add(LimitKey.compile(limit.key(), config.withoutKey(), scope));
    for (RateLimitConfig.Limit limit : config.all()) {
      if (limit.rate().most() < 1) throw new ConfigException("a limit allows nothing");
      // By its place, so that two filters of a route count by themselves.
      String name = scope.path() + ' ' + limit.name() + ' ' + limit.key();
      limits.add(
          new Limit(
              limit.name(),
              limit.rate(),
              keys.get(limits.size()),
              store.open(name, limit.rate(), config.maxKeys(), config.whenFull())));
    }
  }

  Limit get(int index) {
    return limits.get(index);
  }

  int size() {
    return limits.size();
  }

  /**
   * Takes {@code cost} of each limit, or of none.
   *
   * @return what was taken, or which limit has no room
   */
  Taken take(Exchange exchange, long nowNs, long cost) {
    @Nullable Counter[] counters = new Counter[limits.size()];
    for (int i = 0; i < counters.length; i++) {
      Limit limit = limits.get(i);
      String key = limit.key().of(exchange);
      if (key == null) continue;
      Counter counter = limit.counters().find(key, nowNs);
      long wait = counter == null ? homeless() : counter.take(nowNs, cost);
      counters[i] = counter;
      if (wait == 0) continue;
      for (int taken = 0; taken < i; taken++) {
        Counter other = counters[taken];
        if (other != null) other.giveBack(nowNs, cost);
      }
      return new Taken(counters, i, wait);
    }
    return new Taken(counters, -1, 0);
  }

  private long homeless() {
    return refusesHomeless ? 1_000_000_000L : 0;
  }

  @Override
  public void close() {
    limits.forEach(limit -> limit.counters().close());
  }

  /**
   * What came of it.
   *
   * @param counters of each limit, or null where it does not count this request
   * @param refusing which limit has no room, or -1
   * @param waitNs until it would have
   */
  record Taken(@Nullable Counter[] counters, int refusing, long waitNs) {
    boolean isRefused() {
      return refusing >= 0;
    }
  }
}
