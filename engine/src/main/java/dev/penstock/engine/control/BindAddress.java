package dev.penstock.engine.control;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Where to listen: an address of this machine, never a name that DNS decides about.
 *
 * @param host an address literal in its shortest form; {@code 0.0.0.0} and {@code ::} for all
 * @param port 0 lets the system choose
 */
public record BindAddress(String host, int port) {

  public BindAddress {
    if (port < 0 || port > 65535)
      throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
    host = InetAddress.ofLiteral(host).getHostAddress();
  }

  /**
   * Reads {@code 127.0.0.1:8080}, {@code [::1]:8080}, {@code localhost:8080}, {@code *:8080} or
   * {@code :8080}.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  public static BindAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0)
      throw wrong(
          text,
          text.chars().allMatch(Character::isDigit) ? "this is a port alone" : "a port is missing");
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]") && host.indexOf(':') > 0) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw wrong(text, "an IPv6 address stands in brackets");
    }
    if (host.isEmpty() || host.equals("*")) host = "0.0.0.0";
    if (host.equals("localhost")) host = "127.0.0.1";
    int port = port(text, colon + 1);
    try {
      return new BindAddress(host, port);
    } catch (IllegalArgumentException e) {
      throw wrong(text, Names.quote(host) + " is not an IP address");
    }
  }

  private static int port(String text, int from) {
    String digits = text.substring(from);
    boolean isNumber =
        !digits.isEmpty()
            && digits.length() <= 5
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    int port = isNumber ? Integer.parseInt(digits) : -1;
    if (port < 0 || port > 65535) throw wrong(text, "a port is 0 to 65535");
    return port;
  }

  private static IllegalArgumentException wrong(String text, String why) {
    return new IllegalArgumentException(
        Names.quote(text)
            + ": "
            + why
            + "; write \"127.0.0.1:8080\", \"[::1]:8080\" or \"0.0.0.0:8080\"");
  }

  public InetSocketAddress socketAddress() {
    try {
      return new InetSocketAddress(
          InetAddress.getByAddress(InetAddress.ofLiteral(host).getAddress()), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
