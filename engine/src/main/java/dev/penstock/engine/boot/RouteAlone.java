package dev.penstock.engine.boot;

import dev.penstock.engine.control.GatewayConfig;
import dev.penstock.engine.control.ReadResult;
import dev.penstock.engine.control.RouteConfig;
import dev.penstock.engine.spi.ConfigException;
import java.util.Map;

/** A configuration with one of its routes, behind other listeners. */
final class RouteAlone {
  private RouteAlone() {}

  /** What stands in front of the route: a plain listener on loopback, and one worker. */
  static String front(int port) {
    return """
    listeners: { route: { bind: "127.0.0.1:%d" } }
    workers: 1
    """
        .formatted(port);
  }

  /**
   * @param front listeners and workers to be used
   * @return {@code read} itself when it has problems
   * @throws ConfigException when there is no such route; names those that are
   */
  static ReadResult of(ReadResult read, String route, ReadResult front) {
    GatewayConfig all = read.config();
    GatewayConfig before = front.config();
    if (all == null || before == null) return read;
    RouteConfig asked = all.routes().get(route);
    if (asked == null) {
      String known = String.join(", ", all.routes().keySet().stream().sorted().toList());
      throw new ConfigException("there is no route \"" + route + "\"; known: " + known);
    }
    RouteConfig reachable = asked.with(asked.match().throughAnyListener());
    return new ReadResult(
        all.behind(before, Map.of(route, reachable)),
        read.positions(),
        read.problems(),
        read.warnings(),
        read.files(),
        read.registries());
  }
}
