package dev.penstock.engine.http.h2;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the field blocks of one direction of a connection, in order (RFC 7541).
 *
 * <p>For each known name the value sent last is remembered: a value that comes again costs one
 * comparison and a byte or two. What differs each time is not put into the table, and secrets never
 * are (§7.1.3). Strings are Huffman-coded only where that is paid once, on their way into the
 * table.
 */
final class HpackEncoder {
  private static final int MAX_TABLE_BYTES = Frames.DEFAULT_TABLE_BYTES;

  /** Longer values would push out too many others. */
  private static final int MAX_KEPT_VALUE = 512;

  private static final byte LITERAL = 0;
  private static final byte NEVER = 1;
  private static final byte KEEP = 2;
  private static final byte OMIT = 3;
  private static final byte[] POLICY = new byte[HeaderName.all().size()];
  private static final byte[][] LOWER = new byte[POLICY.length][];

  static {
    for (HeaderName each : HeaderName.all()) {
      LOWER[each.id()] = each.lower().getBytes(StandardCharsets.ISO_8859_1);
      POLICY[each.id()] = KEEP;
    }
    set(
        OMIT,
        HeaderName.CONNECTION,
        HeaderName.KEEP_ALIVE,
        HeaderName.PROXY_CONNECTION,
        HeaderName.TRANSFER_ENCODING,
        HeaderName.UPGRADE,
        HeaderName.CONTENT_LENGTH,
        HeaderName.HOST);
    set(
        NEVER,
        HeaderName.AUTHORIZATION,
        HeaderName.PROXY_AUTHORIZATION,
        HeaderName.COOKIE,
        HeaderName.SET_COOKIE);
    set(
        LITERAL,
        HeaderName.ETAG,
        HeaderName.LAST_MODIFIED,
        HeaderName.LOCATION,
        HeaderName.AGE,
        HeaderName.EXPIRES,
        HeaderName.X_REQUEST_ID,
        HeaderName.TRACEPARENT,
        HeaderName.CONTENT_RANGE,
        HeaderName.RANGE,
        HeaderName.REFERER,
        HeaderName.IF_MATCH,
        HeaderName.IF_NONE_MATCH,
        HeaderName.IF_MODIFIED_SINCE,
        HeaderName.IF_UNMODIFIED_SINCE,
        HeaderName.IDEMPOTENCY_KEY,
        HeaderName.SEC_WEBSOCKET_KEY);
  }

  private static void set(byte policy, HeaderName... names) {
    for (HeaderName each : names) POLICY[each.id()] = policy;
  }

  private final FieldTable table = new FieldTable(MAX_TABLE_BYTES);

  /** Number of the entry with the value sent last, by the name's id; 0 for none. */
  private final int[] latest = new int[POLICY.length];

  private final Slice name = new Slice();
  private final Slice value = new Slice();
  private int announcedMin = -1;
  private int announcedMax = -1;

  /** The peer says how large a table it keeps (RFC 7541 §4.2). */
  void maxTableBytes(long bytes) {
    int size = (int) Math.min(bytes, MAX_TABLE_BYTES);
    if (size == table.maxSize() && announcedMin < 0) return;
    table.resize(size);
    announcedMin = announcedMin < 0 ? size : Math.min(announcedMin, size);
    announcedMax = size;
  }

  /** Begins a block. */
  void begin(Output out) {
    if (announcedMin < 0) return;
    if (announcedMin < announcedMax) number(out, 0x20, 5, announcedMin);
    number(out, 0x20, 5, announcedMax);
    announcedMin = -1;
  }

  void status(Output out, int status) {
    int index =
        switch (status) {
          case 200 -> 8;
          case 204 -> 9;
          case 206 -> 10;
          case 304 -> 11;
          case 400 -> 12;
          case 404 -> 13;
          case 500 -> 14;
          default -> 0;
        };
    if (index > 0) {
      out.put(0x80 | index);
      return;
    }
    out.put(8);
    decimal(out, status);
  }

  void method(Output out, String method) {
    switch (method) {
      case "GET" -> out.put(0x82);
      case "POST" -> out.put(0x83);
      default -> {
        out.put(2);
        latin(out, method);
      }
    }
  }

  void scheme(Output out, boolean isSecure) {
    out.put(isSecure ? 0x87 : 0x86);
  }

  /** As the Host field has it that stands at {@code host}. */
  void authority(Output out, HeaderMap headers, int host) {
    known(out, HeaderName.HOST, 1, trimmed(headers, host));
  }

  void authority(Output out, Slice authority) {
    known(out, HeaderName.HOST, 1, authority);
  }

  /** With its query, if there is one. */
  void path(Output out, Slice path, @Nullable Slice query) {
    if (query == null && path.length() == 1 && path.at(0) == '/') {
      out.put(0x84);
      return;
    }
    out.put(4);
    int length = path.length() + (query == null ? 0 : 1 + query.length());
    number(out, 0, 7, length);
    out.put(path.array(), path.offset(), path.length());
    if (query == null) return;
    out.put('?');
    out.put(query.array(), query.offset(), query.length());
  }

  /** A pseudo-header field of a request that is neither of the usual ones. */
  void protocol(Output out, String protocol) {
    out.put(0);
    latin(out, ":protocol");
    latin(out, protocol);
  }

  void contentLength(Output out, long length) {
    number(out, 0, 4, 28);
    decimal(out, length);
  }

  /** All fields but those that frame a message or belong to a connection (RFC 9113 §8.2.2). */
  void fields(Output out, HeaderMap headers) {
    for (int i = 0; i < headers.size(); i++) {
      HeaderName known = headers.known(i);
      if (known == null) unknown(out, headers.name(i, name), trimmed(headers, i));
      else if (POLICY[known.id()] != OMIT)
        known(out, known, StaticTable.find(known), trimmed(headers, i));
    }
  }

  /** Those fields that may stand behind a body (RFC 9110 §6.5.1). */
  void trailers(Output out, HeaderMap trailers) {
    for (int i = 0; i < trailers.size(); i++) {
      HeaderName known = trailers.known(i);
      if (known == null) unknown(out, trailers.name(i, name), trimmed(trailers, i));
      else if (!known.isForbiddenInTrailers() && POLICY[known.id()] != OMIT)
        known(out, known, StaticTable.find(known), trimmed(trailers, i));
    }
  }

  private Slice trimmed(HeaderMap headers, int i) {
    Slice all = headers.value(i, value);
    int from = all.offset();
    int to = from + all.length();
    byte[] b = all.array();
    while (from < to && isBlank(b[from])) from++;
    while (from < to && isBlank(b[to - 1])) to--;
    return all.point(b, from, to - from);
  }

  private static boolean isBlank(byte c) {
    return c == ' ' || c == '\t';
  }

  private void known(Output out, HeaderName field, int index, Slice content) {
    int id = field.id();
    byte policy = field == HeaderName.HOST ? KEEP : POLICY[id];
    byte[] b = content.array();
    int at = content.offset();
    int length = content.length();
    if (policy == KEEP && length <= MAX_KEPT_VALUE) {
      int place = latest[id] == 0 ? 0 : table.indexOf(latest[id]);
      if (place > 0 && table.holds(place, b, at, length)) {
        number(out, 0x80, 7, StaticTable.SIZE + place);
        return;
      }
      number(out, 0x40, 6, index);
      byte[] lower = LOWER[id];
      if (index == 0) string(out, lower, 0, lower.length);
      compact(out, b, at, length);
      table.add(id, 0, lower, 0, lower.length, b, at, length);
      latest[id] = table.added();
      return;
    }
    number(out, policy == NEVER ? 0x10 : 0, 4, index);
    if (index == 0) string(out, LOWER[id], 0, LOWER[id].length);
    string(out, b, at, length);
  }

  private static void unknown(Output out, Slice field, Slice content) {
    out.put(0);
    int length = field.length();
    number(out, 0, 7, length);
    out.reserve(length);
    for (int i = 0; i < length; i++) out.bytes[out.length++] = (byte) Ascii.toLower(field.at(i));
    string(out, content.array(), content.offset(), content.length());
  }

  private static void string(Output out, byte[] b, int at, int length) {
    number(out, 0, 7, length);
    out.put(b, at, length);
  }

  /** As {@link #string}, in the shorter of its two forms. */
  private static void compact(Output out, byte[] b, int at, int length) {
    int coded = Huffman.encodedLength(b, at, length);
    if (coded >= length) {
      string(out, b, at, length);
      return;
    }
    number(out, 0x80, 7, coded);
    Huffman.encode(b, at, length, out);
  }

  @SuppressWarnings(
      "deprecation") // getBytes(int, int, byte[], int) writes ISO-8859-1 without a copy
  private static void latin(Output out, String text) {
    number(out, 0, 7, text.length());
    out.reserve(text.length());
    text.getBytes(0, text.length(), out.bytes, out.length);
    out.length += text.length();
  }

  private static void decimal(Output out, long number) {
    out.reserve(20);
    int lengthAt = out.length++;
    out.length = Ascii.putDecimal(out.bytes, out.length, number);
    out.bytes[lengthAt] = (byte) (out.length - lengthAt - 1);
  }

  /** RFC 7541 §5.1. */
  private static void number(Output out, int pattern, int prefixBits, int value) {
    out.reserve(6);
    int mask = (1 << prefixBits) - 1;
    if (value < mask) {
      out.bytes[out.length++] = (byte) (pattern | value);
      return;
    }
    out.bytes[out.length++] = (byte) (pattern | mask);
    int rest = value - mask;
    while (rest >= 0x80) {
      out.bytes[out.length++] = (byte) (rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    out.bytes[out.length++] = (byte) rest;
  }
}
