package dev.penstock.scripting;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.ehcache.spi.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * A value of a key-value store. Immutable.
 *
 * @param text the value when it is text, else null
 * @param bytes the value when it is bytes, else null
 * @param expiresAt wall clock in milliseconds, or {@link Long#MAX_VALUE}
 */
@SuppressWarnings(
    "ArrayRecordComponent") // compared by content below, and never handed out for writing
record KvValue(@Nullable String text, byte @Nullable [] bytes, long expiresAt) {

  static KvValue of(String text, long expiresAt) {
    return new KvValue(text, null, expiresAt);
  }

  static KvValue of(byte[] bytes, long expiresAt) {
    return new KvValue(null, bytes, expiresAt);
  }

  String asText() {
    if (text != null) return text;
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }

  byte[] asBytes() {
    if (bytes != null) return bytes;
    return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
  }

  int size() {
    return bytes != null ? bytes.length : text == null ? 0 : text.length();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof KvValue that
        && expiresAt == that.expiresAt
        && (text != null ? text.equals(that.text) : that.text == null)
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return text != null ? text.hashCode() : Arrays.hashCode(bytes);
  }

  /** For the tier on disk. */
  static final class Form implements Serializer<KvValue> {
    @Override
    public ByteBuffer serialize(KvValue value) {
      byte[] content = value.asBytes();
      return ByteBuffer.allocate(9 + content.length)
          .putLong(value.expiresAt)
          .put((byte) (value.text != null ? 1 : 0))
          .put(content)
          .flip();
    }

    @Override
    public KvValue read(ByteBuffer binary) {
      long expiresAt = binary.getLong();
      boolean isText = binary.get() == 1;
      byte[] content = new byte[binary.remaining()];
      binary.get(content);
      return isText
          ? of(new String(content, StandardCharsets.UTF_8), expiresAt)
          : of(content, expiresAt);
    }

    @Override
    public boolean equals(KvValue value, ByteBuffer binary) {
      return value.equals(read(binary));
    }
  }
}
