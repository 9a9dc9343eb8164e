package dev.penstock.scripting;

/** A script uses an object of an exchange that is over. */
final class GoneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  GoneException() {
    super(
        "the exchange is over: keep what you need of it in variables of your own",
        null,
        false,
        false);
  }
}
