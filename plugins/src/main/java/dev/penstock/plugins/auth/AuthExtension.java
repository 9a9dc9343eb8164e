package dev.penstock.plugins.auth;

import dev.penstock.engine.spi.Extension;

/** Offers the filters of this package. */
public final class AuthExtension implements Extension {
  @Override
  public String name() {
    return "auth";
  }

  @Override
  public void register(Registry registry) {
    registry.filter(new ApiKeyFactory());
    registry.filter(new BasicAuthFactory());
    registry.filter(new JwtFactory());
    registry.filter(new ClientCertificateFactory());
    registry.filter(new SignedRequestFactory());
    registry.filter(new ExternalAuthFactory());
    registry.filter(new AccessRulesFactory());
  }
}
