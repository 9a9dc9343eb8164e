package dev.penstock.plugins.rewrite;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.spi.Endpoint;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.Verdict;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code map-back}. */
final class MapBackFactory implements FilterFactory<MapBackConfig> {
  @Override
  public String name() {
    return "map-back";
  }

  @Override
  public Class<MapBackConfig> configType() {
    return MapBackConfig.class;
  }

  @Override
  public FilterTemplate prepare(MapBackConfig config, PrepareScope scope) {
    return new Template(config);
  }

  private static final class Template implements FilterTemplate, Filter {
    /** The authority as the client asked, before filters change it. */
    private final Exchange.Attribute<String> asked = new Exchange.Attribute<>("asked authority");

    private final Set<String> hosts = new HashSet<>();
    private final Map<String, String> paths;
    private final Map<String, String> addresses;

    Template(MapBackConfig config) {
      for (String host : config.hosts()) hosts.add(host.toLowerCase(Locale.ROOT));
      paths = config.paths();
      addresses = config.addresses();
    }

    @Override
    public Set<Phase> phases() {
      return EnumSet.of(Phase.ON_REQUEST, Phase.ON_RESPONSE);
    }

    @Override
    public Filter create(FilterScope scope) {
      return this;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
      exchange.attribute(asked, exchange.request().authority().toString());
      return Verdict.NEXT;
    }

    @Override
    public Verdict onResponse(Exchange exchange) {
      HeaderMap headers = exchange.response().headers();
      map(exchange, headers, headers.find(HeaderName.LOCATION));
      map(exchange, headers, headers.find(HeaderName.CONTENT_LOCATION));
      refresh(exchange, headers, headers.find("refresh", 0));
      return Verdict.NEXT;
    }

    private void map(Exchange exchange, HeaderMap headers, int at) {
      if (at < 0) return;
      String mapped = mapped(exchange, headers.value(at));
      if (mapped != null) headers.replace(at, mapped);
    }

    /** {@code 5; url=http://…}, quoted or not. */
    private void refresh(Exchange exchange, HeaderMap headers, int at) {
      if (at < 0) return;
      String value = headers.value(at);
      int url = value.toLowerCase(Locale.ROOT).indexOf("url=");
      if (url < 0) return;
      int from = url + 4;
      int to = value.length();
      boolean isQuoted = from < to && (value.charAt(from) == '"' || value.charAt(from) == '\'');
      if (isQuoted) {
        int end = value.indexOf(value.charAt(from), from + 1);
        from++;
        if (end > 0) to = end;
      }
      String mapped = mapped(exchange, value.substring(from, to).strip());
      if (mapped != null)
        headers.replace(at, value.substring(0, from) + mapped + value.substring(to));
    }

    /** The address as the client should see it, or null when it stays. */
    private @Nullable String mapped(Exchange exchange, String address) {
      // Browsers read a backslash as a slash, so it is not where the host ends for everybody.
      if (address.indexOf('\\') >= 0) return null;
      for (var entry : addresses.entrySet()) {
        String swapped = PathPrefix.swap(address, entry.getKey(), entry.getValue());
        if (swapped != null) return absolute(exchange, swapped);
      }
      int authorityAt = authorityAt(address);
      if (authorityAt < 0) return address.startsWith("/") ? path(address) : null;
      int end = authorityAt;
      while (end < address.length() && "/?#".indexOf(address.charAt(end)) < 0) end++;
      String host = address.substring(authorityAt, end).toLowerCase(Locale.ROOT);
      boolean isHttps = address.regionMatches(true, 0, "https:", 0, 6);
      if (!isUpstream(exchange, host, isHttps)) return null;
      String rest = address.substring(end);
      String path = path(rest);
      return absolute(exchange, path == null ? rest : path);
    }

    private @Nullable String path(String path) {
      for (var entry : paths.entrySet()) {
        String swapped = PathPrefix.swap(path, entry.getKey(), entry.getValue());
        if (swapped != null) return swapped;
      }
      return null;
    }

    private String absolute(Exchange exchange, String address) {
      if (!address.isEmpty() && "/?#".indexOf(address.charAt(0)) < 0) return address;
      String authority = exchange.attribute(asked);
      // What a client of HTTP/1.0 asked is not known: a path alone is then right.
      if (authority == null || authority.isEmpty()) return address.isEmpty() ? "/" : address;
      return exchange.scheme() + "://" + authority + address;
    }

    /** Where the host begins, or -1 when there is none. */
    private static int authorityAt(String address) {
      if (address.startsWith("//")) return 2;
      if (address.regionMatches(true, 0, "http://", 0, 7)) return 7;
      if (address.regionMatches(true, 0, "https://", 0, 8)) return 8;
      return -1;
    }

    private boolean isUpstream(Exchange exchange, String authority, boolean isHttps) {
      String usual = isHttps ? ":443" : ":80";
      String host = without(authority, usual);
      if (hosts.contains(authority) || hosts.contains(host)) return true;
      Endpoint endpoint = exchange.endpoint();
      return endpoint != null
          && without(endpoint.name().toLowerCase(Locale.ROOT), usual).equals(host);
    }

    private static String without(String authority, String port) {
      return authority.endsWith(port)
          ? authority.substring(0, authority.length() - port.length())
          : authority;
    }

    @Override
    public void close() {}
  }
}
