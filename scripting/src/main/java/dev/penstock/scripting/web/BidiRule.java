package dev.penstock.scripting.web;

/** The Bidi rule of RFC 5893 §2 for one label. */
final class BidiRule {
  private static final int L = 1;
  private static final int R_AL = 1 << 1;
  private static final int AN = 1 << 2;
  private static final int EN = 1 << 3;
  private static final int NSM = 1 << 4;
  private static final int NEUTRAL = 1 << 5;
  private static final int OTHER = 1 << 6;

  private BidiRule() {}

  private static int kind(int c) {
    return switch (Character.getDirectionality(c)) {
      case Character.DIRECTIONALITY_LEFT_TO_RIGHT -> L;
      case Character.DIRECTIONALITY_RIGHT_TO_LEFT, Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC ->
          R_AL;
      case Character.DIRECTIONALITY_ARABIC_NUMBER -> AN;
      case Character.DIRECTIONALITY_EUROPEAN_NUMBER -> EN;
      case Character.DIRECTIONALITY_NONSPACING_MARK -> NSM;
      case Character.DIRECTIONALITY_EUROPEAN_NUMBER_SEPARATOR,
          Character.DIRECTIONALITY_COMMON_NUMBER_SEPARATOR,
          Character.DIRECTIONALITY_EUROPEAN_NUMBER_TERMINATOR,
          Character.DIRECTIONALITY_OTHER_NEUTRALS,
          Character.DIRECTIONALITY_BOUNDARY_NEUTRAL ->
          NEUTRAL;
      default -> OTHER;
    };
  }

  /** Whether a label makes its domain a Bidi domain. */
  static boolean isBidi(String label) {
    return label.codePoints().anyMatch(c -> (kind(c) & (R_AL | AN)) != 0);
  }

  static boolean isKept(String label) {
    if (label.isEmpty()) return true;
    int first = kind(label.codePointAt(0));
    if ((first & (L | R_AL)) == 0) return false;
    boolean isRightToLeft = first == R_AL;
    int allowed = NEUTRAL | NSM | EN | (isRightToLeft ? R_AL | AN : L);
    int seen = 0;
    int last = 0;
    for (int i = 0; i < label.length(); ) {
      int c = label.codePointAt(i);
      i += Character.charCount(c);
      int kind = kind(c);
      seen |= kind;
      if (kind != NSM) last = kind;
    }
    if ((seen & ~allowed) != 0) return false;
    if (!isRightToLeft) return (last & (L | EN)) != 0;
    return (last & (R_AL | EN | AN)) != 0 && (seen & (EN | AN)) != (EN | AN);
  }
}
