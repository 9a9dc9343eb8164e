package dev.penstock.perf.load;

/**
 * A JavaScript handler beside the plain route, in turns by each user, so that both see one machine.
 */
public final class ScriptedSimulation extends GatewaySimulation {
  public ScriptedSimulation() {
    run(
        closed("warm-up", Requests.scripted("warm-up")),
        closed("closed", Requests.plain("plain"), Requests.scripted("scripted")),
        open("open", Requests.plain("plain, open"), Requests.scripted("scripted, open")));
  }
}
