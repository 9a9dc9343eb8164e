package dev.penstock.plugins.limit;

import dev.penstock.engine.spi.Extension;
import dev.penstock.plugins.rules.Kept;
import java.util.Map;

/**
 * Offers the filters of this package, and keeps what they count from one configuration to the next.
 */
public final class LimitExtension implements Extension {
  private final LocalCounters counters = new LocalCounters();
  private final Kept<QuotaBook> books = new Kept<>();

  @Override
  public String name() {
    return "limit";
  }

  @Override
  public void register(Registry registry) {
    registry.filter(new RateLimitFactory(counters));
    registry.filter(new ConcurrencyLimitFactory());
    registry.filter(new RequestSizeFactory());
    registry.filter(new BandwidthFactory(counters));
    registry.filter(new QuotaFactory(books));
  }

  /** Q4: that keys are forgotten, or not counted, because there are too many. */
  @Override
  public Map<String, String> details() {
    return counters.details();
  }

  /** The last configuration may be let go only later: what was counted is written before we go. */
  @Override
  public void close() {
    books.forEach(QuotaBook::close);
  }
}
