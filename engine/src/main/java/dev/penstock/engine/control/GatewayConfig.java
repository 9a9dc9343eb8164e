package dev.penstock.engine.control;

import dev.penstock.engine.cache.CacheRules;
import dev.penstock.engine.observe.AccessLogRules;
import dev.penstock.engine.plan.FilterRules;
import dev.penstock.engine.plan.ForwardingRules;
import dev.penstock.engine.plan.PathRules;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Offered;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.SecretSource;
import dev.penstock.engine.upstream.UpstreamRules;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All that a gateway is told. Maps keep the order of the document. */
@Doc("Configuration of a Penstock gateway.")
public record GatewayConfig(
    @Doc("Where clients are served, by name.") Map<String, ListenerConfig> listeners,
    @Doc("Sets of servers behind the gateway, by name.") @Default("{}")
        Map<String, UpstreamRules> upstreams,
    @Doc(
            "Caches that routes share, by name. The one named default is there without being"
                + " written.")
        @Default("{}")
        Map<String, CacheRules> caches,
    @Doc("What happens to requests, by name.") @Default("{}") Map<String, RouteConfig> routes,
    @Doc("Scripts that routes use as script: \"@name\", by name.") @Default("{}")
        Map<String, ScriptConfig> scripts,
    @Doc(
            "What is done with paths that can be read in two ways, before anything else looks at them.")
        @Default("{}")
        PathRules pathPolicy,
    @Doc("What endpoints are told about the client, and the client about the gateway.")
        @Default("{}")
        ForwardingRules forwarding,
    @Doc("How far kinds of filters are trusted, by the names that routes use.") @Default("{}")
        Map<String, FilterRules> filterLimits,
    @Doc("What is asked of plugins, the JARs in plugins/ beside this file.") @Default("{}")
        PluginsConfig plugins,
    @Doc(
            "Where secrets are kept, by the name that ${NAME:key} gives: a plugin's name, or one key"
                + " with its settings, as in { vault: { acme-vault: { address: ... } } }. Asked when"
                + " the configuration is read.")
        @Default("{}")
        @Offered(SecretSource.class)
        Map<String, ComponentConfig> secrets,
    @Doc("One entry for each exchange.") @Default("{}") AccessLogRules accessLog,
    @Doc("Where plugins send exchanges and metrics.") @Default("{}") ExportConfig export,
    @Doc("Metrics, probes and the admin API; without it, none.") @Nullable AdminConfig admin,
    @Doc("The threads that move traffic.") @Default("{}") WorkersConfig workers,
    @Doc("How the gateway stops.") @Default("{}") ShutdownConfig shutdown) {

  /**
   * @throws ConfigException when names or addresses do not fit together; a reader reports them one
   *     by one instead
   */
  public GatewayConfig {
    listeners = Collections.unmodifiableMap(new LinkedHashMap<>(listeners));
    upstreams = Collections.unmodifiableMap(new LinkedHashMap<>(upstreams));
    caches = Collections.unmodifiableMap(new LinkedHashMap<>(caches));
    filterLimits = Map.copyOf(filterLimits);
    routes = Collections.unmodifiableMap(new LinkedHashMap<>(routes));
    secrets = Map.copyOf(secrets);
    scripts = Collections.unmodifiableMap(new LinkedHashMap<>(scripts));
    for (String name : secrets.keySet()) {
      if (!SecretSources.isName(name))
        throw new ConfigException(
            "secrets: a source cannot be named "
                + Names.quote(name)
                + "; use a letter, then letters, digits, '-' and '_', and not \"file\"");
    }
    new ConfigChecks(listeners, upstreams, caches, routes, admin)
        .run(
            upstreams.keySet(),
            listeners.keySet(),
            (path, message, remedy) -> {
              throw new ConfigException(
                  path + ": " + message + (remedy.isEmpty() ? "" : "; " + remedy));
            });
  }

  /** The same with these routes alone, behind the listeners of {@code front} and on its workers. */
  public GatewayConfig behind(GatewayConfig front, Map<String, RouteConfig> alone) {
    return new GatewayConfig(
        front.listeners,
        upstreams,
        caches,
        alone,
        scripts,
        pathPolicy,
        forwarding,
        filterLimits,
        plugins,
        secrets,
        accessLog,
        export,
        null,
        front.workers,
        front.shutdown);
  }
}
