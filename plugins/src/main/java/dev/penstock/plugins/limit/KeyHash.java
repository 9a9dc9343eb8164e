package dev.penstock.plugins.limit;

import java.security.SecureRandom;

/**
 * SipHash-2-4 of texts under a key of this process (Aumasson and Bernstein): nobody can choose keys
 * that fall into one row of a table, or onto each other.
 */
final class KeyHash {
  private final long k0;
  private final long k1;

  KeyHash() {
    this(new SecureRandom().nextLong(), new SecureRandom().nextLong());
  }

  KeyHash(long k0, long k1) {
    this.k0 = k0;
    this.k1 = k1;
  }

  /** The hash of the text's UTF-16 code units. Thread-safe. */
  long of(String text) {
    long v0 = k0 ^ 0x736f6d6570736575L;
    long v1 = k1 ^ 0x646f72616e646f6dL;
    long v2 = k0 ^ 0x6c7967656e657261L;
    long v3 = k1 ^ 0x7465646279746573L;
    int length = text.length();
    for (int at = 0; ; at += 4) {
      boolean isLast = length - at < 4;
      long word = isLast ? (long) length << 57 : 0;
      for (int i = 0; i < 4 && at + i < length; i++) {
        word |= (long) text.charAt(at + i) << (16 * i);
      }
      v3 ^= word;
      for (int round = 0; round < 2; round++) {
        v0 += v1;
        v2 += v3;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 = Long.rotateLeft(v2, 32);
      }
      v0 ^= word;
      if (isLast) break;
    }
    v2 ^= 0xff;
    for (int round = 0; round < 4; round++) {
      v0 += v1;
      v2 += v3;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v1;
      v0 += v3;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 = Long.rotateLeft(v2, 32);
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }
}
