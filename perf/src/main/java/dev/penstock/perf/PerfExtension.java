package dev.penstock.perf;

import dev.penstock.engine.spi.Extension;

/** Offers {@code compare-rewrite} to a gateway that has this room on its class path. */
public final class PerfExtension implements Extension {
  @Override
  public String name() {
    return "perf";
  }

  @Override
  public void register(Registry registry) {
    registry.filter(new RewriteFilterFactory());
  }
}
