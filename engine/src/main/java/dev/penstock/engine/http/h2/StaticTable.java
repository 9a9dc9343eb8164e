package dev.penstock.engine.http.h2;

import dev.penstock.engine.http.HeaderName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** RFC 7541 Appendix A, and the kinds by which fields are told apart. */
final class StaticTable {
  /** Of a field whose name the engine has no constant for; from 0 on, {@link HeaderName#id}. */
  static final int UNKNOWN = -1;

  static final int METHOD = -2;
  static final int SCHEME = -3;
  static final int AUTHORITY = -4;
  static final int PATH = -5;
  static final int STATUS = -6;
  static final int PROTOCOL = -7;

  /** A name that begins like a pseudo-header field and is none. */
  static final int UNKNOWN_PSEUDO = -8;

  private static final byte[][] PSEUDO = {
    latin(":method"),
    latin(":scheme"),
    latin(":authority"),
    latin(":path"),
    latin(":status"),
    latin(":protocol")
  };

  private static final String[] FIELDS = {
    ":authority",
    "",
    ":method",
    "GET",
    ":method",
    "POST",
    ":path",
    "/",
    ":path",
    "/index.html",
    ":scheme",
    "http",
    ":scheme",
    "https",
    ":status",
    "200",
    ":status",
    "204",
    ":status",
    "206",
    ":status",
    "304",
    ":status",
    "400",
    ":status",
    "404",
    ":status",
    "500",
    "accept-charset",
    "",
    "accept-encoding",
    "gzip, deflate",
    "accept-language",
    "",
    "accept-ranges",
    "",
    "accept",
    "",
    "access-control-allow-origin",
    "",
    "age",
    "",
    "allow",
    "",
    "authorization",
    "",
    "cache-control",
    "",
    "content-disposition",
    "",
    "content-encoding",
    "",
    "content-language",
    "",
    "content-length",
    "",
    "content-location",
    "",
    "content-range",
    "",
    "content-type",
    "",
    "cookie",
    "",
    "date",
    "",
    "etag",
    "",
    "expect",
    "",
    "expires",
    "",
    "from",
    "",
    "host",
    "",
    "if-match",
    "",
    "if-modified-since",
    "",
    "if-none-match",
    "",
    "if-range",
    "",
    "if-unmodified-since",
    "",
    "last-modified",
    "",
    "link",
    "",
    "location",
    "",
    "max-forwards",
    "",
    "proxy-authenticate",
    "",
    "proxy-authorization",
    "",
    "range",
    "",
    "referer",
    "",
    "refresh",
    "",
    "retry-after",
    "",
    "server",
    "",
    "set-cookie",
    "",
    "strict-transport-security",
    "",
    "transfer-encoding",
    "",
    "user-agent",
    "",
    "vary",
    "",
    "via",
    "",
    "www-authenticate",
    "",
  };

  /** Entries have numbers from 1 to this. */
  static final int SIZE = FIELDS.length / 2;

  private static final int[] KINDS = new int[SIZE + 1];
  private static final byte[][] NAMES = new byte[SIZE + 1][];
  private static final byte[][] VALUES = new byte[SIZE + 1][];

  /** Number of the first entry with a known name, by its id; 0 for none. */
  private static final byte[] BY_ID = new byte[HeaderName.all().size()];

  static {
    for (int i = SIZE; i >= 1; i--) {
      byte[] name = latin(FIELDS[2 * i - 2]);
      HeaderName known = HeaderName.find(name, 0, name.length);
      KINDS[i] = kind(known, name, 0, name.length);
      NAMES[i] = known == null ? name : known.bytes();
      VALUES[i] = latin(FIELDS[2 * i - 1]);
      if (known != null) BY_ID[known.id()] = (byte) i;
    }
  }

  private StaticTable() {}

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static int kind(int index) {
    return KINDS[index];
  }

  /** In the spelling that is usual in HTTP/1. */
  static byte[] name(int index) {
    return NAMES[index];
  }

  static byte[] value(int index) {
    return VALUES[index];
  }

  /** Number of an entry with that name, or 0. */
  static int find(HeaderName name) {
    return BY_ID[name.id()];
  }

  /**
   * The kind of a name.
   *
   * @param known what {@link HeaderName#find} says of it
   */
  static int kind(@Nullable HeaderName known, byte[] b, int at, int length) {
    if (known != null) return known.id();
    if (length == 0 || b[at] != ':') return UNKNOWN;
    for (int i = 0; i < PSEUDO.length; i++) {
      byte[] each = PSEUDO[i];
      if (Arrays.equals(b, at, at + length, each, 0, each.length)) return METHOD - i;
    }
    return UNKNOWN_PSEUDO;
  }
}
