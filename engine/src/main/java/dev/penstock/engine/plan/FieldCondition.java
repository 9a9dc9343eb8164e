package dev.penstock.engine.plan;

import com.google.re2j.Pattern;
import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.spi.ConfigException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a route asks of one header field or one query parameter: it is present, absent, has a value,
 * or a value in which a regular expression is found. Where a name occurs several times, one of its
 * values is enough.
 *
 * @param name in lower case for a header
 * @param text the condition as configured
 * @param value what {@link Kind#VALUE} compares with
 */
record FieldCondition(
    String name,
    String text,
    Kind kind,
    String value,
    @Nullable Pattern regex,
    @Nullable HeaderName known) {

  enum Kind {
    PRESENT,
    ABSENT,
    VALUE,
    REGEX
  }

  static FieldCondition header(String name, String text) {
    if (!Ascii.isToken(name)) {
      throw new ConfigException(
          "\"%s\" is not a header name; it is letters, digits and \"-\"".formatted(name));
    }
    return parse(name.toLowerCase(Locale.ROOT), text, HeaderName.find(name));
  }

  static FieldCondition query(String name, String text) {
    if (name.isEmpty())
      throw new ConfigException("a query parameter without a name cannot be matched");
    return parse(name, text, null);
  }

  private static FieldCondition parse(String name, String text, @Nullable HeaderName known) {
    if (text.equals("present"))
      return new FieldCondition(name, text, Kind.PRESENT, "", null, known);
    if (text.equals("absent")) return new FieldCondition(name, text, Kind.ABSENT, "", null, known);
    if (text.startsWith("~")) {
      Pattern regex = PathPattern.compile(text, text.substring(1).strip());
      return new FieldCondition(name, text, Kind.REGEX, "", regex, known);
    }
    String value = text.startsWith("=") ? text.substring(1) : text;
    return new FieldCondition(name, text, Kind.VALUE, value, null, known);
  }

  /** Whether the fields of {@code headers} meet this; {@code scratch} is overwritten. */
  boolean holdsFor(HeaderMap headers, Slice scratch) {
    int i = next(headers, 0);
    if (kind == Kind.PRESENT) return i >= 0;
    if (kind == Kind.ABSENT) return i < 0;
    for (; i >= 0; i = next(headers, i + 1)) {
      boolean matches =
          regex != null
              ? regex.matcher(headers.value(i)).find()
              : headers.value(i, scratch).contentEquals(value);
      if (matches) return true;
    }
    return false;
  }

  private int next(HeaderMap headers, int from) {
    return known != null ? headers.find(known, from) : headers.find(name, from);
  }

  /**
   * Whether the query of {@code head} meets this. Names and values are compared decoded, {@code +}
   * being a space.
   */
  boolean holdsForQuery(RequestHead head) {
    Slice query = head.querySlice();
    int length = head.hasQuery() ? query.length() : 0;
    for (int from = 0; from < length; ) {
      int end = query.indexOf('&', from);
      if (end < 0) end = length;
      int equals = query.indexOf('=', from);
      int nameEnd = equals >= 0 && equals < end ? equals : end;
      if (reads(query, from, nameEnd, name)) {
        if (kind == Kind.ABSENT) return false;
        int valueFrom = Math.min(nameEnd + 1, end);
        if (kind == Kind.PRESENT || hasValue(query, valueFrom, end)) return true;
      }
      from = end + 1;
    }
    return kind == Kind.ABSENT;
  }

  private boolean hasValue(Slice query, int from, int to) {
    return regex != null
        ? regex.matcher(decoded(query, from, to)).find()
        : reads(query, from, to, value);
  }

  /** Whether the bytes decode to {@code text}. Makes no string as long as both are ASCII. */
  private static boolean reads(Slice query, int from, int to, String text) {
    int at = 0;
    for (int i = from; i < to; i++, at++) {
      int c = query.at(i);
      if (c == '%' && i + 2 < to) {
        int value = escaped(query, i);
        if (value >= 0) {
          c = value;
          i += 2;
        }
      } else if (c == '+') {
        c = ' ';
      }
      if (c >= 0x80) return decoded(query, from, to).equals(text);
      if (at >= text.length() || text.charAt(at) != c) return false;
    }
    return at == text.length();
  }

  private static String decoded(Slice query, int from, int to) {
    byte[] bytes = new byte[to - from];
    int length = 0;
    for (int i = from; i < to; i++) {
      int c = query.at(i);
      int value = c == '%' && i + 2 < to ? escaped(query, i) : -1;
      if (value >= 0) {
        c = value;
        i += 2;
      } else if (c == '+') {
        c = ' ';
      }
      bytes[length++] = (byte) c;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  private static int escaped(Slice query, int i) {
    int high = Ascii.hexValue(query.at(i + 1));
    int low = Ascii.hexValue(query.at(i + 2));
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  /** Whether everything that meets {@code other} meets this. */
  boolean covers(FieldCondition other) {
    if (!name.equals(other.name)) return false;
    return text.equals(other.text)
        || (kind == Kind.VALUE && other.kind == Kind.VALUE && value.equals(other.value))
        || (kind == Kind.PRESENT && other.kind != Kind.ABSENT);
  }

  /** In words, to follow the name: {@code is not "blue"}. */
  String missed() {
    return switch (kind) {
      case PRESENT -> "is not there";
      case ABSENT -> "is there";
      case VALUE -> "is not \"" + value + "\"";
      case REGEX -> "does not match \"" + text + "\"";
    };
  }
}
