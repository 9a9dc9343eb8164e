package dev.penstock.engine.spi;

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
    return new Reject(error);
  }

  record Next() implements Verdict {}

  record Suspend() implements Verdict {}

  record Retry() implements Verdict {}

  /** Answer the client with this; in a response phase: instead of the response there was. */
  record Respond(Response response) implements Verdict {}

  /** End the exchange with this error. */
  record Reject(ProxyError error) implements Verdict {}
}
