package dev.penstock.scripting;

/** The lines around a place in a source, with a mark below it. */
final class CodeFrame {
  private static final int MOST_COLUMNS = 200;

  private CodeFrame() {}

  /** Begins with a line feed. Lines and columns count from 1. */
  static String of(String source, int line, int column) {
    String[] lines = source.split("\n", -1);
    int marked = Math.min(line, lines.length);
    StringBuilder frame = new StringBuilder();
    int from = Math.max(0, column - MOST_COLUMNS / 2); // of built code, that has long lines
    for (int i = Math.max(1, marked - 1); i <= marked; i++) {
      String text = lines[i - 1].stripTrailing();
      String shown =
          text.length() <= MOST_COLUMNS
              ? text
              : text.substring(
                  Math.min(from, text.length()), Math.min(from + MOST_COLUMNS, text.length()));
      frame.append('\n').append("%5d | ".formatted(i)).append(shown);
    }
    boolean cut = lines[marked - 1].stripTrailing().length() > MOST_COLUMNS;
    return frame
        .append("\n      | ")
        .repeat(' ', Math.max(0, column - 1 - (cut ? from : 0)))
        .append('^')
        .toString();
  }
}
