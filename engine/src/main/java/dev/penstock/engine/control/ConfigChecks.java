package dev.penstock.engine.control;

import dev.penstock.engine.cache.CacheRules;
import dev.penstock.engine.cache.ResponseCaches;
import dev.penstock.engine.cache.RouteCacheRules;
import dev.penstock.engine.upstream.UpstreamRules;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What must hold between parts of a configuration that are each right by themselves. */
record ConfigChecks(
    Map<String, ListenerConfig> listeners,
    Map<String, UpstreamRules> upstreams,
    Map<String, CacheRules> caches,
    Map<String, RouteConfig> routes,
    @Nullable AdminConfig admin) {

  /** Hears what is wrong. */
  interface Sink {
    void report(ConfigPath path, String message, String remedy);
  }

  private static final ConfigPath LISTENERS = ConfigPath.ROOT.key("listeners");
  private static final ConfigPath UPSTREAMS = ConfigPath.ROOT.key("upstreams");
  private static final ConfigPath CACHES = ConfigPath.ROOT.key("caches");
  private static final ConfigPath ROUTES = ConfigPath.ROOT.key("routes");

  /**
   * Reports all that is wrong.
   *
   * @param upstreamNames also of upstreams that are themselves wrong, so that no second problem
   *     follows from that
   * @param listenerNames likewise
   */
  void run(Collection<String> upstreamNames, Collection<String> listenerNames, Sink sink) {
    if (listenerNames.isEmpty())
      sink.report(LISTENERS, "there is no listener", "add one: web: { bind: \"0.0.0.0:8080\" }");
    checkNames(LISTENERS, listenerNames, sink);
    checkNames(UPSTREAMS, upstreamNames, sink);
    checkNames(CACHES, caches.keySet(), sink);
    checkNames(ROUTES, routes.keySet(), sink);
    checkBinds(sink);
    routes.forEach((name, route) -> {
      checkRoute(ROUTES.key(name), route, upstreamNames, listenerNames, sink);
      checkCache(ROUTES.key(name).key("cache").key("in"), route.cache(), sink);
    });
  }

  private void checkCache(ConfigPath path, @Nullable RouteCacheRules cache, Sink sink) {
    if (cache == null || caches.containsKey(cache.in())) return;
    if (!cache.in().equals(ResponseCaches.DEFAULT))
      sink.report(
          path,
          "there is no cache " + Names.quote(cache.in()),
          caches.isEmpty() ? "add it under caches:" : Names.remedy(cache.in(), caches.keySet()));
  }

  /** Names stand in URLs of the admin API, in metrics and in log lines. */
  private static void checkNames(ConfigPath path, Collection<String> names, Sink sink) {
    for (String name : names) {
      boolean isFine = !name.isEmpty() && name.length() <= 128;
      for (int i = 0; i < name.length(); i++) {
        char c = name.charAt(i);
        isFine &= c > ' ' && c < 0x7f && "/\\\"'<>{}[]?#%".indexOf(c) < 0;
      }
      if (!isFine)
        sink.report(
            path.key(name),
            "a name cannot be " + Names.quote(name),
            "use up to 128 letters, digits, '-', '_', '.' and ':'");
    }
  }

  private void checkBinds(Sink sink) {
    Map<BindAddress, ConfigPath> taken = new HashMap<>();
    listeners.forEach(
        (name, listener) -> checkBind(listener.bind(), LISTENERS.key(name), taken, sink));
    if (admin != null) checkBind(admin.bind(), ConfigPath.ROOT.key("admin"), taken, sink);
  }

  private static void checkBind(
      BindAddress bind, ConfigPath path, Map<BindAddress, ConfigPath> taken, Sink sink) {
    if (bind.port() == 0) return;
    ConfigPath before = taken.putIfAbsent(bind, path);
    if (before != null)
      sink.report(
          path.key("bind"), bind + " is taken by " + before, "choose another address or port");
  }

  private static void checkRoute(
      ConfigPath path,
      RouteConfig route,
      Collection<String> upstreams,
      Collection<String> listeners,
      Sink sink) {
    if (route.upstream() != null)
      checkUpstream(path.key("upstream"), route.upstream(), upstreams, sink);
    RouteConfig.Split split = route.split();
    if (split != null) {
      ConfigPath parts = path.key("split");
      for (int i = 0; i < split.between().size(); i++) {
        checkUpstream(
            parts.index(i).key("upstream"), split.between().get(i).upstream(), upstreams, sink);
      }
    }
    if (route.mirror() != null)
      checkUpstream(path.key("mirror").key("upstream"), route.mirror().upstream(), upstreams, sink);
    for (int i = 0; i < route.match().listeners().size(); i++) {
      String name = route.match().listeners().get(i);
      if (!listeners.contains(name)) {
        sink.report(
            path.key("match").key("listeners").index(i),
            "there is no listener " + Names.quote(name),
            Names.remedy(name, listeners));
      }
    }
  }

  private static void checkUpstream(
      ConfigPath path, String name, Collection<String> known, Sink sink) {
    if (!known.contains(name))
      sink.report(
          path,
          "there is no upstream " + Names.quote(name),
          known.isEmpty() ? "add it under upstreams:" : Names.remedy(name, known));
  }

  /** Reports what works, but probably not as intended. */
  void warnings(Sink sink) {
    Set<String> used = new HashSet<>();
    boolean hasAnswering = false;
    for (RouteConfig route : routes.values()) {
      if (route.upstream() != null) used.add(route.upstream());
      if (route.split() != null)
        for (RouteConfig.Part part : route.split().between()) used.add(part.upstream());
      if (route.mirror() != null) used.add(route.mirror().upstream());
      // A filter may choose any upstream by name.
      hasAnswering |= route.answer() != null || !route.filters().isEmpty();
    }
    if (!hasAnswering) {
      for (String name : upstreams.keySet()) {
        if (!used.contains(name))
          sink.report(
              UPSTREAMS.key(name),
              "no route uses this upstream",
              "it is checked and resolved all the same; remove it, or name it in a route");
      }
    }
    if (routes.isEmpty())
      sink.report(
          ConfigPath.ROOT, "there is no route: every request is answered with 404", "add routes:");
    if (admin != null
        && !admin.bind().socketAddress().getAddress().isLoopbackAddress()
        && !knowsClients(admin.tls())) {
      sink.report(
          ConfigPath.ROOT.key("admin").key("bind"),
          "whoever reaches "
              + admin.bind()
              + " can watch this gateway"
              + (admin.tls() == null ? ", and tokens go there unencrypted" : ""),
          admin.tls() == null
              ? "bind it to 127.0.0.1, or give it tls: and put a firewall before it"
              : "bind it to 127.0.0.1, put a firewall before it, or let tls.client-certificates require one");
    }
  }

  private static boolean knowsClients(@Nullable TlsConfig tls) {
    return tls != null
        && tls.clientCertificates() != null
        && tls.clientCertificates().demand() == TlsConfig.ClientCertificates.Demand.REQUIRE;
  }
}
