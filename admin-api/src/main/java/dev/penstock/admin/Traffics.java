package dev.penstock.admin;

import dev.penstock.engine.observe.Traffic;

/** How counts of exchanges are shown. */
final class Traffics {
  private Traffics() {}

  static Fields shown(Traffic of) {
    return Fields.of(
        "requests", of.requests(),
        "errors", of.errors(),
        "p50Millis", Fields.millis(of.quantileNs(0.5)),
        "p95Millis", Fields.millis(of.quantileNs(0.95)),
        "p99Millis", Fields.millis(of.quantileNs(0.99)));
  }
}
