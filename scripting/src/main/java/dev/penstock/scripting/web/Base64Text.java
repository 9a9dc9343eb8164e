package dev.penstock.scripting.web;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** {@code atob} and {@code btoa}: forgiving base64 of Latin-1 strings (Infra §7). */
final class Base64Text {
  private Base64Text() {}

  /**
   * @return null when a character is not Latin-1
   */
  static @Nullable String encode(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 255) return null;
    }
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /**
   * @return null when the text is not base64
   */
  static @Nullable String decode(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != ' ' && c != '\t' && c != '\n' && c != '\f' && c != '\r') kept.append(c);
    }
    int length = kept.length();
    if (length % 4 == 0) {
      for (int i = 0; i < 2 && length > 0 && kept.charAt(length - 1) == '='; i++) length--;
    }
    if (length % 4 == 1) return null;
    byte[] out = new byte[length * 3 / 4];
    int at = 0;
    int bits = 0;
    int held = 0;
    for (int i = 0; i < length; i++) {
      int value = valueOf(kept.charAt(i));
      if (value < 0) return null;
      bits = bits << 6 | value;
      held += 6;
      if (held >= 8) {
        held -= 8;
        out[at++] = (byte) (bits >> held);
      }
    }
    return new String(out, 0, at, StandardCharsets.ISO_8859_1);
  }

  private static int valueOf(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
  }
}
