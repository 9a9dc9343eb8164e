package dev.penstock.scripting.web;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * UTF-8 as the Encoding Standard §8.1 decodes it. The JDK differs in one thing: an encoded
 * surrogate becomes one replacement character there and three here.
 */
final class Utf8 extends Charset {
  static final Utf8 CHARSET = new Utf8();

  private Utf8() {
    super("x-whatwg-utf-8", null);
  }

  /** Decodes all, replacing what is not valid; a leading byte order mark is dropped unless kept. */
  static String decode(byte[] bytes, boolean keepsMark) {
    boolean hasMark =
        bytes.length >= 3
            && bytes[0] == (byte) 0xef
            && bytes[1] == (byte) 0xbb
            && bytes[2] == (byte) 0xbf;
    int from = hasMark && !keepsMark ? 3 : 0;
    if (!hasSurrogate(bytes))
      return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
    try {
      CodingErrorAction replace = CodingErrorAction.REPLACE;
      CharsetDecoder decoder =
          CHARSET.newDecoder().onMalformedInput(replace).onUnmappableCharacter(replace);
      return decoder.decode(ByteBuffer.wrap(bytes, from, bytes.length - from)).toString();
    } catch (CharacterCodingException e) {
      throw new AssertionError("malformed input is replaced", e);
    }
  }

  private static boolean hasSurrogate(byte[] bytes) {
    for (int i = 1; i < bytes.length; i++) {
      if (bytes[i - 1] == (byte) 0xed && (bytes[i] & 0xe0) == 0xa0) return true;
    }
    return false;
  }

  @Override
  public boolean contains(Charset other) {
    return true;
  }

  @Override
  public CharsetEncoder newEncoder() {
    return StandardCharsets.UTF_8.newEncoder();
  }

  @Override
  public CharsetDecoder newDecoder() {
    return new CharsetDecoder(this, 1, 1) {
      @Override
      protected CoderResult decodeLoop(ByteBuffer in, CharBuffer out) {
        return Utf8.decodeLoop(in, out);
      }
    };
  }

  private static CoderResult decodeLoop(ByteBuffer in, CharBuffer out) {
    while (in.hasRemaining()) {
      int at = in.position();
      int first = in.get(at) & 0xff;
      if (first < 0x80) {
        if (!out.hasRemaining()) return CoderResult.OVERFLOW;
        out.put((char) first);
        in.position(at + 1);
        continue;
      }
      int needed =
          first >= 0xc2 && first <= 0xdf
              ? 1
              : first >= 0xe0 && first <= 0xef ? 2 : first >= 0xf0 && first <= 0xf4 ? 3 : 0;
      if (needed == 0) return CoderResult.malformedForLength(1);
      int c = first & (0x3f >> needed);
      for (int i = 1; i <= needed; i++) {
        if (at + i >= in.limit()) return CoderResult.UNDERFLOW;
        int b = in.get(at + i) & 0xff;
        int low = i > 1 ? 0x80 : first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        int high = i > 1 ? 0xbf : first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        if (b < low || b > high) return CoderResult.malformedForLength(i);
        c = c << 6 | b & 0x3f;
      }
      if (out.remaining() < Character.charCount(c)) return CoderResult.OVERFLOW;
      if (c < 0x10000) out.put((char) c);
      else out.put(Character.highSurrogate(c)).put(Character.lowSurrogate(c));
      in.position(at + needed + 1);
    }
    return CoderResult.UNDERFLOW;
  }
}
