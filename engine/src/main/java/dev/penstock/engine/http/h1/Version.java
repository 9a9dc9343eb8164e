package dev.penstock.engine.http.h1;

import dev.penstock.engine.bytes.Ascii;

/** {@code HTTP/1.1} as it stands in start lines (RFC 9112 §2.3). Case-sensitive. */
final class Version {
  static final int LENGTH = 8;

  private Version() {}

  /** Major and minor digit as one number, 11 for {@code HTTP/1.1}; -1 when the form is wrong. */
  static int digits(byte[] b, int at, int length) {
    boolean isFormed =
        length == LENGTH
            && b[at] == 'H'
            && b[at + 1] == 'T'
            && b[at + 2] == 'T'
            && b[at + 3] == 'P'
            && b[at + 4] == '/'
            && Ascii.isDigit(b[at + 5])
            && b[at + 6] == '.'
            && Ascii.isDigit(b[at + 7]);
    return isFormed ? (b[at + 5] - '0') * 10 + b[at + 7] - '0' : -1;
  }
}
