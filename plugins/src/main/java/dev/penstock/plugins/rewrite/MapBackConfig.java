package dev.penstock.plugins.rewrite;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.ConfigException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Addresses in responses, from the upstream's point of view to the client's. */
@Doc(
    "Maps addresses that an upstream sends back (Location, Content-Location, Refresh) to those that clients use, as"
        + " proxy_redirect and ProxyPassReverse do. Stands before filters that change the host.")
public record MapBackConfig(
    @Doc(
            "Hosts, with their port unless it is the usual one, that are replaced by the one the client asked. The endpoint that"
                + " answered is always among them.")
        @Default("[]")
        List<String> hosts,
    @Doc(
            "Beginnings of paths, by whole segments, and what takes their place: what the path rules of the route made of"
                + " /api, back again. Only in addresses of these hosts, and in those without host.")
        @Default("{}")
        Map<String, String> paths,
    @Doc("Beginnings of whole addresses and what takes their place; looked at first.")
        @Default("{}")
        Map<String, String> addresses) {

  public MapBackConfig {
    hosts = List.copyOf(hosts);
    paths = Collections.unmodifiableMap(new LinkedHashMap<>(paths));
    addresses = Collections.unmodifiableMap(new LinkedHashMap<>(addresses));
    for (String host : hosts) {
      if (!host.matches("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?"))
        throw new ConfigException("\"%s\" is no host".formatted(host));
    }
    paths.forEach((from, to) -> {
      if (!from.startsWith("/") || !to.startsWith("/"))
        throw new ConfigException("paths: \"%s: %s\": paths start with \"/\"".formatted(from, to));
      text("paths", to);
    });
    addresses.forEach((from, to) -> {
      if (!from.matches("https?://[^/?#@\\\\]+(/.*)?"))
        throw new ConfigException(
            "addresses: \"%s\" is no address; write http:// or https://, a host, perhaps a path"
                .formatted(from));
      if (!to.startsWith("/") && !to.matches("https?://[^/?#@\\\\]+(/.*)?"))
        throw new ConfigException("addresses: \"%s\" is no address and no path".formatted(to));
      text("addresses", to);
    });
  }

  private static void text(String key, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c <= ' ' || c >= 0x7f)
        throw new ConfigException(
            "%s: U+%04X may not stand in an address; percent-encode it".formatted(key, (int) c));
    }
  }
}
