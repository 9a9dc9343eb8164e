package dev.penstock.scripting.web;

/** Bytes of one encoding to text, in parts. */
interface TextDecoding {
  /**
   * Decodes a part; what is incomplete at its end waits for the next one.
   *
   * @param isLast nothing follows
   * @param isFatal stop at bytes that are not valid, instead of writing U+FFFD for them
   * @return false when it stopped
   */
  boolean decode(byte[] bytes, boolean isLast, boolean isFatal, StringBuilder out);
}
