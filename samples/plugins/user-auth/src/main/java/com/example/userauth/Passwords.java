package com.example.userauth;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Passwords as {@code salt:iterations:hash}, PBKDF2 with HMAC-SHA-256, hexadecimal. */
public final class Passwords {
  private static final String NOBODY = "00000000000000000000000000000000:100000:00";

  private Passwords() {}

  /**
   * Takes as long for a user that does not exist, so that nobody learns who does.
   *
   * @param kept null when there is no such user
   */
  static boolean matches(String password, String kept) {
    String[] parts = (kept == null ? NOBODY : kept).split(":");
    byte[] expected = HexFormat.of().parseHex(parts[2]);
    byte[] given = hash(password, HexFormat.of().parseHex(parts[0]), Integer.parseInt(parts[1]));
    return MessageDigest.isEqual(expected, given) && kept != null;
  }

  /** What a line of the file, or a row of the table, holds for this password. */
  public static String keep(String password, byte[] salt, int iterations) {
    HexFormat hex = HexFormat.of();
    return hex.formatHex(salt) + ":" + iterations + ":" + hex.formatHex(hash(password, salt, iterations));
  }

  private static byte[] hash(String password, byte[] salt, int iterations) {
    try {
      PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, 256);
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
