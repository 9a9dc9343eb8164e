package dev.penstock.scripting.web;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A percent-encode set and what it does to text (URL §1.3). */
enum PercentSet {
  C0(""),
  FRAGMENT(" \"<>`"),
  QUERY(" \"#<>"),
  SPECIAL_QUERY(" \"#<>'"),
  PATH(" \"#<>?^`{}"),
  USERINFO(" \"#<>?^`{}/:;=@[\\]|"),
  COMPONENT(" \"#<>?^`{}/:;=@[\\]|$%&+,"),
  FORM(" \"#<>?^`{}/:;=@[\\]|$%&+,!'()~");

  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private final boolean[] members = new boolean[128];

  PercentSet(String more) {
    for (int c = 0; c < 128; c++) members[c] = c <= 0x1f || c > 0x7e || more.indexOf(c) >= 0;
  }

  void append(StringBuilder out, int codePoint) {
    if (codePoint < 128) {
      if (members[codePoint]) appendByte(out, codePoint);
      else out.append((char) codePoint);
      return;
    }
    for (byte b : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8))
      appendByte(out, b & 0xff);
  }

  void append(StringBuilder out, String text) {
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      append(out, c);
      i += Character.charCount(c);
    }
  }

  String encode(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 128 || members[c]) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        append(out, text);
        return out.toString();
      }
    }
    return text;
  }

  /**
   * As {@code application/x-www-form-urlencoded}: like {@link #FORM}, with plus signs for spaces.
   */
  static String encodeForm(String text) {
    String encoded = FORM.encode(text);
    return encoded.indexOf('%') < 0 ? encoded : encoded.replace("%20", "+");
  }

  static String decodeForm(String text) {
    if (text.indexOf('+') < 0 && text.indexOf('%') < 0) return text;
    return Utf8.decode(decode(text.replace('+', ' ')), true);
  }

  /** The bytes that {@code text} stands for; what is no valid escape stays as it is. */
  static byte[] decode(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (text.indexOf('%') < 0) return bytes;
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '%'
          && i + 2 < bytes.length
          && hex(bytes[i + 1]) >= 0
          && hex(bytes[i + 2]) >= 0) {
        out.write(hex(bytes[i + 1]) << 4 | hex(bytes[i + 2]));
        i += 2;
      } else {
        out.write(bytes[i]);
      }
    }
    return out.toByteArray();
  }

  static int hex(int c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  }

  private static void appendByte(StringBuilder out, int b) {
    out.append('%').append(HEX[b >> 4]).append(HEX[b & 15]);
  }
}
