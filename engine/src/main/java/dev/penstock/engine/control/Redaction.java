package dev.penstock.engine.control;

/** Takes substituted values out of sentences that other code wrote about them. */
final class Redaction {
  /**
   * Shorter texts are hidden where they stand in quotes only: otherwise a 1 would take the digits
   * out of everything.
   */
  private static final int DISTINCT = 4;

  private Redaction() {}

  /**
   * {@code message} with the references of the document in place of the values that took their
   * place below {@code node}.
   */
  static String hide(String message, Node node) {
    return switch (node) {
      case Node.Scalar scalar ->
          scalar.isVerbatim() || scalar.text().isEmpty() ? message : hide(message, scalar);
      case Node.Items items -> {
        String hidden = message;
        for (Node each : items.nodes()) hidden = hide(hidden, each);
        yield hidden;
      }
      case Node.Fields fields -> {
        String hidden = message;
        for (Node.Field field : fields.entries()) hidden = hide(hidden, field.value());
        yield hidden;
      }
      case Node.Broken broken -> message;
    };
  }

  private static String hide(String message, Node.Scalar scalar) {
    String hidden = message.replace(Names.quote(scalar.text()), Names.quote(scalar.source()));
    return scalar.text().length() < DISTINCT
        ? hidden
        : hidden.replace(scalar.text(), scalar.source());
  }
}
