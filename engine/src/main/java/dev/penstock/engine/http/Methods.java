package dev.penstock.engine.http;

import org.jspecify.annotations.Nullable;

/**
 * The registered methods that the engine treats by name, interned (RFC 9110 §9.3, RFC 5789, RFC
 * 10008 for QUERY).
 */
public final class Methods {
  public static final String GET = "GET";
  public static final String HEAD = "HEAD";
  public static final String POST = "POST";
  public static final String PUT = "PUT";
  public static final String DELETE = "DELETE";
  public static final String PATCH = "PATCH";
  public static final String OPTIONS = "OPTIONS";
  public static final String TRACE = "TRACE";
  public static final String CONNECT = "CONNECT";
  public static final String QUERY = "QUERY";

  private static final String[] ALL = {
    GET, POST, HEAD, PUT, DELETE, PATCH, OPTIONS, TRACE, CONNECT, QUERY
  };

  private Methods() {}

  /** The constant that these bytes spell, or null. Case-sensitive; allocates nothing. */
  public static @Nullable String find(byte[] b, int offset, int length) {
    for (String method : ALL) {
      if (method.length() == length && matches(method, b, offset)) return method;
    }
    return null;
  }

  /**
   * Whether repeating a request with this method has the effect of sending it once (RFC 9110
   * §9.2.2).
   */
  public static boolean isIdempotent(String method) {
    return switch (method) {
      case GET, HEAD, PUT, DELETE, OPTIONS, TRACE, QUERY -> true;
      default -> false;
    };
  }

  /** Whether the method asks for nothing but an answer (RFC 9110 §9.2.1). */
  public static boolean isSafe(String method) {
    return switch (method) {
      case GET, HEAD, OPTIONS, TRACE, QUERY -> true;
      default -> false;
    };
  }

  private static boolean matches(String method, byte[] b, int offset) {
    for (int i = 0; i < method.length(); i++) {
      if (b[offset + i] != method.charAt(i)) return false;
    }
    return true;
  }
}
