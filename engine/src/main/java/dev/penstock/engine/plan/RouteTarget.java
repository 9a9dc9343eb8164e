package dev.penstock.engine.plan;

import dev.penstock.engine.spi.Response;
import java.util.function.Supplier;

/** Who answers the requests of a route. */
public sealed interface RouteTarget {
  /** An upstream. */
  record ToUpstream(String upstream) implements RouteTarget {}

  /** One of several upstreams, by weight. */
  record Split(WeightedChoice<String> choice) implements RouteTarget {}

  /** The gateway, always the same; the supplier makes a fresh copy. */
  record Respond(Supplier<Response> answer) implements RouteTarget {}

  /** The gateway, with a redirect. */
  record Redirect(int status, Location to) implements RouteTarget {}

  /** A filter at the end of the pipeline, such as a script's {@code fetch}. */
  record Filtered() implements RouteTarget {}
}
