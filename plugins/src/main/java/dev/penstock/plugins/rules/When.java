package dev.penstock.plugins.rules;

import com.google.re2j.Pattern;
import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Exchange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** On which exchanges a filter acts: all that is said must hold. Without anything, on all. */
@Doc("Acts only on exchanges of which all of this holds; without it, on all.")
public record When(
    @Doc("Methods, one of which the request has.") @Default("[]") List<String> methods,
    @Doc("Beginnings of the path, by whole segments, one of which it has: /api.") @Default("[]")
        List<String> paths,
    @Doc(
            "Fields of the request, as under \"match\" of a route: present, absent, a value, or ~ and an expression.")
        @Default("{}")
        Map<String, String> headers,
    @Doc(
            "Statuses of the response, one of which it has: 404, or a range like 500-599. For what is done to responses.")
        @Default("[]")
        List<String> statuses) {

  /** Holds for everything. */
  public static final When ALWAYS = new When(List.of(), List.of(), Map.of(), List.of());

  public When {
    methods = List.copyOf(methods);
    paths = List.copyOf(paths);
    headers = Map.copyOf(headers);
    statuses = List.copyOf(statuses);
    for (String method : methods) {
      if (!Ascii.isToken(method)) throw new ConfigException("\"" + method + "\" is no method");
    }
    for (String path : paths) {
      if (!path.startsWith("/"))
        throw new ConfigException("\"%s\" is not a path; it starts with \"/\"".formatted(path));
    }
    headers
        .keySet()
        .forEach(name -> {
          if (!Ascii.isToken(name)) throw new ConfigException("\"" + name + "\" is no header name");
        });
    for (String range : statuses) Range.parse(range);
  }

  /** The condition, compiled, or null when it always holds. */
  public @Nullable Condition compile() {
    return equals(ALWAYS) ? null : new Condition(this);
  }

  private record Range(int low, int high) {
    static Range parse(String text) {
      int dash = text.indexOf('-');
      try {
        int low = Integer.parseInt(dash < 0 ? text : text.substring(0, dash));
        int high = dash < 0 ? low : Integer.parseInt(text.substring(dash + 1));
        if (low >= 100 && high <= 599 && low <= high) return new Range(low, high);
      } catch (NumberFormatException e) {
        // said below
      }
      throw new ConfigException(
          "\"%s\" is no status; write 100 to 599, or a range like 500-599".formatted(text));
    }
  }

  private record Field(String name, String value, @Nullable Pattern expression) {
    static Field parse(String name, String text) {
      boolean isExpression = text.startsWith("~");
      return new Field(
          name.toLowerCase(Locale.ROOT),
          text.startsWith("=") ? text.substring(1) : text,
          isExpression ? Expressions.compile(text.substring(1).strip()) : null);
    }

    boolean holdsFor(HeaderMap headers) {
      int i = headers.find(name, 0);
      if (value.equals("present")) return i >= 0;
      if (value.equals("absent")) return i < 0;
      for (; i >= 0; i = headers.find(name, i + 1)) {
        String has = headers.value(i);
        if (expression == null ? has.equals(value) : expression.matcher(has).find()) return true;
      }
      return false;
    }
  }

  /** {@link When}, compiled. Thread-safe. */
  public static final class Condition {
    private final Set<String> methods;
    private final String[] paths;
    private final Field[] fields;
    private final List<Range> statuses = new ArrayList<>();

    private Condition(When when) {
      methods = Set.copyOf(when.methods());
      paths =
          when.paths().stream()
              .map(path -> path.endsWith("/") ? path.substring(0, path.length() - 1) : path)
              .toArray(String[]::new);
      fields =
          when.headers().entrySet().stream()
              .map(entry -> Field.parse(entry.getKey(), entry.getValue()))
              .toArray(Field[]::new);
      for (String range : when.statuses()) statuses.add(Range.parse(range));
    }

    /** Whether the request is meant; what is said about the response is not looked at. */
    public boolean holdsFor(Exchange exchange) {
      if (!methods.isEmpty() && !methods.contains(exchange.request().method())) return false;
      if (paths.length > 0 && !hasPath(exchange.request().path())) return false;
      for (Field field : fields) {
        if (!field.holdsFor(exchange.request().headers())) return false;
      }
      return true;
    }

    /** Whether the response is meant; what is said about the request is not looked at. */
    public boolean holdsForStatus(int status) {
      if (statuses.isEmpty()) return true;
      for (Range range : statuses) {
        if (status >= range.low() && status <= range.high()) return true;
      }
      return false;
    }

    private boolean hasPath(String path) {
      for (String prefix : paths) {
        if (path.startsWith(prefix)
            && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/')) {
          return true;
        }
      }
      return false;
    }
  }
}
