package dev.penstock.plugins.auth;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The digest of something secret, as a key of a table. The array is not changed. */
final class Digest {
  private final byte[] bytes;

  Digest(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Evenly spread, since digests are. */
  @Override
  public int hashCode() {
    return bytes[0] & 0xff
        | (bytes[1] & 0xff) << 8
        | (bytes[2] & 0xff) << 16
        | (bytes[3] & 0xff) << 24;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Digest digest && Arrays.equals(bytes, digest.bytes);
  }
}
