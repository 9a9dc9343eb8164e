package dev.penstock.plugins.auth;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A name and a password (RFC 7617 §2). */
record BasicCredentials(String user, String password) {
  /** Longer ones are nobody's, and hashing them would cost. */
  private static final int MAX_CHARS = 1024;

  /**
   * Takes {@code NAME:PASSWORD} out of its Base64.
   *
   * @return null when it is none, not UTF-8, longer than sensible, or holds control characters
   */
  static @Nullable BasicCredentials decode(String base64) {
    if (base64.length() > MAX_CHARS * 4 / 3 + 4) return null;
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      String pair = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      int colon = pair.indexOf(':');
      if (colon <= 0) return null;
      for (int i = 0; i < pair.length(); i++) {
        if (Character.isISOControl(pair.charAt(i))) return null;
      }
      return new BasicCredentials(pair.substring(0, colon), pair.substring(colon + 1));
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return null;
    }
  }

  /** Without the password. */
  @Override
  public String toString() {
    return user;
  }
}
