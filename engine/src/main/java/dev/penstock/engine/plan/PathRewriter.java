package dev.penstock.engine.plan;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.plan.CanonicalPath.Result;
import dev.penstock.engine.spi.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@link RewriteRules.PathChange}, compiled. Immutable. What comes out is brought into canonical
 * form once more: text that is put together of harmless pieces can be a dot segment, or half an
 * escape.
 */
final class PathRewriter {
  // The rules of the listener have been applied to what came in; here only what is wrong under any
  // rules matters.
  private static final CanonicalPath CANONICAL =
      new CanonicalPath(
          new PathRules(
              PathRules.EncodedSlash.KEEP,
              PathRules.DoubleSlash.KEEP,
              PathRules.DotSegments.NORMALISE,
              PathRules.PathParameters.KEEP));
  private static final byte[] ROOT = {'/'};

  private final @Nullable String strip;
  private final Replacement[] replacements;
  private final @Nullable String add;
  private final @Nullable Template template;

  private PathRewriter(RewriteRules.PathChange change, @Nullable Template template) {
    strip = change.stripPrefix();
    add = change.addPrefix();
    List<Replacement> all = new ArrayList<>();
    change.replace().forEach((pattern, with) -> all.add(Replacement.compile(pattern, with)));
    replacements = all.toArray(Replacement[]::new);
    this.template = template;
  }

  /**
   * Compiles the change for a route.
   *
   * @param parameters what the route's path captures
   * @throws ConfigException when a template names another
   */
  static PathRewriter compile(RewriteRules.PathChange change, Set<String> parameters) {
    String text = change.template();
    return new PathRewriter(change, text == null ? null : Template.ofUri(text, parameters));
  }

  /** Checks all of a template but the names of parameters. */
  static void checkTemplate(String text) {
    if (!text.startsWith("/"))
      throw new ConfigException("\"%s\" is not a path; it starts with \"/\"".formatted(text));
    for (Template.Part part : Template.checkUri(text)) {
      if (part instanceof Template.Part.Literal literal) checkLiteral(text, literal.text());
      boolean isLong = part == Template.Part.Variable.QUERY || part == Template.Part.Variable.URI;
      if (isLong)
        throw new ConfigException(
            "\"%s\" puts a query into a path; the query stays as it is".formatted(text));
    }
  }

  private static void checkLiteral(String text, String literal) {
    for (int i = 0; i < literal.length(); i++) {
      char c = literal.charAt(i);
      if (c <= 0x20 || c >= 0x7f || "?#\\\"<>}".indexOf(c) >= 0) {
        throw new ConfigException(
            "\"%s\" holds U+%04X, which may not stand in a path; percent-encode it"
                .formatted(text, (int) c));
      }
    }
  }

  /** A prefix without slash at its end; empty for {@code /}. */
  static String prefix(String key, String text) {
    if (!text.startsWith("/"))
      throw new ConfigException("%s: \"%s\" does not start with \"/\"".formatted(key, text));
    checkLiteral(text, text);
    Slice path = Slice.of(text);
    RequestHead head = new RequestHead();
    head.path(path.toString());
    Result result = CANONICAL.apply(head);
    if (!result.isOk())
      throw new ConfigException("%s: \"%s\": %s".formatted(key, text, result.sentence()));
    String canonical = head.path();
    return canonical.endsWith("/") ? canonical.substring(0, canonical.length() - 1) : canonical;
  }

  /** Changes the path of {@code head}; when the answer is not OK, the path is as it was. */
  Result apply(RequestHead head, Variables variables) {
    Slice path = head.pathSlice();
    if (path.isEmpty() || path.at(0) != '/') return Result.OK;
    if (template == null && replacements.length == 0) {
      if (strip != null) strip(head, strip);
      if (add != null) replace(head, add + path);
      return Result.OK;
    }
    byte[] array = path.array();
    int offset = path.offset();
    int length = path.length();
    if (template != null) {
      replace(head, template.render(variables));
    } else {
      if (strip != null) strip(head, strip);
      for (Replacement replacement : replacements) {
        String replaced = replacement.apply(head.path());
        if (replaced != null) replace(head, replaced);
      }
      if (add != null) replace(head, add + path);
    }
    Result result = CANONICAL.apply(head);
    if (!result.isOk()) {
      path.point(array, offset, length);
      head.pathMoved();
    }
    return result;
  }

  private static void strip(RequestHead head, String prefix) {
    Slice path = head.pathSlice();
    int n = prefix.length();
    if (path.length() < n) return;
    for (int i = 0; i < n; i++) {
      if (path.at(i) != prefix.charAt(i)) return;
    }
    if (path.length() == n) path.point(ROOT, 0, 1);
    else if (path.at(n) == '/') path.point(path.array(), path.offset() + n, path.length() - n);
    else return;
    head.pathMoved();
  }

  private static void replace(RequestHead head, String text) {
    byte[] bytes = Slice.of(text).array();
    head.pathSlice().point(bytes, 0, bytes.length);
    head.pathMoved();
  }

  /** A regular expression and what takes the place of its matches. */
  static final class Replacement {
    private final Pattern pattern;
    private final String[] literals;
    private final int[] groups;

    private Replacement(Pattern pattern, List<String> literals, List<Integer> groups) {
      this.pattern = pattern;
      this.literals = literals.toArray(String[]::new);
      this.groups = groups.stream().mapToInt(Integer::intValue).toArray();
    }

    static Replacement compile(String expression, String with) {
      Pattern pattern = PathPattern.compile(expression, expression);
      List<String> literals = new ArrayList<>();
      List<Integer> groups = new ArrayList<>();
      StringBuilder literal = new StringBuilder();
      int at = 0;
      for (int dollar; (dollar = with.indexOf('$', at)) >= 0; at = dollar + 2) {
        literal.append(with, at, dollar);
        if (with.startsWith("$", dollar + 1)) {
          literal.append('$');
          continue;
        }
        groups.add(group(pattern, with, dollar + 1));
        checkLiteral(with, literal.toString());
        literals.add(literal.toString());
        literal.setLength(0);
      }
      literal.append(with, at, with.length());
      checkLiteral(with, literal.toString());
      literals.add(literal.toString());
      return new Replacement(pattern, literals, groups);
    }

    private static int group(Pattern pattern, String with, int at) {
      int group = at < with.length() ? Character.digit(with.charAt(at), 10) : -1;
      if (group < 0) {
        throw new ConfigException(
            "\"%s\" has a \"$\" that names no group; write \"$1\", or \"$$\" for the character"
                .formatted(with));
      }
      if (group > pattern.groupCount()) {
        throw new ConfigException(
            "\"%s\" names the group $%d; the expression has %d, and $0 is the whole match"
                .formatted(with, group, pattern.groupCount()));
      }
      return group;
    }

    /** The path with all matches replaced, or null when there is none. */
    @Nullable String apply(String path) {
      Matcher matcher = pattern.matcher(path);
      if (!matcher.find()) return null;
      StringBuilder out = new StringBuilder(path.length() + 16);
      int copied = 0;
      do {
        out.append(path, copied, matcher.start());
        copied = matcher.end();
        for (int i = 0; i < groups.length; i++) {
          out.append(literals[i]);
          if (matcher.start(groups[i]) >= 0)
            out.append(path, matcher.start(groups[i]), matcher.end(groups[i]));
        }
        out.append(literals[groups.length]);
      } while (matcher.find());
      return out.append(path, copied, path.length()).toString();
    }
  }
}
