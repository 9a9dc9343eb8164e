package dev.penstock.engine.upstream;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** MD5, which libketama fixed as the language of rings; nothing here is secret. */
final class Digests {
  static final int LENGTH = 16;

  private Digests() {}

  static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has MD5", e);
    }
  }

  /** Four bytes as an unsigned number, the lowest first. */
  static long unsigned(byte[] digest, int at) {
    return (digest[at] & 0xffL)
        | (digest[at + 1] & 0xffL) << 8
        | (digest[at + 2] & 0xffL) << 16
        | (digest[at + 3] & 0xffL) << 24;
  }
}
