package dev.penstock.plugins.access;

import com.google.re2j.Pattern;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.plugins.rules.Expressions;
import java.net.IDN;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Origins as the configuration names them: {@code https://app.example.com}, {@code
 * https://*.example.com} (any name below, not example.com itself), {@code ~expression} that the
 * whole origin fits, {@code null} for what browsers call opaque, {@code *} for all.
 *
 * <p>A request's origin must be spelled as browsers do (RFC 6454 §6.2): lower case, names in ASCII,
 * no usual port. Anything else fits nothing but {@code *}. Immutable.
 */
final class OriginSet {
  private final Set<String> exact = new HashSet<>();
  private final List<Wildcard> wildcards = new ArrayList<>();
  private final List<Pattern> expressions = new ArrayList<>();
  private boolean isAny;

  private record Wildcard(String start, String end) {
    boolean matches(String origin) {
      int from = start.length();
      int to = origin.length() - end.length();
      if (to <= from || !origin.startsWith(start) || !origin.endsWith(end)) return false;
      // The star stands for labels of a name, nothing that could end the host before its suffix.
      for (int i = from; i < to; i++) {
        char c = origin.charAt(i);
        boolean isFine = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_';
        boolean isDot = c == '.' && i > from && origin.charAt(i - 1) != '.';
        if (!isFine && !isDot) return false;
      }
      return origin.charAt(to - 1) != '.';
    }
  }

  static OriginSet of(List<String> origins) {
    OriginSet set = new OriginSet();
    for (String origin : origins) set.add(origin);
    return set;
  }

  private void add(String text) {
    if (text.equals("*")) {
      isAny = true;
    } else if (text.equals("null")) {
      exact.add(text);
    } else if (text.startsWith("~")) {
      expressions.add(Expressions.compile(text.substring(1).strip()));
    } else {
      int star = text.indexOf('*');
      String origin = canonical(star < 0 ? text : text.replace("*.", ""), text);
      if (star < 0) {
        exact.add(origin);
      } else {
        int host = origin.indexOf("://") + 3;
        if (star != text.indexOf("://") + 3
            || text.charAt(Math.min(star + 1, text.length() - 1)) != '.'
            || text.indexOf('*', star + 1) >= 0) {
          throw bad(text, "a star is the whole first label: https://*.example.com");
        }
        wildcards.add(new Wildcard(origin.substring(0, host), "." + origin.substring(host)));
      }
    }
  }

  /** The origin as browsers spell it. */
  private static String canonical(String text, String told) {
    int colon = text.indexOf("://");
    String scheme = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
    if (!scheme.matches("[a-z][a-z0-9+.-]*"))
      throw bad(told, "it is a scheme and a host: https://app.example.com");
    String rest = text.substring(colon + 3);
    int port = rest.endsWith("]") ? -1 : rest.lastIndexOf(':');
    String host = port < 0 ? rest : rest.substring(0, port);
    String number = port < 0 ? "" : rest.substring(port + 1);
    if (host.isEmpty()
        || host.matches(".*[/?#@\\s].*")
        || !number.matches("[0-9]{1,5}|")
        || port >= 0 && number.isEmpty())
      throw bad(told, "it is a scheme, a host and perhaps a port, without path or slash");
    String name = host.startsWith("[") ? host.toLowerCase(Locale.ROOT) : ascii(host, told);
    boolean isUsual =
        scheme.equals("https") && number.equals("443")
            || scheme.equals("http") && number.equals("80");
    return scheme + "://" + name + (number.isEmpty() || isUsual ? "" : ":" + number);
  }

  private static String ascii(String host, String told) {
    try {
      return IDN.toASCII(host, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      throw bad(told, "its host is no name");
    }
  }

  private static ConfigException bad(String text, String remedy) {
    return new ConfigException("\"%s\" is no origin; %s".formatted(text, remedy));
  }

  boolean isAny() {
    return isAny;
  }

  /** Whether the request's origin is one of these. */
  boolean contains(String origin) {
    if (isAny || exact.contains(origin)) return true;
    if (origin.equals("null")) return false;
    for (Wildcard wildcard : wildcards) {
      if (wildcard.matches(origin)) return true;
    }
    for (Pattern expression : expressions) {
      if (expression.matches(origin)) return true;
    }
    return false;
  }
}
