package dev.penstock.plugins.traffic;

import dev.penstock.engine.spi.Extension;

/** Offers the filters of this package. */
public final class TrafficExtension implements Extension {
  @Override
  public String name() {
    return "traffic";
  }

  @Override
  public void register(Registry registry) {
    registry.filter(new FaultFactory());
    registry.filter(new CanaryFactory());
    registry.filter(new MaintenanceFactory());
    registry.filter(new ResponseLimitFactory());
    registry.filter(new AdaptiveConcurrencyFactory());
  }
}
