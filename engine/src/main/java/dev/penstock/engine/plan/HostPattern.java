package dev.penstock.engine.plan;

import dev.penstock.engine.spi.ConfigException;
import java.net.IDN;
import java.util.Locale;

/**
 * One entry of {@code hosts}: a name, {@code *.} and a name, or {@code *}.
 *
 * <p>As in nginx and Envoy, {@code *.example.com} stands for one or more labels: {@code
 * a.example.com} and {@code a.b.example.com}, but not {@code example.com}.
 *
 * @param name in lower case; without the {@code *.} for a wildcard, empty for any host
 */
record HostPattern(Kind kind, String name) {
  static final HostPattern ANY = new HostPattern(Kind.ANY, "");

  /** Most specific first. */
  enum Kind {
    EXACT,
    WILDCARD,
    ANY
  }

  static HostPattern parse(String text) {
    if (text.equals("*")) return ANY;
    boolean isWildcard = text.startsWith("*.");
    String name = (isWildcard ? text.substring(2) : text).toLowerCase(Locale.ROOT);
    if (name.length() > 1 && name.endsWith(".")) name = name.substring(0, name.length() - 1);
    if (!isWildcard && name.startsWith("[")) {
      if (!name.matches("\\[[0-9a-f:.]+]"))
        throw bad(text, "an IPv6 address stands alone in its brackets: \"[::1]\"");
      return new HostPattern(Kind.EXACT, name);
    }
    if (name.indexOf('*') >= 0) {
      throw bad(text, "a star stands alone, or for the first labels: \"*.example.com\"");
    }
    if (name.indexOf(':') >= 0)
      throw bad(text, "name the host without scheme and port; \"listeners\" chooses the port");
    if (!name.chars().allMatch(c -> c < 0x80))
      throw bad(text, "write it in its ASCII form" + asciiForm(name));
    if (!name.matches("[a-z0-9_-]+(\\.[a-z0-9_-]+)*") || name.length() > 253) {
      throw bad(text, "write \"api.example.com\", \"*.example.com\" or \"*\"");
    }
    return new HostPattern(isWildcard ? Kind.WILDCARD : Kind.EXACT, name);
  }

  private static String asciiForm(String name) {
    try {
      return ", \"" + IDN.toASCII(name) + "\"";
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static ConfigException bad(String text, String remedy) {
    return new ConfigException("\"%s\" is not a host pattern; %s".formatted(text, remedy));
  }

  /** Whether a host in lower case, without port, is meant; slow, for explanations. */
  boolean matches(String host) {
    return switch (kind) {
      case ANY -> true;
      case EXACT -> host.equals(name);
      case WILDCARD -> host.length() > name.length() + 1 && host.endsWith("." + name);
    };
  }

  /** Whether every host that {@code other} takes is taken by this one. */
  boolean covers(HostPattern other) {
    return switch (kind) {
      case ANY -> true;
      case EXACT -> equals(other);
      case WILDCARD -> equals(other) || (other.kind != Kind.ANY && other.name.endsWith("." + name));
    };
  }

  /** Negative when this one is the more specific: exact, then the longest wildcard, then any. */
  int compareSpecificity(HostPattern other) {
    int byKind = kind.compareTo(other.kind);
    if (byKind != 0 || kind != Kind.WILDCARD) return byKind;
    return Integer.compare(other.name.length(), name.length());
  }

  @Override
  public String toString() {
    return switch (kind) {
      case EXACT -> name;
      case WILDCARD -> "*." + name;
      case ANY -> "*";
    };
  }
}
