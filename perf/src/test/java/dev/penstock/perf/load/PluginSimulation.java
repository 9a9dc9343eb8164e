package dev.penstock.perf.load;

/** A Java filter beside the plain route. */
public final class PluginSimulation extends GatewaySimulation {
  public PluginSimulation() {
    run(
        closed("closed", Requests.plain("plain"), Requests.filtered("filtered")),
        open("open", Requests.plain("plain, open"), Requests.filtered("filtered, open")));
  }
}
