package dev.penstock.engine.http;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.bytes.Slice;
import org.jspecify.annotations.Nullable;

/**
 * Method, target and fields of a request, whatever protocol version carried it.
 *
 * <p>A target is kept in origin form: {@link #path} and {@link #query}. Absolute form and {@code
 * :authority} are resolved by the decoder into {@link #authority}. Confined to one worker and
 * reused after its exchange: keep strings, not the head.
 */
public final class RequestHead {
  private final HeaderMap headers = new HeaderMap();
  private final Slice path = new Slice();
  private final Slice query = new Slice();
  private final Slice authority = new Slice();
  private final Slice target = new Slice();
  private String method = "";
  private HttpVersion version = HttpVersion.HTTP_1_1;
  private boolean hasQuery;
  private boolean isAbsolute;
  private @Nullable String pathText;

  /** Makes the head empty for the next request. */
  public void clear() {
    headers.clear();
    path.clear();
    query.clear();
    authority.clear();
    target.clear();
    method = "";
    version = HttpVersion.HTTP_1_1;
    hasQuery = false;
    isAbsolute = false;
    pathText = null;
  }

  public HeaderMap headers() {
    return headers;
  }

  /** Case-sensitive; known methods are interned constants of {@link Methods}. */
  public String method() {
    return method;
  }

  /**
   * Sets the method.
   *
   * @throws IllegalArgumentException when it is not a token
   */
  public void method(String method) {
    if (!Ascii.isToken(method)) throw new IllegalArgumentException("not a method: " + method);
    this.method = method;
  }

  public HttpVersion version() {
    return version;
  }

  public void version(HttpVersion version) {
    this.version = version;
  }

  /**
   * The path, canonical once the request is routed; starts with {@code /}, or is {@code *} for
   * OPTIONS.
   */
  public String path() {
    String text = pathText;
    if (text == null) pathText = text = path.toString();
    return text;
  }

  /** The bytes of {@link #path}; valid until the head changes. */
  public Slice pathSlice() {
    return path;
  }

  /**
   * Sets the path.
   *
   * @throws IllegalArgumentException when it does not start with {@code /} or holds a character
   *     that may not stand in a request target
   */
  public void path(String newPath) {
    if (newPath.isEmpty() || newPath.charAt(0) != '/') {
      throw new IllegalArgumentException("a path starts with '/': " + newPath);
    }
    checkTarget(newPath, "path", true);
    path.point(Slice.of(newPath).array(), 0, newPath.length());
    pathText = newPath;
  }

  /**
   * The query without its question mark, or null when there is none; {@code "/?"} has an empty one.
   */
  public @Nullable String query() {
    return hasQuery ? query.toString() : null;
  }

  public boolean hasQuery() {
    return hasQuery;
  }

  /** The bytes of {@link #query}, empty when there is none; valid until the head changes. */
  public Slice querySlice() {
    return query;
  }

  /**
   * Sets or, with null, removes the query.
   *
   * @throws IllegalArgumentException as {@link #path(String)}
   */
  public void query(@Nullable String newQuery) {
    hasQuery = newQuery != null;
    if (newQuery == null) {
      query.clear();
      return;
    }
    checkTarget(newQuery, "query", false);
    query.point(Slice.of(newQuery).array(), 0, newQuery.length());
  }

  /**
   * Host and, if given, port that the client asked for; empty when a request of HTTP/1.0 named
   * none.
   */
  public Slice authority() {
    return authority;
  }

  /** Makes the target a copy of that of {@code other}: path and query. */
  public void copyTarget(RequestHead other) {
    path.point(other.path.copyBytes(), 0, other.path.length());
    query.point(other.query.copyBytes(), 0, other.query.length());
    hasQuery = other.hasQuery;
    pathText = null;
  }

  /** The request target exactly as the client sent it, for the log. */
  public Slice target() {
    return target;
  }

  /** Whether the target came in absolute form, as clients send it to forward proxies. */
  public boolean isAbsolute() {
    return isAbsolute;
  }

  /** For decoders: says that the target was in absolute form. */
  public void absolute(boolean absolute) {
    isAbsolute = absolute;
  }

  /** For decoders and the router: path bytes changed in place or were pointed elsewhere. */
  public void pathMoved() {
    pathText = null;
  }

  /** For decoders: the query slice is set; {@code present} tells an empty query from none. */
  public void queryPlaced(boolean present) {
    hasQuery = present;
  }

  public boolean isMethod(String other) {
    return method.equals(other);
  }

  private static void checkTarget(String text, String what, boolean isPath) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= 0x20 || c >= 0x7f || c == '#' || (isPath && c == '?')) {
        throw new IllegalArgumentException(
            "a %s may not hold U+%04X; percent-encode it".formatted(what, (int) c));
      }
    }
  }

  @Override
  public String toString() {
    return method + " " + path() + (hasQuery ? "?" + query : "") + " " + version.text();
  }
}
