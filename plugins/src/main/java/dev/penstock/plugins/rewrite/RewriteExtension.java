package dev.penstock.plugins.rewrite;

import dev.penstock.engine.spi.Extension;

/** Offers the filters of this package. */
public final class RewriteExtension implements Extension {
  @Override
  public String name() {
    return "rewrite";
  }

  @Override
  public void register(Registry registry) {
    registry.filter(new RewriteFactory());
    registry.filter(new CookiesFactory());
    registry.filter(new MapBackFactory());
    registry.filter(new ReplaceBodyFactory());
  }
}
