package dev.penstock.engine.plan;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.spi.ConfigException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One path of a route, taken apart into segments.
 *
 * <p>Two patterns are compared segment by segment from the left, and the first difference decides:
 * literal text, then a parameter, then the end of the path, then a regular expression, then a
 * catch-all. A regular expression stands where its literal beginning ends: {@code ~ ^/api/v[0-9]+}
 * is more specific than {@code /api/**} and less than {@code /api/{version}}. Last comes the
 * pattern of a route that names no path.
 *
 * @param text as configured
 * @param segments the leading segments
 * @param tail what stands behind these segments
 * @param parameters names of the values that a match yields, in order
 * @param regex for {@link Tail#REGEX}
 */
record PathPattern(
    String text,
    List<Segment> segments,
    Tail tail,
    List<String> parameters,
    @Nullable Pattern regex) {

  /** A route that names no path: takes everything, {@code *} of OPTIONS included. */
  static final PathPattern ANY = new PathPattern("any path", List.of(), Tail.ANY, List.of(), null);

  /** The kind of what is behind a pattern's end. */
  private static final int BEHIND = 6;

  /** What follows the leading segments, most specific first. */
  enum Tail {
    END(2),
    REGEX(3),
    CATCH_ALL(4),
    ANY(5);

    /** Place among the kinds that are compared; literal text is 0, a parameter 1. */
    private final int kind;

    Tail(int kind) {
      this.kind = kind;
    }
  }

  /**
   * @param literal null for a parameter, which takes any segment that is not empty
   */
  record Segment(@Nullable String literal) {
    static final Segment PARAMETER = new Segment(null);
  }

  static PathPattern parse(String text) {
    if (text.startsWith("~")) return regex(text);
    if (text.isEmpty() || text.charAt(0) != '/') {
      throw bad(text, "a path starts with \"/\", a regular expression with \"~ \"");
    }
    String[] parts = text.substring(1).split("/", -1);
    List<Segment> segments = new ArrayList<>();
    List<String> parameters = new ArrayList<>();
    Tail tail = Tail.END;
    for (int i = 0; i < parts.length; i++) {
      String part = parts[i];
      boolean isLast = i == parts.length - 1;
      if (part.equals("**") || (part.startsWith("{") && part.endsWith("**}"))) {
        if (!isLast)
          throw bad(text, "\"" + part + "\" takes the rest of the path, so it stands at its end");
        if (!part.equals("**"))
          addParameter(text, parameters, part.substring(1, part.length() - 3));
        tail = Tail.CATCH_ALL;
      } else if (part.startsWith("{") && part.endsWith("}")) {
        addParameter(text, parameters, part.substring(1, part.length() - 1));
        segments.add(Segment.PARAMETER);
      } else {
        if (part.isEmpty() && !isLast)
          throw bad(text, "it has an empty segment; requests have none when they are matched");
        segments.add(new Segment(literal(text, part)));
      }
    }
    return new PathPattern(text, List.copyOf(segments), tail, List.copyOf(parameters), null);
  }

  private static void addParameter(String text, List<String> parameters, String name) {
    if (!name.matches("[A-Za-z_][A-Za-z0-9_-]*")) {
      throw bad(
          text,
          "\"{"
              + name
              + "}\" is not a parameter; its name is letters, digits, \"_\" and \"-\": \"{id}\"");
    }
    if (parameters.contains(name))
      throw bad(text, "the parameter \"" + name + "\" is there twice; name one of them anew");
    parameters.add(name);
  }

  /** The segment as it reads in a canonical path, so that {@code /café} may be written as such. */
  private static String literal(String text, String part) {
    if (part.indexOf('{') >= 0 || part.indexOf('}') >= 0) {
      throw bad(
          text,
          "a parameter fills its segment, as in \"/users/{id}\"; for parts of a segment write \"~ \" and a"
              + " regular expression");
    }
    if (part.indexOf('*') >= 0) {
      throw bad(
          text,
          "a star is written \"/**\" at the end for everything below; for one segment write \"{name}\"");
    }
    if (part.indexOf('?') >= 0)
      throw bad(text, "a path has no \"?\"; conditions on the query go to \"query\"");
    StringBuilder canonical = new StringBuilder();
    byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      int c = bytes[i] & 0xff;
      if (c == '%') {
        int high = i + 2 < bytes.length ? Ascii.hexValue(bytes[i + 1]) : -1;
        int low = i + 2 < bytes.length ? Ascii.hexValue(bytes[i + 2]) : -1;
        if (high < 0 || low < 0)
          throw bad(text, "\"%\" begins an escape of two hexadecimal digits; itself it is \"%25\"");
        c = high << 4 | low;
        i += 2;
        if (isUnreserved(c)) canonical.append((char) c);
        else canonical.append("%%%02X".formatted(c));
      } else if (isUnreserved(c) || "!$&'()+,=:@;".indexOf(c) >= 0) {
        canonical.append((char) c);
      } else {
        canonical.append("%%%02X".formatted(c));
      }
    }
    String literal = canonical.toString();
    if (literal.equals(".") || literal.equals("..")) {
      throw bad(text, "requests have no \".\" and \"..\" segments when they are matched");
    }
    return literal;
  }

  private static boolean isUnreserved(int c) {
    return (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || "-._~".indexOf(c) >= 0;
  }

  private static PathPattern regex(String text) {
    String expression = text.substring(1).strip();
    Pattern pattern = compile(text, expression);
    String[] names = new String[pattern.groupCount()];
    for (int i = 0; i < names.length; i++) names[i] = Integer.toString(i + 1);
    for (Map.Entry<String, Integer> group : pattern.namedGroups().entrySet()) {
      names[group.getValue() - 1] = group.getKey();
    }
    List<Segment> segments = new ArrayList<>();
    String prefix = literalPrefix(expression);
    for (int from = 1, to; (to = prefix.indexOf('/', from)) > 0; from = to + 1) {
      segments.add(new Segment(prefix.substring(from, to)));
    }
    return new PathPattern(text, List.copyOf(segments), Tail.REGEX, List.of(names), pattern);
  }

  /**
   * Compiles an expression in linear-time syntax, with an error that names what the syntax leaves
   * out.
   */
  static Pattern compile(String text, String expression) {
    if (expression.isEmpty())
      throw new ConfigException("\"%s\" has no regular expression after \"~\"".formatted(text));
    try {
      return Pattern.compile(expression);
    } catch (PatternSyntaxException e) {
      throw new ConfigException(
          "\"%s\" is not a regular expression of RE2 syntax: %s in \"%s\"; look-around and back-references do not exist"
                  .formatted(text, e.getDescription(), e.getPattern())
              + " there, since they cannot be matched in linear time");
    }
  }

  /** The text that every match begins with, where that is plain to see; empty otherwise. */
  private static String literalPrefix(String expression) {
    if (!expression.startsWith("^/") || expression.indexOf('|') >= 0) return "";
    int end = 1;
    while (end < expression.length() && isLiteralInRegex(expression.charAt(end))) end++;
    // A quantifier may take the last character away.
    if (end < expression.length() && "?*+{".indexOf(expression.charAt(end)) >= 0) end--;
    String prefix = expression.substring(1, Math.max(end, 1));
    return prefix.substring(0, prefix.lastIndexOf('/') + 1);
  }

  private static boolean isLiteralInRegex(char c) {
    return c == '/' || (c != '.' && isUnreserved(c));
  }

  /** Whether a canonical path is meant; slow, for explanations. */
  boolean matches(String path) {
    if (tail == Tail.ANY) return true;
    if (!path.startsWith("/")) return false;
    if (regex != null) return regex.matcher(path).find();
    String[] parts = path.substring(1).split("/", -1);
    boolean isLongEnough =
        tail == Tail.END ? parts.length == segments.size() : parts.length >= segments.size();
    if (!isLongEnough) return false;
    for (int i = 0; i < segments.size(); i++) {
      String literal = segments.get(i).literal();
      if (literal == null ? parts[i].isEmpty() : !literal.equals(parts[i])) return false;
    }
    return true;
  }

  /** Negative when this one is the more specific, 0 when they are equally so. */
  int compareSpecificity(PathPattern other) {
    int n = Math.max(segments.size(), other.segments.size());
    for (int i = 0; i <= n; i++) {
      int difference = Integer.compare(kindAt(i), other.kindAt(i));
      if (difference != 0) return difference;
    }
    return 0;
  }

  private int kindAt(int i) {
    if (i < segments.size()) return segments.get(i).literal() != null ? 0 : 1;
    return i == segments.size() ? tail.kind : BEHIND;
  }

  /** Whether every path that {@code other} takes is surely taken by this one. */
  boolean covers(PathPattern other) {
    if (tail == Tail.ANY) return true;
    if (other.tail == Tail.ANY) return false;
    if (regex != null) return other.regex != null && regex.pattern().equals(other.regex.pattern());
    int mine = segments.size();
    if (tail == Tail.END && (other.tail != Tail.END || other.segments.size() != mine)) return false;
    if (other.segments.size() < mine) return false;
    for (int i = 0; i < mine; i++) {
      String own = segments.get(i).literal();
      String others = other.segments.get(i).literal();
      boolean covered = own == null ? others == null || !others.isEmpty() : own.equals(others);
      if (!covered) return false;
    }
    return true;
  }

  private static ConfigException bad(String text, String remedy) {
    return new ConfigException("\"%s\" is not a path pattern; %s".formatted(text, remedy));
  }

  @Override
  public String toString() {
    return text;
  }

  /** For messages: the pattern in quotes, or words for the route that has none. */
  String quoted() {
    return tail == Tail.ANY ? text : "\"" + text + "\"";
  }

  static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
