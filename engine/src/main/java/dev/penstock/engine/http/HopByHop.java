package dev.penstock.engine.http;

import dev.penstock.engine.bytes.Ascii;

/**
 * Removal of what is meant for one connection only (RFC 9110 §7.6.1, requirement H1).
 *
 * <p>{@code Trailer} stays: it announces fields of the message, and trailers are forwarded (RFC
 * 9110 §6.6.2).
 */
public final class HopByHop {
  private static final HeaderName[] FIELDS = {
    HeaderName.KEEP_ALIVE,
    HeaderName.PROXY_CONNECTION,
    HeaderName.TE,
    HeaderName.TRANSFER_ENCODING,
    HeaderName.UPGRADE,
    HeaderName.HTTP2_SETTINGS,
    HeaderName.PROXY_AUTHENTICATE,
    HeaderName.PROXY_AUTHORIZATION,
  };
  private static final long MASK = mask();

  private HopByHop() {}

  /**
   * Removes {@code Connection}, the fields it names and all other connection-level fields, {@code
   * Upgrade} included: put it back when the message does upgrade. Fields that must reach the other
   * end stay even when they are named; a request that names one never gets here.
   */
  public static void strip(HeaderMap headers) {
    if (!headers.mayHold(MASK)) return;
    removeNamed(headers);
    for (HeaderName name : FIELDS) headers.remove(name);
  }

  private static void removeNamed(HeaderMap headers) {
    for (int i; (i = headers.find(HeaderName.CONNECTION)) >= 0; ) {
      byte[] b = headers.text();
      int at = headers.valueAt(i);
      int end = at + headers.valueLength(i);
      headers.removeAt(i);
      while (at < end) {
        while (at < end && !Ascii.isToken(b[at] & 0xff)) at++;
        int tokenAt = at;
        while (at < end && Ascii.isToken(b[at] & 0xff)) at++;
        if (at > tokenAt) remove(headers, b, tokenAt, at - tokenAt);
      }
    }
  }

  private static void remove(HeaderMap headers, byte[] b, int at, int length) {
    HeaderName name = HeaderName.find(b, at, length);
    if (name == HeaderName.CONNECTION || ConnectionOptions.isClose(b, at, length)) return;
    if (ConnectionOptions.isProtected(name, b, at, length)) return;
    if (name != null) headers.remove(name);
    else headers.removeNamed(b, at, length);
  }

  private static long mask() {
    long mask = HeaderName.CONNECTION.bit();
    for (HeaderName name : FIELDS) mask |= name.bit();
    return mask;
  }
}
