package dev.penstock.plugins.limit;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Identity;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.Rewrites;
import dev.penstock.plugins.rules.Fields;
import dev.penstock.plugins.rules.QueryParameter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** By what is counted: who shares a limit. Thread-safe. */
final class LimitKey {
  static final String DOC =
      "By what is counted: client-ip (of IPv6 the network, /64), route, identity, header:NAME, cookie:NAME, query:NAME,"
          + " claim:NAME, or a template such as \"{header.x-app}/{var.plan}\". Several together: each combination by itself.";

  /** What is counted of a request that does not have the key. */
  public enum WithoutKey {
    /** Its address. */
    CLIENT_IP,
    /** Nothing: it passes. */
    PASS,
    /** All such requests together. */
    SHARE
  }

  /** Longer texts are cut: a key is not to be a means to fill our memory. */
  private static final int MAX_CHARS = 512;

  /** One part of a key. */
  private interface Part {
    @Nullable String of(Exchange exchange);
  }

  private final Part[] parts;
  private final WithoutKey without;

  private LimitKey(List<Part> parts, WithoutKey without) {
    this.parts = parts.toArray(Part[]::new);
    this.without = without;
  }

  static LimitKey compile(List<String> texts, WithoutKey without, PrepareScope scope) {
    if (texts.isEmpty()) throw new ConfigException("\"key\" is empty; write client-ip or route");
    List<Part> parts = new ArrayList<>();
    for (String text : texts) parts.add(part(text, scope));
    return new LimitKey(parts, without);
  }

  private static Part part(String text, PrepareScope scope) {
    if (text.indexOf('{') >= 0) {
      Rewrites.Text template = scope.rewrites().text(text);
      return exchange -> orNull(template.render(exchange));
    }
    Part part =
        switch (text) {
          case "client-ip" -> exchange -> addressText(exchange.clientAddress());
          case "route" -> Exchange::route;
          case "identity" -> LimitKey::identityText;
          default -> {
            int colon = text.indexOf(':');
            yield colon < 0 ? null : named(text.substring(0, colon), text.substring(colon + 1));
          }
        };
    if (part != null) return part;
    throw new ConfigException(
        ("key: there is no \"%s\"; known: client-ip, route, identity, header:NAME, cookie:NAME, query:NAME,"
                + " claim:NAME, and templates with {…}")
            .formatted(text));
  }

  private static @Nullable Part named(String kind, String name) {
    if (name.isEmpty()) return null;
    return switch (kind) {
      case "header" ->
          Ascii.isToken(name) ? exchange -> exchange.request().headers().joined(name) : null;
      case "cookie" -> exchange -> Fields.cookie(exchange.request().headers(), name);
      case "query" -> {
        QueryParameter parameter = new QueryParameter(name);
        yield exchange -> {
          List<String> values = parameter.values(exchange.request());
          return values.isEmpty() ? null : String.join(",", values);
        };
      }
      case "claim" -> exchange -> claimText(exchange.identity(), name);
      default -> null;
    };
  }

  /** The key of a request, or null when nothing of it is counted. */
  @Nullable String of(Exchange exchange) {
    if (parts.length == 1) {
      String only = parts[0].of(exchange);
      return only == null ? missing(exchange) : cut(only);
    }
    StringBuilder all = new StringBuilder();
    for (Part part : parts) {
      String text = part.of(exchange);
      if (text == null) return missing(exchange);
      // A tab's neighbour that no field may hold: parts cannot run into each other.
      all.append(cut(text)).append('\u001f');
    }
    return all.toString();
  }

  private @Nullable String missing(Exchange exchange) {
    return switch (without) {
      case CLIENT_IP -> "\u001faddress " + addressText(exchange.clientAddress());
      case PASS -> null;
      case SHARE -> "\u001fshared";
    };
  }

  private static String cut(String text) {
    return text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS);
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  /** With its scheme: the key "anna" is not the user "anna". */
  private static @Nullable String identityText(Exchange exchange) {
    Identity identity = exchange.identity();
    return identity == null ? null : identity.scheme() + ':' + identity.subject();
  }

  private static @Nullable String claimText(@Nullable Identity identity, String name) {
    Object claim = identity == null ? null : identity.claim(name);
    return claim == null ? null : claim.toString();
  }

  /** Q9: who has one address of IPv6 has all of its network. */
  static String addressText(InetAddress address) {
    if (!(address instanceof Inet6Address)) return address.getHostAddress();
    return HexFormat.of().formatHex(address.getAddress(), 0, 8) + "::/64";
  }
}
