package dev.penstock.plugins.host;

import dev.penstock.engine.spi.EndpointDiscovery;
import dev.penstock.engine.spi.Offer;
import java.time.Duration;

/** A plugin's offers besides filters and balancers: what they make keeps the plugin loaded. */
final class Guests {
  private Guests() {}

  static <C extends Record, T extends AutoCloseable> Offer<C, T> of(
      Offer<C, T> offer, Plugin plugin) {
    return offer.with((config, scope) ->
        plugin.holding(() -> offer.kind().cast(guest(offer.prepare(config, scope), plugin))));
  }

  private static AutoCloseable guest(AutoCloseable made, Plugin plugin) {
    return switch (made) {
      case EndpointDiscovery discovery -> new Discovery(discovery, plugin);
      default -> throw new IllegalArgumentException(made.getClass() + " is of no kind");
    };
  }

  private record Discovery(EndpointDiscovery guest, Plugin plugin) implements EndpointDiscovery {
    @Override
    public void watch(Updates updates) throws Exception {
      plugin.call(() -> {
        guest.watch(updates);
        return plugin;
      });
    }

    @Override
    public Duration interval() {
      return plugin.inside(guest::interval);
    }

    @Override
    public void close() {
      plugin.letGo(guest::close);
    }
  }
}
