package dev.penstock.plugins.host;

import dev.penstock.engine.spi.BalancerFactory;
import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.spi.FilterFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the extensions of one plugin registered. */
final class Offers implements Extension.Registry {
  private final List<FilterFactory<?>> filters = new ArrayList<>();
  private final List<BalancerFactory<?>> balancers = new ArrayList<>();

  @Override
  public void filter(FilterFactory<?> factory) {
    filters.add(factory);
  }

  @Override
  public void balancer(BalancerFactory<?> factory) {
    balancers.add(factory);
  }

  List<String> filterNames() {
    return filters.stream().map(FilterFactory::name).sorted().toList();
  }

  List<String> balancerNames() {
    return balancers.stream().map(BalancerFactory::name).sorted().toList();
  }

  /** {@code filter hello}, {@code balancer nearest}, …. */
  List<String> names() {
    return Stream.concat(
            filterNames().stream().map(name -> "filter " + name),
            balancerNames().stream().map(name -> "balancer " + name))
        .toList();
  }

  /** Hands all of it on, in a form that keeps {@code plugin} loaded while it is used. */
  void offer(Extension.Registry registry, Plugin plugin) {
    for (FilterFactory<?> each : filters) registry.filter(new GuestFilterFactory<>(each, plugin));
    for (BalancerFactory<?> each : balancers)
      registry.balancer(new GuestBalancerFactory<>(each, plugin));
  }
}
