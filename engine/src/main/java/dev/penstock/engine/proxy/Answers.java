package dev.penstock.engine.proxy;

import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.Violation;
import dev.penstock.engine.observe.ProxyStatus;
import dev.penstock.engine.plan.RouteTarget;
import dev.penstock.engine.plan.Snapshot;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Response;

/**
 * The responses that the gateway makes itself. They say what happened, not how the inside looks.
 */
final class Answers {
  private Answers() {}

  /** The response to an error (U8, H15). */
  static Response of(LiveExchange exchange, ProxyError error) {
    int status = error.kind().status() == 499 ? 400 : error.kind().status();
    Response response = plain(status, sentence(error));
    String proxy =
        exchange.plan == null ? "penstock" : exchange.plan.snapshot().forwarding().pseudonym();
    response
        .head()
        .headers()
        .add(HeaderName.PROXY_STATUS, ProxyStatus.of(proxy, shown(error), null));
    // RFC 9110 §15.5.6: 405 comes with Allow.
    if (status == 405 && exchange.plan != null) allow(response, exchange.plan.snapshot(), exchange);
    if (status == 503 || status == 429) response.head().headers().add(HeaderName.RETRY_AFTER, "1");
    return response;
  }

  /** The response to a client that broke the protocol. */
  static Response of(Violation violation) {
    int status = violation.status();
    return plain(status == 502 ? 400 : status, sentence(violation));
  }

  /** What a breach of the protocol by a client is to the driver. */
  static ProxyError error(Violation violation) {
    return ProxyError.of(ProxyError.Kind.BAD_REQUEST, sentence(violation));
  }

  private static String sentence(Violation violation) {
    return violation.sentence() + " (" + violation.section() + ")";
  }

  static Response methodNotAllowed(Snapshot snapshot, LiveExchange exchange) {
    Response response = plain(405, "this method is not allowed here");
    allow(response, snapshot, exchange);
    return response;
  }

  private static void allow(Response response, Snapshot snapshot, LiveExchange exchange) {
    response.header(
        "Allow", String.join(", ", snapshot.table().allowed(exchange.request, exchange)));
  }

  static Response redirect(RouteTarget.Redirect redirect, LiveExchange exchange) {
    Response response = plain(redirect.redirect().status(), "");
    response.head().headers().add(HeaderName.LOCATION, redirect.redirect().location(exchange));
    return response;
  }

  /** A plain text response: status and reason in a line, a sentence if there is one. */
  static Response plain(int status, String sentence) {
    return Response.text(
        status, sentence.isEmpty() ? status + "\n" : status + ": " + sentence + "\n");
  }

  private static String sentence(ProxyError error) {
    return switch (error.kind().side()) {
      case CLIENT -> error.detail();
      case UPSTREAM ->
          error.kind().status() == 504
              ? "the upstream did not answer in time"
              : "the upstream could not answer";
      case US ->
          switch (error.kind()) {
            case NO_ROUTE -> "nothing is configured for this address";
            case LOOP_DETECTED -> "this request has passed here before";
            case OVERLOADED, SHUTTING_DOWN -> "please try again in a moment";
            case DEADLINE -> "the time for this request is over";
            default -> "the gateway could not handle this request";
          };
    };
  }

  /** Addresses and exception texts stay inside. */
  private static ProxyError shown(ProxyError error) {
    return switch (error.kind().side()) {
      case CLIENT -> error;
      case UPSTREAM -> ProxyError.of(error.kind(), "");
      case US ->
          error.kind() == ProxyError.Kind.FILTER_FAILED ? error : ProxyError.of(error.kind(), "");
    };
  }
}
