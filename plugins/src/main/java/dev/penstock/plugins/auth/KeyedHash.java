package dev.penstock.plugins.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA-256 of texts under a key that nobody knows: what is kept of secrets instead of them. Not
 * thread-safe; the key may be shared.
 */
final class KeyedHash {
  private final Mac mac;

  KeyedHash(SecretKey key) {
    try {
      mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static SecretKey newKey() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    return new SecretKeySpec(key, "HmacSHA256");
  }

  Digest of(String text) {
    return new Digest(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
  }
}
