package dev.penstock.plugins.rewrite;

/**
 * Looks for a text by Knuth, Morris and Pratt: each byte is looked at a bounded number of times,
 * and nothing has to be kept but how much of the text has been seen, whatever the parts are.
 */
final class LiteralStage implements Stage {
  private final Literal literal;
  private int seen;

  /** A text, prepared. Immutable: shared by all bodies. */
  static final class Literal {
    private final byte[] find;
    private final byte[] with;
    private final int[] fallback;

    Literal(byte[] find, byte[] with) {
      this.find = find;
      this.with = with;
      fallback = new int[find.length];
      for (int i = 1, k = 0; i < find.length; i++) {
        while (k > 0 && find[i] != find[k]) k = fallback[k - 1];
        if (find[i] == find[k]) k++;
        fallback[i] = k;
      }
    }
  }

  LiteralStage(Literal literal) {
    this.literal = literal;
  }

  @Override
  public void take(byte[] bytes, int from, int length, GrowingBytes out) {
    byte[] find = literal.find;
    byte first = find[0];
    int end = from + length;
    int i = from;
    while (i < end) {
      if (seen == 0) {
        int start = i;
        while (i < end && bytes[i] != first) i++;
        if (i > start) out.add(bytes, start, i - start);
        if (i == end) return;
      }
      byte b = bytes[i++];
      while (seen > 0 && b != find[seen]) {
        int shorter = literal.fallback[seen - 1];
        out.add(find, 0, seen - shorter);
        seen = shorter;
      }
      if (b != find[seen]) {
        out.add(b);
      } else if (++seen == find.length) {
        out.add(literal.with, 0, literal.with.length);
        seen = 0;
      }
    }
  }

  @Override
  public void end(GrowingBytes out) {
    out.add(literal.find, 0, seen);
    seen = 0;
  }
}
