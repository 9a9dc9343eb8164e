package dev.penstock.engine.cache;

import dev.penstock.engine.http.ByteRanges;
import dev.penstock.engine.http.ByteRanges.Part;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a stored body that a request asks for, or that there are none (RFC 9110 §14,
 * §15.3.7, C9).
 */
public final class RangeAnswer {
  private final int status;
  private final ByteBuffer body;
  private final @Nullable String range;
  private final @Nullable String type;

  private RangeAnswer(int status, ByteBuffer body, @Nullable String range, @Nullable String type) {
    this.status = status;
    this.body = body;
    this.range = range;
    this.type = type;
  }

  /** Null when the whole is to be sent. */
  public static @Nullable RangeAnswer of(
      CacheRequest request, StoredResponse stored, long nowMillis) {
    String field = request.headers().get(HeaderName.RANGE);
    if (field == null
        || request.isHead()
        || stored.status() != 200
        || !Validators.allowsRange(request.headers(), stored.headers(), nowMillis / 1000))
      return null;
    StoredBody body = stored.body();
    ByteRanges ranges = ByteRanges.parse(field, body.length());
    if (ranges.equals(ByteRanges.WHOLE)) return null;
    if (ranges.isUnsatisfiable())
      return new RangeAnswer(416, ByteBuffer.allocate(0), "bytes */" + body.length(), null);
    if (ranges.parts().size() == 1) {
      Part part = ranges.parts().getFirst();
      return new RangeAnswer(206, slice(body, part), part.contentRange(body.length()), null);
    }
    return several(ranges, stored);
  }

  private static ByteBuffer slice(StoredBody body, Part part) {
    return body.slice((int) part.first(), (int) part.last() + 1);
  }

  private static RangeAnswer several(ByteRanges ranges, StoredResponse stored) {
    StoredBody body = stored.body();
    String boundary = ByteRanges.boundary();
    String type = stored.headers().get(HeaderName.CONTENT_TYPE);
    byte[][] heads = new byte[ranges.parts().size()][];
    byte[] last = latin("\r\n--" + boundary + "--\r\n");
    long size = last.length;
    for (int i = 0; i < heads.length; i++) {
      Part part = ranges.parts().get(i);
      heads[i] =
          latin(
              "\r\n--"
                  + boundary
                  + (type == null ? "" : "\r\nContent-Type: " + type)
                  + "\r\nContent-Range: "
                  + part.contentRange(body.length())
                  + "\r\n\r\n");
      size += heads[i].length + part.length();
    }
    ByteBuffer all = ByteBuffer.allocate((int) size);
    for (int i = 0; i < heads.length; i++)
      all.put(heads[i]).put(slice(body, ranges.parts().get(i)));
    all.put(last).flip();
    return new RangeAnswer(206, all, null, "multipart/byteranges; boundary=" + boundary);
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  public int status() {
    return status;
  }

  public ByteBuffer body() {
    return body;
  }

  /** Makes the stored head one of this part. */
  public void change(HeaderMap headers) {
    headers.remove(HeaderName.CONTENT_RANGE);
    if (range != null) headers.add(HeaderName.CONTENT_RANGE, range);
    if (type != null) headers.set(HeaderName.CONTENT_TYPE, type);
    if (status == 416) headers.remove(HeaderName.CONTENT_TYPE);
  }
}
