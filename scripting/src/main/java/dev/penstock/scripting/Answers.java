package dev.penstock.scripting;

import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.Response;

/** Makes what a script answered ready for the gateway. */
final class Answers {
  private Answers() {}

  /**
   * Within the limit, and with bodies that enter the guest in turns only.
   *
   * @throws IllegalArgumentException when the body is larger than the script's limit; a sentence
   *     for its author
   */
  static Response limited(ScriptExchange exchange, Response response) {
    BodySource source = response.source();
    if (source == null) {
      if (response.body().length > exchange.limits().response()) {
        throw new IllegalArgumentException(
            "the answer has "
                + response.body().length
                + " bytes; limits.response allows "
                + exchange.limits().response());
      }
      return response;
    }
    if (source instanceof GuestSource passing) {
      BodySource untouched = passing.untouched();
      return untouched == null ? response : response.body(untouched);
    }
    return response.body(new TurnSource(exchange, source));
  }
}
