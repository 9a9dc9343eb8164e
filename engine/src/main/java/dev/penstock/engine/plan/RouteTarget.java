package dev.penstock.engine.plan;

import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.files.FileSite;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.spi.Response;
import java.net.InetAddress;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Who answers the requests of a route. */
public sealed interface RouteTarget {
  /** An upstream. */
  record ToUpstream(String upstream) implements RouteTarget {}

  /** One of several upstreams, by weight. */
  record Split(WeightedChoice<String> choice, SplitKey key) implements RouteTarget {
    /** The upstream for this request. */
    public String choose(RequestHead head, InetAddress client, RandomGenerator random) {
      return choice.choose(key.hash(head, client, new Slice()), random);
    }
  }

  /** The gateway, always the same; the supplier makes a fresh copy. */
  record Respond(Supplier<Response> answer) implements RouteTarget {}

  /** The gateway, with a redirect. */
  record Redirect(dev.penstock.engine.plan.Redirect redirect) implements RouteTarget {}

  /** Files of a folder. */
  record Files(FileSite site) implements RouteTarget {}

  /** A filter at the end of the pipeline, such as a script's {@code fetch}. */
  record Filtered() implements RouteTarget {}
}
