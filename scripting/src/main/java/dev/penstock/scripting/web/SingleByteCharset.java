package dev.penstock.scripting.web;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * A single-byte encoding as the Encoding Standard §9 has it: the JDK's table, with the C1 controls
 * that the JDK leaves unmapped, and the tables that the JDK does not know.
 */
final class SingleByteCharset extends Charset {
  private static final char NONE = '\ufffd';
  // ISO-8859-10 and -14 from 0xA0 on; the JDK has neither.
  private static final String ISO_8859_10 =
      "\u00a0ĄĒĢĪĨĶ§ĻĐŠŦŽ\u00adŪŊ°ąēģīĩķ·ļđšŧž―ūŋĀÁÂÃÄÅÆĮČÉĘËĖÍÎÏÐŅŌÓÔÕÖŨØŲÚÛÜÝÞßāáâãäåæįčéęëėíîïðņōóôõöũøųúûüýþĸ";
  private static final String ISO_8859_14 =
      "\u00a0Ḃḃ£ĊċḊ§Ẁ©ẂḋỲ\u00ad®ŸḞḟĠġṀṁ¶ṖẁṗẃṠỳẄẅṡÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏŴÑÒÓÔÕÖṪØÙÚÛÜÝŶßàáâãäåæçèéêëìíîïŵñòóôõöṫøùúûüýŷÿ";

  private final char[] upper;

  private SingleByteCharset(String name, char[] upper) {
    super("x-whatwg-" + name, null);
    this.upper = upper;
  }

  static SingleByteCharset of(String name, String jdkName) {
    char[] upper = new char[128];
    String given =
        switch (name) {
          case "iso-8859-10" -> ISO_8859_10;
          case "iso-8859-14" -> ISO_8859_14;
          default -> "";
        };
    byte[] one = new byte[1];
    for (int i = 0; i < 128; i++) {
      one[0] = (byte) (i + 128);
      if (name.equals("x-user-defined")) upper[i] = (char) (0xf780 + i);
      else if (!given.isEmpty()) upper[i] = i < 32 ? (char) (i + 128) : given.charAt(i - 32);
      else upper[i] = new String(one, Charset.forName(jdkName)).charAt(0);
      if (upper[i] == NONE && i < 32) upper[i] = (char) (i + 128);
    }
    patch(name, upper);
    return new SingleByteCharset(name, upper);
  }

  /** Where the standard and the JDK differ. */
  private static void patch(String name, char[] upper) {
    switch (name) {
      case "koi8-u" -> {
        upper[0xae - 128] = 'ў';
        upper[0xbe - 128] = 'Ў';
      }
      case "windows-1255" -> upper[0xca - 128] = '\u05ba';
      case "macintosh" -> upper[0xdb - 128] = '€';
      case "x-mac-cyrillic" -> upper[0xff - 128] = '€';
      case "iso-8859-7" -> {
        upper[0xa4 - 128] = '€';
        upper[0xa5 - 128] = '₯';
        upper[0xaa - 128] = 'ͺ';
      }
      default -> {}
    }
  }

  @Override
  public boolean contains(Charset other) {
    return other.equals(StandardCharsets.US_ASCII) || other.equals(this);
  }

  @Override
  public CharsetDecoder newDecoder() {
    return new CharsetDecoder(this, 1, 1) {
      @Override
      protected CoderResult decodeLoop(ByteBuffer in, CharBuffer out) {
        while (in.hasRemaining()) {
          if (!out.hasRemaining()) return CoderResult.OVERFLOW;
          int b = in.get(in.position()) & 0xff;
          char c = b < 128 ? (char) b : upper[b - 128];
          if (c == NONE) return CoderResult.malformedForLength(1);
          in.get();
          out.put(c);
        }
        return CoderResult.UNDERFLOW;
      }
    };
  }

  @Override
  public CharsetEncoder newEncoder() {
    throw new UnsupportedOperationException("scripts encode to UTF-8 only");
  }
}
