package dev.penstock.plugins.host;

import dev.penstock.engine.spi.Balancer;
import dev.penstock.engine.spi.BalancerFactory;
import dev.penstock.engine.spi.EndpointSet;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.PrepareScope;

/** A plugin's factory: what it makes keeps the plugin loaded. */
final class GuestBalancerFactory<C extends Record> implements BalancerFactory<C> {
  private final BalancerFactory<C> guest;
  private final Plugin plugin;

  GuestBalancerFactory(BalancerFactory<C> guest, Plugin plugin) {
    this.guest = guest;
    this.plugin = plugin;
  }

  @Override
  public String name() {
    return guest.name();
  }

  @Override
  public Class<C> configType() {
    return guest.configType();
  }

  @Override
  public BalancerTemplate prepare(C config, PrepareScope scope) {
    return plugin.holding(() -> new Template(guest.prepare(config, scope), plugin));
  }

  private record Template(BalancerTemplate guest, Plugin plugin) implements BalancerTemplate {
    @Override
    public void onEndpoints(EndpointSet endpoints) {
      plugin.inside(() -> {
        guest.onEndpoints(endpoints);
        return endpoints;
      });
    }

    @Override
    public Balancer create(FilterScope scope) {
      plugin.livesOn(scope);
      return plugin.inside(() -> guest.create(scope));
    }

    @Override
    public void close() {
      plugin.letGo(guest::close);
    }
  }
}
