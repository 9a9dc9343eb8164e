package dev.penstock.scripting.web;

import java.util.ArrayList;
import java.util.List;
import org.graalvm.polyglot.HostAccess;
import org.jspecify.annotations.Nullable;

/**
 * A URL and the accessors of the JavaScript class on it (URL §4, §6.1). Public because the guest
 * calls it; it sees the exported methods only.
 */
public final class UrlRecord {
  String scheme = "";
  String username = "";
  String password = "";
  // Serialised; null for none, empty for the empty host.
  @Nullable String host;
  int port = -1;
  List<String> path = new ArrayList<>();
  @Nullable String opaquePath;
  @Nullable String query;
  @Nullable String fragment;

  UrlRecord() {}

  /** Parses {@code text}, relative to {@code base} if that is given; null when it is no URL. */
  public static @Nullable UrlRecord parse(String text, @Nullable UrlRecord base) {
    return UrlParser.parse(text, base);
  }

  @HostAccess.Export
  public void become(UrlRecord other) {
    scheme = other.scheme;
    username = other.username;
    password = other.password;
    host = other.host;
    port = other.port;
    path = new ArrayList<>(other.path);
    opaquePath = other.opaquePath;
    query = other.query;
    fragment = other.fragment;
  }

  boolean isSpecial() {
    return isSpecial(scheme);
  }

  static boolean isSpecial(String scheme) {
    return switch (scheme) {
      case "http", "https", "ws", "wss", "ftp", "file" -> true;
      default -> false;
    };
  }

  static int defaultPort(String scheme) {
    return switch (scheme) {
      case "http", "ws" -> 80;
      case "https", "wss" -> 443;
      case "ftp" -> 21;
      default -> -1;
    };
  }

  @HostAccess.Export
  public boolean hasCredentials() {
    return !username.isEmpty() || !password.isEmpty();
  }

  private boolean cannotHaveCredentials() {
    return host == null || host.isEmpty() || scheme.equals("file");
  }

  @HostAccess.Export
  public String href() {
    return write(true);
  }

  /** Without the fragment, as it goes to a server. */
  @HostAccess.Export
  public String hrefWithoutFragment() {
    return write(false);
  }

  private String write(boolean withFragment) {
    StringBuilder out = new StringBuilder(64).append(scheme).append(':');
    if (host != null) {
      out.append("//");
      if (hasCredentials()) {
        out.append(username);
        if (!password.isEmpty()) out.append(':').append(password);
        out.append('@');
      }
      out.append(host);
      if (port >= 0) out.append(':').append(port);
    } else if (opaquePath == null && path.size() > 1 && path.get(0).isEmpty()) {
      out.append("/.");
    }
    appendPath(out);
    if (query != null) out.append('?').append(query);
    if (withFragment && fragment != null) out.append('#').append(fragment);
    return out.toString();
  }

  private void appendPath(StringBuilder out) {
    if (opaquePath != null) {
      out.append(opaquePath);
      return;
    }
    for (int i = 0; i < path.size(); i++) out.append('/').append(path.get(i));
  }

  @HostAccess.Export
  public String origin() {
    switch (scheme) {
      case "blob" -> {
        UrlRecord inner = opaquePath == null ? null : UrlParser.parse(opaquePath, null);
        boolean isWeb =
            inner != null && (inner.scheme.equals("http") || inner.scheme.equals("https"));
        return inner != null && isWeb ? inner.origin() : "null";
      }
      case "http", "https", "ws", "wss", "ftp" -> {
        return scheme + "://" + host();
      }
      default -> {
        return "null";
      }
    }
  }

  @HostAccess.Export
  public String protocol() {
    return scheme + ":";
  }

  @HostAccess.Export
  public void setProtocol(String v) {
    UrlParser.parseInto(v + ":", this, UrlParser.State.SCHEME_START);
  }

  @HostAccess.Export
  public String username() {
    return username;
  }

  @HostAccess.Export
  public void setUsername(String v) {
    if (!cannotHaveCredentials()) username = PercentSet.USERINFO.encode(v);
  }

  @HostAccess.Export
  public String password() {
    return password;
  }

  @HostAccess.Export
  public void setPassword(String v) {
    if (!cannotHaveCredentials()) password = PercentSet.USERINFO.encode(v);
  }

  @HostAccess.Export
  public String host() {
    if (host == null) return "";
    return port < 0 ? host : host + ":" + port;
  }

  @HostAccess.Export
  public void setHost(String v) {
    if (opaquePath == null) UrlParser.parseInto(v, this, UrlParser.State.HOST);
  }

  @HostAccess.Export
  public String hostname() {
    return host == null ? "" : host;
  }

  @HostAccess.Export
  public void setHostname(String v) {
    if (opaquePath == null) UrlParser.parseInto(v, this, UrlParser.State.HOSTNAME);
  }

  @HostAccess.Export
  public String port() {
    return port < 0 ? "" : Integer.toString(port);
  }

  @HostAccess.Export
  public void setPort(String v) {
    if (cannotHaveCredentials()) return;
    if (v.isEmpty()) port = -1;
    else UrlParser.parseInto(v, this, UrlParser.State.PORT);
  }

  @HostAccess.Export
  public String pathname() {
    StringBuilder out = new StringBuilder();
    appendPath(out);
    return out.toString();
  }

  @HostAccess.Export
  public void setPathname(String v) {
    if (opaquePath != null) return;
    path.clear();
    UrlParser.parseInto(v, this, UrlParser.State.PATH_START);
  }

  @HostAccess.Export
  public String search() {
    return query == null || query.isEmpty() ? "" : "?" + query;
  }

  @HostAccess.Export
  public void setSearch(String v) {
    if (v.isEmpty()) {
      query = null;
      return;
    }
    query = "";
    UrlParser.parseInto(v.charAt(0) == '?' ? v.substring(1) : v, this, UrlParser.State.QUERY);
  }

  @HostAccess.Export
  public @Nullable String query() {
    return query;
  }

  @HostAccess.Export
  public void setQuery(@Nullable String v) {
    query = v;
  }

  @HostAccess.Export
  public String hash() {
    return fragment == null || fragment.isEmpty() ? "" : "#" + fragment;
  }

  @HostAccess.Export
  public void setHash(String v) {
    if (v.isEmpty()) {
      fragment = null;
      return;
    }
    fragment = "";
    UrlParser.parseInto(v.charAt(0) == '#' ? v.substring(1) : v, this, UrlParser.State.FRAGMENT);
  }
}
