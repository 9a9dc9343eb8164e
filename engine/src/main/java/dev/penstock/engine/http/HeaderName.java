package dev.penstock.engine.http;

import dev.penstock.engine.bytes.Ascii;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A field name that the engine knows. Known names are found once, while a head is decoded, and
 * compared by {@link #id} from then on; all other names are text.
 */
public final class HeaderName {
  private static final List<HeaderName> ALL = new ArrayList<>();
  private static final int TABLE_SIZE = 512;
  private static final @Nullable HeaderName[] TABLE = new HeaderName[TABLE_SIZE];

  // HeaderMap's presence mask has 64 bits, which later names share; those of the hot path come
  // first and have their own.
  public static final HeaderName HOST = known("Host");
  public static final HeaderName CONTENT_LENGTH = known("Content-Length");
  public static final HeaderName TRANSFER_ENCODING = known("Transfer-Encoding");
  public static final HeaderName CONNECTION = known("Connection");
  public static final HeaderName KEEP_ALIVE = known("Keep-Alive");
  public static final HeaderName PROXY_CONNECTION = known("Proxy-Connection");
  public static final HeaderName UPGRADE = known("Upgrade");
  public static final HeaderName TE = known("TE");
  public static final HeaderName TRAILER = known("Trailer");
  public static final HeaderName EXPECT = known("Expect");
  public static final HeaderName VIA = known("Via");
  public static final HeaderName FORWARDED = known("Forwarded");
  public static final HeaderName X_FORWARDED_FOR = known("X-Forwarded-For");
  public static final HeaderName X_FORWARDED_PROTO = known("X-Forwarded-Proto");
  public static final HeaderName X_FORWARDED_HOST = known("X-Forwarded-Host");
  public static final HeaderName X_FORWARDED_PORT = known("X-Forwarded-Port");
  public static final HeaderName X_FORWARDED_PREFIX = known("X-Forwarded-Prefix");
  public static final HeaderName X_REAL_IP = known("X-Real-IP");
  public static final HeaderName X_REQUEST_ID = known("X-Request-Id");
  public static final HeaderName TRACEPARENT = known("traceparent");
  public static final HeaderName TRACESTATE = known("tracestate");
  public static final HeaderName PROXY = known("Proxy");
  public static final HeaderName PROXY_AUTHENTICATE = known("Proxy-Authenticate");
  public static final HeaderName PROXY_AUTHORIZATION = known("Proxy-Authorization");
  public static final HeaderName AUTHORIZATION = known("Authorization");
  public static final HeaderName COOKIE = known("Cookie");
  public static final HeaderName SET_COOKIE = known("Set-Cookie");
  public static final HeaderName DATE = known("Date");
  public static final HeaderName SERVER = known("Server");
  public static final HeaderName ALT_SVC = known("Alt-Svc");
  public static final HeaderName RETRY_AFTER = known("Retry-After");
  public static final HeaderName PROXY_STATUS = known("Proxy-Status");
  public static final HeaderName CDN_LOOP = known("CDN-Loop");
  public static final HeaderName MAX_FORWARDS = known("Max-Forwards");
  public static final HeaderName EARLY_DATA = known("Early-Data");
  public static final HeaderName HTTP2_SETTINGS = known("HTTP2-Settings");
  public static final HeaderName SEC_WEBSOCKET_KEY = known("Sec-WebSocket-Key");
  public static final HeaderName SEC_WEBSOCKET_ACCEPT = known("Sec-WebSocket-Accept");
  public static final HeaderName SEC_WEBSOCKET_VERSION = known("Sec-WebSocket-Version");
  public static final HeaderName SEC_WEBSOCKET_PROTOCOL = known("Sec-WebSocket-Protocol");
  public static final HeaderName SEC_WEBSOCKET_EXTENSIONS = known("Sec-WebSocket-Extensions");
  public static final HeaderName CLIENT_CERT = known("Client-Cert");
  public static final HeaderName CLIENT_CERT_CHAIN = known("Client-Cert-Chain");
  public static final HeaderName X_FORWARDED_CLIENT_CERT = known("X-Forwarded-Client-Cert");
  public static final HeaderName CONTENT_TYPE = known("Content-Type");
  public static final HeaderName CONTENT_ENCODING = known("Content-Encoding");
  public static final HeaderName LOCATION = known("Location");
  public static final HeaderName IDEMPOTENCY_KEY = known("Idempotency-Key");
  public static final HeaderName ACCEPT = known("Accept");
  public static final HeaderName ACCEPT_ENCODING = known("Accept-Encoding");
  public static final HeaderName USER_AGENT = known("User-Agent");
  public static final HeaderName REFERER = known("Referer");
  public static final HeaderName ORIGIN = known("Origin");
  public static final HeaderName RANGE = known("Range");
  public static final HeaderName IF_RANGE = known("If-Range");
  public static final HeaderName IF_MATCH = known("If-Match");
  public static final HeaderName IF_NONE_MATCH = known("If-None-Match");
  public static final HeaderName IF_MODIFIED_SINCE = known("If-Modified-Since");
  public static final HeaderName IF_UNMODIFIED_SINCE = known("If-Unmodified-Since");
  public static final HeaderName CACHE_CONTROL = known("Cache-Control");
  public static final HeaderName PRAGMA = known("Pragma");
  public static final HeaderName ETAG = known("ETag");
  public static final HeaderName VARY = known("Vary");
  public static final HeaderName AGE = known("Age");
  public static final HeaderName EXPIRES = known("Expires");
  public static final HeaderName LAST_MODIFIED = known("Last-Modified");
  public static final HeaderName ACCEPT_RANGES = known("Accept-Ranges");
  public static final HeaderName CONTENT_RANGE = known("Content-Range");
  public static final HeaderName CONTENT_LOCATION = known("Content-Location");
  public static final HeaderName CACHE_STATUS = known("Cache-Status");
  public static final HeaderName WWW_AUTHENTICATE = known("WWW-Authenticate");
  public static final HeaderName PRIORITY = known("Priority");
  public static final HeaderName ALLOW = known("Allow");
  public static final HeaderName LINK = known("Link");
  public static final HeaderName STRICT_TRANSPORT_SECURITY = known("Strict-Transport-Security");

  private static final boolean[] PROTECTED =
      flags(
          HOST,
          CONTENT_LENGTH,
          TRANSFER_ENCODING,
          EXPECT,
          VIA,
          FORWARDED,
          X_FORWARDED_FOR,
          X_FORWARDED_PROTO,
          X_FORWARDED_HOST,
          X_FORWARDED_PORT,
          X_FORWARDED_PREFIX,
          X_FORWARDED_CLIENT_CERT,
          X_REAL_IP,
          X_REQUEST_ID,
          AUTHORIZATION,
          COOKIE,
          SET_COOKIE,
          CDN_LOOP,
          MAX_FORWARDS,
          EARLY_DATA,
          CLIENT_CERT,
          CLIENT_CERT_CHAIN,
          CONTENT_TYPE,
          CONTENT_ENCODING,
          CONTENT_RANGE,
          ORIGIN,
          RANGE,
          CACHE_CONTROL,
          SEC_WEBSOCKET_KEY,
          SEC_WEBSOCKET_VERSION);

  // What decides framing, routing, authority or how the content is read must be known before the
  // content.
  private static final boolean[] NOT_IN_TRAILERS =
      flags(
          HOST,
          CONTENT_LENGTH,
          TRANSFER_ENCODING,
          CONNECTION,
          KEEP_ALIVE,
          PROXY_CONNECTION,
          UPGRADE,
          TE,
          TRAILER,
          EXPECT,
          VIA,
          FORWARDED,
          X_FORWARDED_FOR,
          X_FORWARDED_PROTO,
          X_FORWARDED_HOST,
          X_FORWARDED_PORT,
          X_FORWARDED_PREFIX,
          X_REAL_IP,
          X_FORWARDED_CLIENT_CERT,
          CLIENT_CERT,
          CLIENT_CERT_CHAIN,
          PROXY,
          PROXY_AUTHENTICATE,
          PROXY_AUTHORIZATION,
          AUTHORIZATION,
          WWW_AUTHENTICATE,
          COOKIE,
          SET_COOKIE,
          DATE,
          ALT_SVC,
          RETRY_AFTER,
          CDN_LOOP,
          MAX_FORWARDS,
          EARLY_DATA,
          HTTP2_SETTINGS,
          CONTENT_TYPE,
          CONTENT_ENCODING,
          CONTENT_RANGE,
          LOCATION,
          RANGE,
          IF_RANGE,
          IF_MATCH,
          IF_NONE_MATCH,
          IF_MODIFIED_SINCE,
          IF_UNMODIFIED_SINCE,
          CACHE_CONTROL,
          PRAGMA,
          VARY,
          AGE,
          EXPIRES);

  private final String text;
  private final String lower;
  private final byte[] bytes;
  private final int id;

  private HeaderName(String text, int id) {
    this.text = text;
    this.lower = text.toLowerCase(Locale.ROOT);
    this.bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    this.id = id;
  }

  private static HeaderName known(String text) {
    HeaderName name = new HeaderName(text, ALL.size());
    ALL.add(name);
    int slot = hash(name.bytes, 0, name.bytes.length);
    while (TABLE[slot] != null) slot = (slot + 1) & (TABLE_SIZE - 1);
    TABLE[slot] = name;
    return name;
  }

  private static int hash(byte[] b, int offset, int length) {
    return hash(length, b[offset], b[offset + length / 2], b[offset + length - 1]);
  }

  private static int hash(int length, int first, int middle, int last) {
    int h = length * 37 + (first | 0x20) * 5 + (middle | 0x20) * 131 + (last | 0x20) * 17;
    return h & (TABLE_SIZE - 1);
  }

  /** The known name that these bytes spell in any case, or null. Allocates nothing. */
  public static @Nullable HeaderName find(byte[] b, int offset, int length) {
    if (length == 0) return null;
    int slot = hash(b, offset, length);
    for (HeaderName name; (name = TABLE[slot]) != null; slot = (slot + 1) & (TABLE_SIZE - 1)) {
      if (name.bytes.length == length && name.matches(b, offset)) return name;
    }
    return null;
  }

  /** The known name that {@code text} spells in any case, or null. Allocates nothing. */
  public static @Nullable HeaderName find(String text) {
    int length = text.length();
    if (length == 0) return null;
    int slot = hash(length, text.charAt(0), text.charAt(length / 2), text.charAt(length - 1));
    for (HeaderName name; (name = TABLE[slot]) != null; slot = (slot + 1) & (TABLE_SIZE - 1)) {
      if (name.bytes.length == length && name.matches(text)) return name;
    }
    return null;
  }

  private boolean matches(String other) {
    if (other.equals(text)) return true;
    for (int i = 0; i < bytes.length; i++) {
      if (Ascii.toLower(other.charAt(i)) != Ascii.toLower(bytes[i])) return false;
    }
    return true;
  }

  private boolean matches(byte[] b, int offset) {
    // Most senders write it as we do, or in lower case.
    if (Arrays.equals(b, offset, offset + bytes.length, bytes, 0, bytes.length)) return true;
    for (int i = 0; i < bytes.length; i++) {
      if (Ascii.toLower(b[offset + i]) != Ascii.toLower(bytes[i])) return false;
    }
    return true;
  }

  /** A small number, unique to this name in this process. */
  public int id() {
    return id;
  }

  /** As it is usually written, for HTTP/1. */
  public String text() {
    return text;
  }

  /** In lower case, for HTTP/2 and for scripts. */
  public String lower() {
    return lower;
  }

  /**
   * Its bit in the presence mask of {@link HeaderMap}; only for names that have one of their own.
   */
  long bit() {
    if (id >= Long.SIZE) throw new IllegalArgumentException(text + " shares its bit");
    return 1L << id;
  }

  /**
   * Whether a field of this name is meant for the other end, so that no {@code Connection} option
   * may remove it on the way (RFC 9110 §7.6.1, requirement F22).
   */
  boolean isProtected() {
    return PROTECTED[id];
  }

  /** Whether a field of this name has no place in trailers (RFC 9110 §6.5.1). */
  public boolean isForbiddenInTrailers() {
    return NOT_IN_TRAILERS[id];
  }

  private static boolean[] flags(HeaderName... names) {
    boolean[] flags = new boolean[ALL.size()];
    for (HeaderName name : names) flags[name.id] = true;
    return flags;
  }

  /** The bytes of {@link #text}. Shared: do not change. */
  public byte[] bytes() {
    return bytes;
  }

  /** All known names, each at the place of its {@link #id}. */
  public static List<HeaderName> all() {
    return Collections.unmodifiableList(ALL);
  }

  /** The name with that {@link #id}; null for a negative one. */
  public static @Nullable HeaderName byId(int id) {
    return id < 0 ? null : ALL.get(id);
  }

  @Override
  public String toString() {
    return text;
  }
}
