package dev.penstock.engine.plan;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.spi.ConfigException;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What ties a client to its choice: {@code client-ip}, {@code header:NAME}, {@code cookie:NAME},
 * {@code query:NAME}, or nothing ({@code random}). Of an IPv6 address the first 64 bits count,
 * since devices change the others. Immutable.
 */
public final class SplitKey {
  /** No tie: every request is drawn anew. */
  public static final SplitKey RANDOM = new SplitKey(Kind.RANDOM, "");

  /** What {@link #hash} answers when the request has no such key. */
  public static final long NONE = 0;

  private final Kind kind;
  private final String name;
  private final @Nullable HeaderName known;

  private enum Kind {
    RANDOM,
    CLIENT_IP,
    HEADER,
    COOKIE,
    QUERY
  }

  private SplitKey(Kind kind, String name) {
    this.kind = kind;
    this.name = name;
    known = kind == Kind.HEADER ? HeaderName.find(name) : HeaderName.COOKIE;
  }

  /**
   * Reads {@code client-ip}, {@code header:x-user}, {@code cookie:session} or {@code random}.
   *
   * @throws ConfigException when it is none of them
   */
  public static SplitKey parse(String text) {
    if (text.equals("random")) return RANDOM;
    if (text.equals("client-ip")) return new SplitKey(Kind.CLIENT_IP, "");
    int colon = text.indexOf(':');
    String name = text.substring(colon + 1);
    if (colon > 0 && Ascii.isToken(name)) {
      if (text.startsWith("header:")) return new SplitKey(Kind.HEADER, name);
      if (text.startsWith("cookie:")) return new SplitKey(Kind.COOKIE, name);
      if (text.startsWith("query:")) return new SplitKey(Kind.QUERY, name);
    }
    throw new ConfigException(
        "\"%s\" is not a key; known: \"client-ip\", \"header:NAME\", \"cookie:NAME\", \"query:NAME\", \"random\""
            .formatted(text));
  }

  /**
   * A hash of the request's key, or {@link #NONE}; allocates nothing but what the address gives
   * out.
   */
  public long hash(RequestHead head, InetAddress client, Slice scratch) {
    return switch (kind) {
      case RANDOM -> NONE;
      case CLIENT_IP -> {
        byte[] address = client.getAddress();
        yield hash(address, 0, address.length == 16 ? 8 : address.length);
      }
      case HEADER -> {
        HeaderMap headers = head.headers();
        int i = known != null ? headers.find(known) : headers.find(name, 0);
        yield i < 0 ? NONE : hash(headers.value(i, scratch));
      }
      case COOKIE -> cookie(head.headers(), scratch);
      case QUERY -> pair(head.querySlice(), '&');
    };
  }

  private long cookie(HeaderMap headers, Slice scratch) {
    HeaderName cookie = HeaderName.COOKIE;
    for (int i = headers.find(cookie); i >= 0; i = headers.find(cookie, i + 1)) {
      long hash = pair(headers.value(i, scratch), ';');
      if (hash != NONE) return hash;
    }
    return NONE;
  }

  private long pair(Slice pairs, char separator) {
    for (int from = 0; from < pairs.length(); ) {
      while (from < pairs.length() && pairs.at(from) == ' ') from++;
      int end = pairs.indexOf(separator, from);
      if (end < 0) end = pairs.length();
      if (isNamed(pairs, from, end)) {
        int valueFrom = from + name.length() + 1;
        return hash(pairs.array(), pairs.offset() + valueFrom, end - valueFrom);
      }
      from = end + 1;
    }
    return NONE;
  }

  private boolean isNamed(Slice pairs, int from, int end) {
    int n = name.length();
    if (end - from <= n || pairs.at(from + n) != '=') return false;
    for (int i = 0; i < n; i++) {
      if (pairs.at(from + i) != name.charAt(i)) return false;
    }
    return true;
  }

  private static long hash(Slice slice) {
    return hash(slice.array(), slice.offset(), slice.length());
  }

  /**
   * FNV-1a, its bits mixed afterwards since its high ones hardly depend on the last bytes. Never
   * NONE.
   */
  private static long hash(byte[] b, int from, int length) {
    long h = 0xcbf29ce484222325L;
    for (int i = from; i < from + length; i++) h = (h ^ (b[i] & 0xff)) * 0x100000001b3L;
    long mixed = WeightedChoice.mix(h);
    return mixed == NONE ? 1 : mixed;
  }
}
