package dev.penstock.scripting.web;

import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/** One {@code TextDecoder} (Encoding §7.1). Public because the guest calls it. */
public final class TextDecoderHost {
  private final Encodings.Encoding encoding;
  private final boolean isFatal;
  private final boolean keepsMark;
  // Null between texts.
  private @Nullable TextDecoding decoding;
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
    TextDecoding d = decoding;
    if (d == null) {
      if (!stream && !isFatal && encoding.isUtf8()) return Utf8.decode(bytes, keepsMark);
      decoding = d = encoding.decoding().get();
    }
    StringBuilder text = new StringBuilder(bytes.length + 1);
    boolean isValid = d.decode(bytes, !stream, isFatal, text);
    if (mayHaveMark && !text.isEmpty()) {
      if (!keepsMark && encoding.hasMark() && text.charAt(0) == '\ufeff') text.deleteCharAt(0);
      mayHaveMark = false;
    }
    if (!stream || !isValid) {
      decoding = null;
      mayHaveMark = true;
    }
    return isValid ? text.toString() : null;
  }
}
