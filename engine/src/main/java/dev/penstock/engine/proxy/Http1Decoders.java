package dev.penstock.engine.proxy;

import dev.penstock.engine.http.HttpSink;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.h1.Http1RequestDecoder;
import dev.penstock.engine.plan.ListenerPolicy;
import java.util.ArrayDeque;

/**
 * How one listener reads on one worker: its policy, and decoders that no connection is using.
 * Worker-confined.
 */
public final class Http1Decoders {
  private static final int MAX_SPARE = 256;

  private final ListenerPolicy policy;
  private final Observer observer;
  private final ArrayDeque<Http1RequestDecoder> spare = new ArrayDeque<>();

  public Http1Decoders(ListenerPolicy policy, WorkerObserver observer) {
    this.policy = policy;
    this.observer = observer;
  }

  public ListenerPolicy policy() {
    return policy;
  }

  Http1RequestDecoder take(HttpSink<RequestHead> sink) {
    Http1RequestDecoder decoder = spare.pollLast();
    if (decoder == null) {
      return new Http1RequestDecoder(
          sink,
          policy.limits(),
          policy.tolerated(),
          violation -> observer.onViolation(policy.name(), violation, true));
    }
    decoder.reset(sink);
    return decoder;
  }

  void give(Http1RequestDecoder decoder) {
    if (spare.size() < MAX_SPARE) spare.addLast(decoder);
  }
}
