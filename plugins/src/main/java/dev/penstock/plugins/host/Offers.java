package dev.penstock.plugins.host;

import dev.penstock.engine.control.Registries;
import dev.penstock.engine.spi.BalancerFactory;
import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.Offer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the extensions of one plugin registered. */
final class Offers implements Extension.Registry {
  private final List<FilterFactory<?>> filters = new ArrayList<>();
  private final List<BalancerFactory<?>> balancers = new ArrayList<>();
  private final List<Offer<?, ?>> others = new ArrayList<>();

  @Override
  public void filter(FilterFactory<?> factory) {
    filters.add(factory);
  }

  @Override
  public void offer(Offer<?, ?> offer) {
    others.add(offer);
  }

  @Override
  public void balancer(BalancerFactory<?> factory) {
    balancers.add(factory);
  }

  /** {@code endpoint discovery consul}, …. */
  List<String> otherNames() {
    return others.stream()
        .map(offer -> Registries.kind(offer.kind()) + " " + offer.name())
        .sorted()
        .toList();
  }

  List<String> filterNames() {
    return filters.stream().map(FilterFactory::name).sorted().toList();
  }

  List<String> balancerNames() {
    return balancers.stream().map(BalancerFactory::name).sorted().toList();
  }

  /** {@code filter hello}, {@code balancer nearest}, …. */
  List<String> names() {
    return Stream.of(
            filterNames().stream().map(name -> "filter " + name),
            balancerNames().stream().map(name -> "balancer " + name),
            otherNames().stream())
        .flatMap(names -> names)
        .toList();
  }

  /** Hands all of it on, in a form that keeps {@code plugin} loaded while it is used. */
  void offer(Extension.Registry registry, Plugin plugin) {
    for (FilterFactory<?> each : filters) registry.filter(new GuestFilterFactory<>(each, plugin));
    for (BalancerFactory<?> each : balancers)
      registry.balancer(new GuestBalancerFactory<>(each, plugin));
    for (Offer<?, ?> each : others) registry.offer(Guests.of(each, plugin));
  }
}
