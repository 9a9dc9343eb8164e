package dev.penstock.scripting.web;

import java.io.ByteArrayOutputStream;

/** As much of DER (X.690) as key encodings need. */
final class Der {
  static final int INTEGER = 0x02;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int SEQUENCE = 0x30;

  private Der() {}

  /** One element with the given parts, one after the other, as its content. */
  static byte[] element(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) length += part.length;
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 6);
    out.write(tag);
    if (length < 128) {
      out.write(length);
    } else if (length < 256) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >> 8);
      out.write(length);
    }
    for (byte[] part : parts) out.writeBytes(part);
    return out.toByteArray();
  }

  static byte[] bitString(byte[] content) {
    return element(BIT_STRING, new byte[1], content);
  }
}
