package dev.penstock.perf.load;

import java.util.List;
import java.util.Locale;

/** A simulation, and what must hold between the requests that it names, whatever the machine. */
enum Suite {
  PLAIN(PlainSimulation.class, new Rule("plain, open", 95, "plain, open", 50, 10)),
  SCRIPTED(ScriptedSimulation.class, new Rule("scripted, open", 99, "plain, open", 99, 1.5)),
  PLUGIN(PluginSimulation.class, new Rule("filtered, open", 99, "plain, open", 99, 1.2)),
  TRANSFER(TransferSimulation.class, new Rule("1 MiB down", 95, "10 KiB down", 95, 40)),
  WEBSOCKET(WebSocketSimulation.class),
  MIXED(
      MixedSimulation.class,
      new Rule("scripted, open", 99, "read, open", 99, 1.5),
      new Rule("filtered, open", 99, "read, open", 99, 1.2)),
  RELOAD(ReloadSimulation.class, new Rule("deploying", 99, "steady", 99, 1.1));

  private final Class<? extends GatewaySimulation> simulation;
  private final List<Rule> rules;

  Suite(Class<? extends GatewaySimulation> simulation, Rule... rules) {
    this.simulation = simulation;
    this.rules = List.of(rules);
  }

  Class<? extends GatewaySimulation> simulation() {
    return simulation;
  }

  List<Rule> rules() {
    return rules;
  }

  /** As the command line knows it. */
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * A percentile of one request may be at most so many times a percentile of another of the same
   * run.
   *
   * @param percentile 50, 95 or 99
   * @param factor beyond it, {@link #GRAIN_MS} are allowed: a millisecond more or less is the
   *     scheduler's
   */
  record Rule(String request, int percentile, String beside, int besidePercentile, double factor) {
    static final double GRAIN_MS = 1;

    boolean holds(double ms, double besideMs) {
      return ms <= besideMs * factor + GRAIN_MS;
    }

    @Override
    public String toString() {
      return "p%d of \"%s\" at most %s times p%d of \"%s\""
          .formatted(percentile, request, factor, besidePercentile, beside);
    }
  }
}
