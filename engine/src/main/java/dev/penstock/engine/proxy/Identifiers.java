package dev.penstock.engine.proxy;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.time.NanoClock;
import java.util.random.RandomGenerator;

/**
 * Request ids (UUIDv7, RFC 9562 §5.7) and trace contexts (W3C), made without garbage (H12).
 * Worker-confined.
 */
final class Identifiers {
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };
  private static final int MAX_TRUSTED_ID = 128;

  private final NanoClock clock;
  private final RandomGenerator random;
  private final byte[] id = new byte[36];
  private final byte[] trace = new byte[55];
  private final Slice value = new Slice();

  Identifiers(NanoClock clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** Keeps the id of a trusted peer; gives any other request a new one. */
  void requestId(LiveExchange exchange, HeaderMap headers) {
    int at = headers.find(HeaderName.X_REQUEST_ID);
    if (at >= 0 && exchange.isPeerTrusted && headers.value(at, value).length() <= MAX_TRUSTED_ID)
      return;
    if (at >= 0) headers.remove(HeaderName.X_REQUEST_ID);
    long time = clock.wallMillis() << 16 | 0x7000 | random.nextLong() & 0xfff;
    long rest = random.nextLong() & 0x3fffffffffffffffL | 0x8000000000000000L;
    hex(id, 0, time >>> 32, 8);
    id[8] = '-';
    hex(id, 9, time >>> 16, 4);
    id[13] = '-';
    hex(id, 14, time, 4);
    id[18] = '-';
    hex(id, 19, rest >>> 48, 4);
    id[23] = '-';
    hex(id, 24, rest, 12);
    headers.add(HeaderName.X_REQUEST_ID, id, 0, id.length);
  }

  /** Keeps a valid trace context; puts a new one, not sampled, in the place of any other. */
  void trace(HeaderMap headers) {
    int at = headers.find(HeaderName.TRACEPARENT);
    if (at >= 0) {
      if (headers.find(HeaderName.TRACEPARENT, at + 1) < 0 && isValid(headers.value(at, value)))
        return;
      headers.remove(HeaderName.TRACEPARENT);
      headers.remove(HeaderName.TRACESTATE);
    } else if (headers.contains(HeaderName.TRACESTATE)) {
      headers.remove(HeaderName.TRACESTATE);
    }
    trace[0] = '0';
    trace[1] = '0';
    trace[2] = '-';
    hex(trace, 3, random.nextLong(), 16);
    hex(trace, 19, random.nextLong() | 1, 16);
    trace[35] = '-';
    hex(trace, 36, random.nextLong() | 1, 16);
    trace[52] = '-';
    trace[53] = '0';
    trace[54] = '0';
    headers.add(HeaderName.TRACEPARENT, trace, 0, trace.length);
  }

  /** Version, trace id and parent id in lower-case hexadecimal, ids not all zero. */
  private static boolean isValid(Slice text) {
    if (text.length() < 55 || text.at(2) != '-' || text.at(35) != '-' || text.at(52) != '-')
      return false;
    if (text.at(0) == 'f' && text.at(1) == 'f') return false;
    boolean isVersion0 = text.at(0) == '0' && text.at(1) == '0';
    if (isVersion0 ? text.length() != 55 : text.length() > 55 && text.at(55) != '-') return false;
    return isHex(text, 0, 2) && isId(text, 3, 35) && isId(text, 36, 52) && isHex(text, 53, 55);
  }

  private static boolean isId(Slice text, int from, int to) {
    boolean anySet = false;
    for (int i = from; i < to; i++) anySet |= text.at(i) != '0';
    return anySet && isHex(text, from, to);
  }

  private static boolean isHex(Slice text, int from, int to) {
    for (int i = from; i < to; i++) {
      int c = text.at(i);
      if (!Ascii.isDigit(c) && (c < 'a' || c > 'f')) return false;
    }
    return true;
  }

  private static void hex(byte[] into, int at, long bits, int digits) {
    for (int i = at + digits - 1; i >= at; i--) {
      into[i] = HEX[(int) (bits & 15)];
      bits >>>= 4;
    }
  }
}
