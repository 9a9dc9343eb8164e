package dev.penstock.engine.upstream;

import dev.penstock.engine.bytes.Ascii;
import java.net.InetAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is, not yet resolved.
 *
 * @param host a name in lower case, or an address literal without brackets
 * @param port 1 to 65535
 */
public record HostPort(String host, int port) {

  /**
   * Reads {@code host:port}, {@code 10.0.0.1:80} or {@code [::1]:80}.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  public static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) throw wrong(text, "a port is missing");
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
      if (host.indexOf(':') < 0) throw wrong(text, "only IPv6 addresses stand in brackets");
    } else if (host.indexOf(':') >= 0) {
      throw wrong(text, "an IPv6 address stands in brackets");
    }
    HostPort parsed = new HostPort(host.toLowerCase(Locale.ROOT), port(text, colon + 1));
    if (parsed.literal() == null) checkName(text, parsed.host);
    return parsed;
  }

  /** The address when the host is a literal; null when it is a name and needs a resolver. */
  public @Nullable InetAddress literal() {
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** As it stands in a Host field. */
  public String authority() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  private static int port(String text, int from) {
    int port = 0;
    for (int i = from; i < text.length(); i++) {
      if (!Ascii.isDigit(text.charAt(i)) || port > 65535)
        throw wrong(text, "the port is no number");
      port = port * 10 + text.charAt(i) - '0';
    }
    if (port < 1 || port > 65535) throw wrong(text, "a port is 1 to 65535");
    return port;
  }

  private static void checkName(String text, String host) {
    if (host.length() > 253) throw wrong(text, "the host is too long");
    // Digits and dots that are no address would be read as one by some resolvers ("127.1").
    boolean hasLetter = false;
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      boolean isLetter = (c >= 'a' && c <= 'z') || c == '_' || c == '-';
      hasLetter |= isLetter;
      if (!isLetter && !Ascii.isDigit(c) && c != '.') throw wrong(text, "the host is no name");
    }
    if (!hasLetter || host.startsWith(".") || host.contains("..")) {
      throw wrong(text, "the host is neither an address nor a name");
    }
  }

  private static IllegalArgumentException wrong(String text, String why) {
    return new IllegalArgumentException(
        "\"%s\": %s; write it as host:port or [v6]:port".formatted(text, why));
  }
}
