package dev.penstock.plugins.auth;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A value of {@code Content-Digest} (RFC 9530 §2). */
record BodyDigest(String algorithm, byte[] hash) {
  /** Reads the first digest that is strong enough, or null when there is none. */
  static @Nullable BodyDigest parse(String field) {
    for (String member : field.split(",")) {
      String text = member.strip();
      String algorithm = null;
      if (text.startsWith("sha-256=:")) algorithm = "SHA-256";
      else if (text.startsWith("sha-512=:")) algorithm = "SHA-512";
      if (algorithm == null || !text.endsWith(":") || text.length() < 11) continue;
      try {
        byte[] hash = Base64.getDecoder().decode(text.substring(9, text.length() - 1));
        return new BodyDigest(algorithm, hash);
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
    return null;
  }

  /** Whether this is the digest of these bytes, which are left as they are. */
  boolean isOf(ByteBuffer bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      digest.update(bytes.duplicate());
      return MessageDigest.isEqual(digest.digest(), hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
