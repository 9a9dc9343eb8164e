package dev.penstock.scripting.web;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/** One {@code TextDecoder} (Encoding §7.1). Public because the guest calls it. */
public final class TextDecoderHost {
  private static final byte[] NONE = new byte[0];

  private final Encodings.Encoding encoding;
  private final boolean isFatal;
  private final boolean keepsMark;
  private @Nullable CharsetDecoder decoder;
  private byte[] pending = NONE;
  private boolean mayHaveMark = true;

  TextDecoderHost(Encodings.Encoding encoding, boolean isFatal, boolean keepsMark) {
    this.encoding = encoding;
    this.isFatal = isFatal;
    this.keepsMark = keepsMark;
  }

  /** The name as scripts read it: lower case. */
  @HostAccess.Export
  public String encoding() {
    return encoding.name();
  }

  /**
   * Decodes a part.
   *
   * @param stream more follows: an incomplete character at the end is kept for then
   * @return null when the bytes are not valid and this decoder is fatal
   */
  @HostAccess.Export
  public @Nullable String decode(Value buffer, int offset, int length, boolean stream) {
    return decode(GuestBytes.read(buffer, offset, length), stream);
  }

  @Nullable String decode(byte[] bytes, boolean stream) {
    boolean isFresh = decoder == null;
    if (isFresh && !stream && !isFatal && encoding.charset() == Utf8.CHARSET) {
      return Utf8.decode(bytes, keepsMark);
    }
    CharsetDecoder d = decoder;
    if (d == null) {
      CodingErrorAction action = isFatal ? CodingErrorAction.REPORT : CodingErrorAction.REPLACE;
      d = encoding.charset().newDecoder().onMalformedInput(action).onUnmappableCharacter(action);
      d.replaceWith("\ufffd");
      decoder = d;
    }
    try {
      String text = run(d, bytes, !stream);
      if (mayHaveMark && !text.isEmpty()) {
        String rest = withoutMark(text);
        mayHaveMark = false;
        text = rest;
      }
      if (!stream) reset();
      return text;
    } catch (CharacterCodingException notValid) {
      reset();
      return null;
    }
  }

  private void reset() {
    decoder = null;
    pending = NONE;
    mayHaveMark = true;
  }

  private String withoutMark(String text) {
    if (keepsMark || !encoding.hasMark() || text.isEmpty() || text.charAt(0) != '\ufeff')
      return text;
    return text.substring(1);
  }

  private String run(CharsetDecoder d, byte[] bytes, boolean isLast)
      throws CharacterCodingException {
    ByteBuffer in;
    if (pending.length == 0) {
      in = ByteBuffer.wrap(bytes);
    } else {
      in = ByteBuffer.allocate(pending.length + bytes.length).put(pending).put(bytes).flip();
      pending = NONE;
    }
    CharBuffer out =
        CharBuffer.allocate((int) (in.remaining() * (double) d.maxCharsPerByte()) + 16);
    while (true) {
      CoderResult result = d.decode(in, out, isLast);
      if (result.isError()) result.throwException();
      if (result.isUnderflow()) break;
      out = grow(out);
    }
    if (isLast) {
      while (d.flush(out).isOverflow()) out = grow(out);
    } else if (in.hasRemaining()) {
      pending = new byte[in.remaining()];
      in.get(pending);
    }
    return out.flip().toString();
  }

  private static CharBuffer grow(CharBuffer full) {
    return CharBuffer.allocate(full.capacity() * 2 + 16).put(full.flip());
  }
}
