package dev.penstock.scripting.web;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC (RFC 2104), HKDF (RFC 5869) and PBKDF2 (RFC 8018 §5.2) over bytes; the JDK's PBKDF2 wants
 * characters.
 */
final class Derivation {
  private Derivation() {}

  static Mac hmac(String hash, byte[] key) throws GeneralSecurityException {
    String name = "Hmac" + (hash.startsWith("SHA3") ? hash : hash.replace("-", ""));
    Mac mac = Mac.getInstance(name);
    // A key is padded with zeros, so one zero is the same as none, which SecretKeySpec refuses.
    mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, name));
    return mac;
  }

  static byte[] hkdf(String hash, byte[] secret, byte[] salt, byte[] info, int length)
      throws GeneralSecurityException {
    Mac extract = hmac(hash, salt);
    if (length > 255 * extract.getMacLength())
      throw new GeneralSecurityException("too many bits for HKDF");
    Mac expand = hmac(hash, extract.doFinal(secret));
    byte[] out = new byte[length];
    byte[] block = new byte[0];
    for (int at = 0, i = 1; at < length; i++) {
      expand.update(block);
      expand.update(info);
      expand.update((byte) i);
      block = expand.doFinal();
      int n = Math.min(block.length, length - at);
      System.arraycopy(block, 0, out, at, n);
      at += n;
    }
    return out;
  }

  static byte[] pbkdf2(String hash, byte[] password, byte[] salt, int iterations, int length)
      throws GeneralSecurityException {
    Mac mac = hmac(hash, password);
    byte[] out = new byte[length];
    for (int at = 0, i = 1; at < length; i++) {
      mac.update(salt);
      mac.update(new byte[] {(byte) (i >> 24), (byte) (i >> 16), (byte) (i >> 8), (byte) i});
      byte[] u = mac.doFinal();
      byte[] t = u.clone();
      for (int round = 1; round < iterations; round++) {
        u = mac.doFinal(u);
        for (int j = 0; j < t.length; j++) t[j] ^= u[j];
      }
      int n = Math.min(t.length, length - at);
      System.arraycopy(t, 0, out, at, n);
      at += n;
    }
    return Arrays.copyOf(out, length);
  }
}
