package dev.penstock.scripting.web;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;

/** Decoding by a {@link Charset}: UTF-8 and the single-byte encodings. */
final class CharsetDecoding implements TextDecoding {
  private static final byte[] NONE = new byte[0];

  private final CharsetDecoder decoder;
  private byte[] pending = NONE;

  CharsetDecoding(Charset charset) {
    decoder = charset.newDecoder();
    decoder.replaceWith("\ufffd");
  }

  @Override
  public boolean decode(byte[] bytes, boolean isLast, boolean isFatal, StringBuilder text) {
    CodingErrorAction action = isFatal ? CodingErrorAction.REPORT : CodingErrorAction.REPLACE;
    decoder.onMalformedInput(action).onUnmappableCharacter(action);
    ByteBuffer in;
    if (pending.length == 0) {
      in = ByteBuffer.wrap(bytes);
    } else {
      in = ByteBuffer.allocate(pending.length + bytes.length).put(pending).put(bytes).flip();
      pending = NONE;
    }
    CharBuffer out =
        CharBuffer.allocate((int) (in.remaining() * (double) decoder.maxCharsPerByte()) + 16);
    while (true) {
      CoderResult result = decoder.decode(in, out, isLast);
      if (result.isError()) return false;
      if (result.isUnderflow()) break;
      out = grow(out);
    }
    if (isLast) {
      while (decoder.flush(out).isOverflow()) out = grow(out);
    } else if (in.hasRemaining()) {
      pending = new byte[in.remaining()];
      in.get(pending);
    }
    text.append(out.flip());
    return true;
  }

  private static CharBuffer grow(CharBuffer full) {
    return CharBuffer.allocate(full.capacity() * 2 + 16).put(full.flip());
  }
}
