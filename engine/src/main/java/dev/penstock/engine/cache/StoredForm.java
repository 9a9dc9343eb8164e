package dev.penstock.engine.cache;

import dev.penstock.engine.http.HeaderMap;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A bucket as bytes, with a checksum at the end: what does not fit it is not read at all, so that
 * nothing that was broken off or changed is ever sent.
 */
final class StoredForm {
  private static final int VERSION = 1;
  private static final int SUM_BYTES = Integer.BYTES;

  private StoredForm() {}

  static byte[] write(Bucket bucket) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeInt(VERSION);
      out.writeInt(bucket.size());
      for (int i = 0; i < bucket.size(); i++) write(out, bucket.response(i));
      out.writeInt(sum(bytes.toByteArray(), bytes.size()));
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException("an array takes all", e);
    }
  }

  /** Null when these are not the bytes that were written, or were by another version. */
  static @Nullable Bucket read(byte[] bytes) {
    int length = bytes.length - SUM_BYTES;
    if (length < 0 || ByteBuffer.wrap(bytes).getInt(length) != sum(bytes, length)) return null;
    try {
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, length));
      if (in.readInt() != VERSION) return null;
      int size = in.readInt();
      Bucket bucket = Bucket.empty();
      List<StoredResponse> responses = new ArrayList<>(size);
      for (int i = 0; i < size; i++) responses.add(readResponse(in));
      for (StoredResponse each : responses.reversed()) bucket = bucket.with(each, size);
      return bucket;
    } catch (IOException | IllegalArgumentException e) {
      return null;
    }
  }

  private static int sum(byte[] bytes, int length) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, 0, length);
    return (int) sum.getValue();
  }

  private static void write(DataOutputStream out, StoredResponse stored) throws IOException {
    out.writeInt(stored.status());
    write(out, stored.headers());
    out.writeBoolean(stored.trailers() != null);
    if (stored.trailers() != null) write(out, stored.trailers());
    text(out, stored.selector().partition());
    VaryFields vary = stored.selector().vary();
    texts(out, List.of(vary.names()));
    texts(out, List.of(vary.values()));
    text(out, vary.language() == null ? "" : vary.language());
    StoredResponse.Times times = stored.times();
    out.writeLong(times.askedMillis());
    out.writeLong(times.receivedMillis());
    out.writeLong(times.ageAtReceipt());
    out.writeLong(times.lifetime());
    out.writeLong(times.staleWhileRevalidate());
    out.writeLong(times.staleIfError());
    out.writeBoolean(times.noCache());
    out.writeBoolean(times.allowsMaxStale());
    out.writeLong(times.softPurgedMillis());
    texts(out, stored.tags());
    int length = stored.body().length();
    byte[] body = new byte[length];
    stored.body().slice(0, length).get(body);
    out.writeInt(length);
    out.write(body);
  }

  private static StoredResponse readResponse(DataInputStream in) throws IOException {
    int status = in.readInt();
    HeaderMap headers = fields(in);
    HeaderMap trailers = in.readBoolean() ? fields(in) : null;
    String partition = text(in);
    String[] names = texts(in).toArray(String[]::new);
    String[] values = texts(in).toArray(String[]::new);
    String language = text(in);
    StoredResponse.Times times =
        new StoredResponse.Times(
            in.readLong(),
            in.readLong(),
            in.readLong(),
            in.readLong(),
            in.readLong(),
            in.readLong(),
            in.readBoolean(),
            in.readBoolean(),
            in.readLong());
    List<String> tags = List.copyOf(texts(in));
    ByteBuffer body = Buffers.allocate(in.readInt());
    body.put(in.readNBytes(body.capacity())).flip();
    return new StoredResponse(
        status,
        headers,
        new StoredBody(body),
        trailers,
        new StoredResponse.Selector(
            partition, VaryFields.restored(names, values, language.isEmpty() ? null : language)),
        times,
        tags);
  }

  private static void write(DataOutputStream out, HeaderMap fields) throws IOException {
    out.writeInt(fields.size());
    for (int i = 0; i < fields.size(); i++) {
      text(out, fields.name(i));
      text(out, fields.value(i));
    }
  }

  private static HeaderMap fields(DataInputStream in) throws IOException {
    HeaderMap fields = new HeaderMap();
    for (int left = in.readInt(); left > 0; left--) fields.add(text(in), text(in));
    return fields;
  }

  private static void texts(DataOutputStream out, List<String> all) throws IOException {
    out.writeInt(all.size());
    for (String each : all) text(out, each);
  }

  private static List<String> texts(DataInputStream in) throws IOException {
    List<String> all = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) all.add(text(in));
    return all;
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }
}
