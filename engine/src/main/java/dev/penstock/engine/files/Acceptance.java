package dev.penstock.engine.files;

/** How much a client likes an encoding (RFC 9110 §12.5.3). */
final class Acceptance {
  private Acceptance() {}

  /** 0 to 1 for {@code coding}, by its name or by an asterisk; -1 when nothing is said of it. */
  static double of(String acceptEncoding, String coding) {
    double others = -1;
    for (String element : acceptEncoding.split(",")) {
      String[] parts = element.split(";");
      String name = parts[0].strip();
      if (name.equalsIgnoreCase(coding)) return weight(parts);
      if (name.equals("*")) others = weight(parts);
    }
    return others;
  }

  private static double weight(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      if (!parameter.regionMatches(true, 0, "q=", 0, 2)) continue;
      try {
        return Double.parseDouble(parameter.substring(2));
      } catch (NumberFormatException e) {
        return 0;
      }
    }
    return 1;
  }
}
