package dev.penstock.engine.plan;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.plan.PathRules.DotSegments;
import dev.penstock.engine.plan.PathRules.DoubleSlash;
import dev.penstock.engine.plan.PathRules.PathParameters;
import java.util.Arrays;

/**
 * Brings the path of a request into the one form that everything behind it uses (REQUIREMENTS C10):
 * route, access rules, cache key, upstream. If they read it differently, a request passes the rule
 * of one path and gets another.
 *
 * <p>Escapes of unreserved characters are decoded and the others written in upper case (RFC 3986
 * §6.2.2), once: {@code %252e} stays. Characters that may not stand in a path are escaped. Dot
 * segments are resolved after that, so {@code %2e%2e} is one. The result is a fixed point: applying
 * this to it changes nothing.
 *
 * <p>Immutable. A path that is canonical already, the usual case, costs one pass over its bytes and
 * no memory.
 */
public final class CanonicalPath {
  // What a byte means in a path. PLAIN stands for itself and needs no second look.
  private static final byte PLAIN = 0;
  private static final byte SLASH = 1;
  private static final byte DOT = 2;
  private static final byte PERCENT = 3;
  private static final byte SEMICOLON = 4;
  private static final byte TO_ESCAPE = 5;
  private static final byte BACKSLASH = 6;
  private static final byte REFUSED = 7;

  private static final byte[] CLASS = new byte[256];
  private static final boolean[] UNRESERVED = new boolean[256];
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'
  };

  static {
    Arrays.fill(CLASS, REFUSED);
    for (char c = '0'; c <= '9'; c++) unreserved(c);
    for (char c = 'a'; c <= 'z'; c++) unreserved(c);
    for (char c = 'A'; c <= 'Z'; c++) unreserved(c);
    for (char c : "-_~".toCharArray()) unreserved(c);
    for (char c : "!$&'()*+,=:@".toCharArray()) CLASS[c] = PLAIN;
    // RFC 3986 has no place for these, clients send them all the same, and servers take them as
    // their escapes.
    for (char c : "\"<>[]^`{|}".toCharArray()) CLASS[c] = TO_ESCAPE;
    unreserved('.');
    CLASS['.'] = DOT;
    CLASS['/'] = SLASH;
    CLASS['%'] = PERCENT;
    CLASS[';'] = SEMICOLON;
    CLASS['\\'] = BACKSLASH;
  }

  private static void unreserved(char c) {
    CLASS[c] = PLAIN;
    UNRESERVED[c] = true;
  }

  private final PathRules rules;

  public CanonicalPath(PathRules rules) {
    this.rules = rules;
  }

  /** Whether the path could be made canonical, or why the request is refused with 400. */
  public enum Result {
    OK("the path is canonical"),
    NOT_A_PATH("the path does not start with a slash"),
    BAD_CHARACTER("the path holds a character that must be percent-encoded"),
    BAD_ESCAPE("the path holds % without two hexadecimal digits"),
    CONTROL("the path holds an encoded control character"),
    BACKSLASH("the path holds a backslash"),
    ENCODED_SLASH("the path holds an encoded slash or backslash"),
    DOUBLE_SLASH("the path has an empty segment"),
    DOT_SEGMENT("the path has a dot segment"),
    HIDDEN_DOT_SEGMENT("the path hides a dot segment behind ';' or an encoded slash"),
    PATH_PARAMETER("the path holds ';'"),
    ABOVE_ROOT("the path climbs above the root");

    private final String sentence;

    Result(String sentence) {
      this.sentence = sentence;
    }

    public boolean isOk() {
      return this == OK;
    }

    /** What is wrong, for log and client; names no bytes of the request. */
    public String sentence() {
      return sentence;
    }
  }

  /**
   * Makes the path of {@code head} canonical, or says why not; the head is then unchanged. {@link
   * RequestHead#target} is never touched.
   */
  public Result apply(RequestHead head) {
    Slice path = head.pathSlice();
    if (isCanonical(path)) return Result.OK;
    if (path.isEmpty() || path.at(0) != '/') {
      // Asterisk form, RFC 9112 §3.2.4; the decoder takes it with OPTIONS only.
      return path.length() == 1 && path.at(0) == '*' ? Result.OK : Result.NOT_A_PATH;
    }
    // A new array, since the bytes in place are also the target as the log shows it. Few requests
    // come here.
    Rewrite rewrite = new Rewrite(rules, path.length() * 3);
    Result result = rewrite.run(path);
    if (result == Result.OK) {
      path.point(rewrite.out, 0, rewrite.length);
      head.pathMoved();
    }
    return result;
  }

  /**
   * True only if {@link Rewrite} would change and refuse nothing; false when it takes a closer look
   * to know.
   */
  private static boolean isCanonical(Slice path) {
    byte[] b = path.array();
    int from = path.offset();
    int end = from + path.length();
    if (from == end || b[from] != '/') return false;
    for (int i = from + 1; i < end; i++) {
      switch (CLASS[b[i] & 0xff]) {
        case PLAIN -> {}
        case SLASH -> {
          if (b[i - 1] == '/') return false;
        }
        case DOT -> {
          if (b[i - 1] == '/' && (i + 1 == end || CLASS[b[i + 1] & 0xff] != PLAIN)) return false;
        }
        case PERCENT -> {
          if (i + 2 >= end || !isSettledEscape(b[i + 1], b[i + 2])) return false;
          i += 2;
        }
        default -> {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Whether {@code %}{@code high}{@code low} is written in upper case and stays an escape under all
   * rules.
   */
  private static boolean isSettledEscape(byte high, byte low) {
    if (high >= 'a' || low >= 'a') return false;
    int h = Ascii.hexValue(high);
    int l = Ascii.hexValue(low);
    if (h < 0 || l < 0) return false;
    int value = (h << 4) | l;
    return !UNRESERVED[value]
        && value >= 0x20
        && value != 0x7f
        && value != '/'
        && value != '\\'
        && value != ';';
  }

  /** One path on its way into canonical form. */
  private static final class Rewrite {
    private final PathRules rules;
    final byte[] out;
    int length;

    /** Where the current segment begins in {@link #out}. */
    private int segment;

    /** As {@link #segment}, but encoded slashes that are kept count as ends of segments too. */
    private int part;

    Rewrite(PathRules rules, int capacity) {
      this.rules = rules;
      out = new byte[capacity];
    }

    Result run(Slice path) {
      out[0] = '/';
      length = segment = part = 1;
      int i = 1;
      while (i < path.length()) {
        int c = path.at(i);
        Result result = Result.OK;
        switch (CLASS[c]) {
          case PLAIN, DOT -> out[length++] = (byte) c;
          case SLASH -> result = endSegment();
          case SEMICOLON -> {
            result = parameter();
            if (result == Result.OK && rules.pathParameters() == PathParameters.REMOVE) {
              while (i + 1 < path.length() && path.at(i + 1) != '/') {
                result = checkRemoved(path, ++i);
                if (result != Result.OK) return result;
              }
            } else {
              out[length++] = ';';
            }
          }
          case PERCENT -> {
            if (i + 2 >= path.length()) return Result.BAD_ESCAPE;
            int high = Ascii.hexValue(path.at(i + 1));
            int low = Ascii.hexValue(path.at(i + 2));
            if (high < 0 || low < 0) return Result.BAD_ESCAPE;
            i += 2;
            result = escape(high << 4 | low);
          }
          case TO_ESCAPE -> putEscape(c);
          case BACKSLASH -> result = Result.BACKSLASH;
          default -> result = Result.BAD_CHARACTER;
        }
        if (result != Result.OK) return result;
        i++;
      }
      return endLast();
    }

    private Result escape(int value) {
      if (UNRESERVED[value]) {
        out[length++] = (byte) value;
        return Result.OK;
      }
      if (value < 0x20 || value == 0x7f) return Result.CONTROL;
      if (value == '/' || value == '\\') return encodedSlash(value);
      if (value == ';') {
        // Servers that decode before they cut parameters off see a semicolon here.
        Result result = parameter();
        if (result != Result.OK || rules.pathParameters() == PathParameters.REMOVE) {
          return result == Result.OK ? Result.PATH_PARAMETER : result;
        }
      }
      putEscape(value);
      return Result.OK;
    }

    private Result encodedSlash(int value) {
      return switch (rules.encodedSlash()) {
        case REJECT -> Result.ENCODED_SLASH;
        case DECODE -> value == '/' ? endSegment() : Result.ENCODED_SLASH;
        case KEEP -> {
          // A server that decodes it resolves the dot segment that we see only as text.
          if (dots(part) > 0) yield Result.HIDDEN_DOT_SEGMENT;
          putEscape(value);
          part = length;
          yield Result.OK;
        }
      };
    }

    private Result parameter() {
      if (dots(part) > 0) return Result.HIDDEN_DOT_SEGMENT;
      return rules.pathParameters() == PathParameters.REJECT ? Result.PATH_PARAMETER : Result.OK;
    }

    /** What is dropped with a parameter must not be a way to send what is refused elsewhere. */
    private static Result checkRemoved(Slice path, int i) {
      return switch (CLASS[path.at(i)]) {
        case PERCENT -> {
          if (i + 2 >= path.length()) yield Result.BAD_ESCAPE;
          int high = Ascii.hexValue(path.at(i + 1));
          int low = Ascii.hexValue(path.at(i + 2));
          if (high < 0 || low < 0) yield Result.BAD_ESCAPE;
          int value = high << 4 | low;
          if (value == '/' || value == '\\') yield Result.ENCODED_SLASH;
          yield value < 0x20 || value == 0x7f ? Result.CONTROL : Result.OK;
        }
        case BACKSLASH -> Result.BACKSLASH;
        case REFUSED -> Result.BAD_CHARACTER;
        default -> Result.OK;
      };
    }

    private Result endSegment() {
      int dots = dots(segment);
      if (dots > 0) return dropDots(dots);
      if (dots(part) > 0) return Result.HIDDEN_DOT_SEGMENT;
      if (length == segment) {
        if (rules.doubleSlash() == DoubleSlash.REJECT) return Result.DOUBLE_SLASH;
        if (rules.doubleSlash() == DoubleSlash.MERGE) return Result.OK;
      }
      out[length++] = '/';
      segment = part = length;
      return Result.OK;
    }

    private Result endLast() {
      int dots = dots(segment);
      if (dots > 0) return dropDots(dots);
      return dots(part) > 0 ? Result.HIDDEN_DOT_SEGMENT : Result.OK;
    }

    /**
     * RFC 3986 §5.2.4; that section stays at the root where we refuse, since no honest client
     * climbs above it.
     */
    private Result dropDots(int dots) {
      if (rules.dotSegments() == DotSegments.REJECT) return Result.DOT_SEGMENT;
      length = segment;
      if (dots == 2) {
        if (segment == 1) return Result.ABOVE_ROOT;
        int slash = segment - 2;
        while (out[slash] != '/') slash--;
        length = segment = slash + 1;
      }
      part = segment;
      return Result.OK;
    }

    /** 1 or 2 when the bytes from {@code from} are a dot segment, 0 when they are not. */
    private int dots(int from) {
      int n = length - from;
      if (n == 1 && out[from] == '.') return 1;
      return n == 2 && out[from] == '.' && out[from + 1] == '.' ? 2 : 0;
    }

    private void putEscape(int value) {
      out[length++] = '%';
      out[length++] = HEX[value >> 4];
      out[length++] = HEX[value & 15];
    }
  }
}
