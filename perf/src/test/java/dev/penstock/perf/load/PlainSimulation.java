package dev.penstock.perf.load;

/** Passing on, in both models. */
public final class PlainSimulation extends GatewaySimulation {
  public PlainSimulation() {
    run(closed("closed", Requests.plain("plain")), open("open", Requests.plain("plain, open")));
  }
}
