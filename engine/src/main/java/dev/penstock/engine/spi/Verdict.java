package dev.penstock.engine.spi;

import org.jspecify.annotations.Nullable;

/** What a filter answers. */
public sealed interface Verdict {
  /** Go on with the next filter. */
  Verdict NEXT = new Next();

  /** The filter will say later, through {@link Exchange#suspend}; the exchange waits. */
  Verdict SUSPEND = new Suspend();

  /** In {@code onUpstreamError} only: make another attempt if limits allow. */
  Verdict RETRY = new Retry();

  static Verdict respond(Response response) {
    return new Respond(response);
  }

  static Verdict reject(ProxyError error) {
    return new Reject(error, null);
  }

  /**
   * As {@link #reject(ProxyError)}, with the response that the client gets; counted and logged as
   * the error all the same. Where the response has begun, the error breaks it off.
   */
  static Verdict reject(ProxyError error, Response answer) {
    return new Reject(error, answer);
  }

  record Next() implements Verdict {}

  record Suspend() implements Verdict {}

  record Retry() implements Verdict {}

  /** Answer the client with this; in a response phase: instead of the response there was. */
  record Respond(Response response) implements Verdict {}

  /** End the exchange with this error; {@code answer} null leaves the words to the gateway. */
  record Reject(ProxyError error, @Nullable Response answer) implements Verdict {}
}
