package dev.penstock.plugins.access;

import dev.penstock.engine.spi.Extension;

/** Offers the filters of this package. */
public final class AccessExtension implements Extension {
  @Override
  public String name() {
    return "access";
  }

  @Override
  public void register(Registry registry) {
    registry.filter(new AddressesFactory());
    registry.filter(new GeoFactory());
    registry.filter(new UserAgentsFactory());
    registry.filter(new CorsFactory());
    registry.filter(new CsrfFactory());
    registry.filter(new SecurityHeadersFactory());
  }
}
