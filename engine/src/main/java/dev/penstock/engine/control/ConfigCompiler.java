package dev.penstock.engine.control;

import dev.penstock.engine.cache.CachePolicy;
import dev.penstock.engine.cache.CacheRules;
import dev.penstock.engine.cache.ResponseCaches;
import dev.penstock.engine.cache.RouteCache;
import dev.penstock.engine.cache.RouteCacheRules;
import dev.penstock.engine.http.CidrSet;
import dev.penstock.engine.observe.Export;
import dev.penstock.engine.plan.CanonicalPath;
import dev.penstock.engine.plan.FilterGuard;
import dev.penstock.engine.plan.FilterRules;
import dev.penstock.engine.plan.ListenerPolicy;
import dev.penstock.engine.plan.PlannedFilter;
import dev.penstock.engine.plan.Redirect;
import dev.penstock.engine.plan.Rewriter;
import dev.penstock.engine.plan.Route;
import dev.penstock.engine.plan.RouteMatch;
import dev.penstock.engine.plan.RouteRewrites;
import dev.penstock.engine.plan.RouteTable;
import dev.penstock.engine.plan.RouteTarget;
import dev.penstock.engine.plan.Shadow;
import dev.penstock.engine.plan.Snapshot;
import dev.penstock.engine.plan.SplitKey;
import dev.penstock.engine.plan.WeightedChoice;
import dev.penstock.engine.spi.BalancerFactory;
import dev.penstock.engine.spi.BalancerFactory.BalancerTemplate;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.spi.Rewrites;
import dev.penstock.engine.time.SystemClock;
import dev.penstock.engine.tls.TlsServer;
import dev.penstock.engine.upstream.Upstream;
import dev.penstock.engine.upstream.UpstreamParts;
import dev.penstock.engine.upstream.UpstreamRules;
import dev.penstock.engine.upstream.Upstreams;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Turns a configuration into a {@link Snapshot}: templates of filters and balancers, upstreams,
 * route table. Whatever is wrong is collected; then nothing is left open. Touches no worker.
 */
final class ConfigCompiler {
  private static final Logger LOG = LogManager.getLogger(ConfigCompiler.class);

  private final Registries registries;
  private final Upstreams upstreams;
  private final Path folder;
  private final ScriptStore scripts;
  private final TlsCompiler tls;
  private final CanaryMetrics canaries;
  private final ResponseCaches caches;
  private final int workers;

  /** Closed last to first. */
  private final List<AutoCloseable> made = new ArrayList<>();

  private final List<String> warnings = new ArrayList<>();
  private final List<Failure> failures = new ArrayList<>();
  private final Map<String, FilterGuard> guards = new HashMap<>();
  private final List<Export> exports = new ArrayList<>();
  private final Set<Path> watched = new LinkedHashSet<>();

  ConfigCompiler(
      Registries registries,
      Upstreams upstreams,
      Path folder,
      ScriptStore scripts,
      TlsServer.Registry contexts,
      CanaryMetrics canaries,
      ResponseCaches caches,
      int workers) {
    this.canaries = canaries;
    this.caches = caches;
    this.scripts = scripts;
    this.registries = registries;
    this.upstreams = upstreams;
    this.folder = folder;
    this.workers = workers;
    this.tls =
        new TlsCompiler(
            contexts,
            new TlsFiles(
                file -> watch(folder.resolve(file)),
                Instant.ofEpochMilli(SystemClock.INSTANCE.wallMillis())),
            new Findings());
  }

  /**
   * Something that only compiling showed.
   *
   * @param path where in the configuration
   */
  record Failure(String path, String message, @Nullable String location) {}

  /**
   * What compiling gave.
   *
   * @param snapshot null exactly when there are failures
   * @param warnings what works, but perhaps not as intended
   * @param watched files that filters want to be reloaded for
   * @param exports not started yet; they end when others take their place
   * @param adminTls of the admin address; null for none
   * @param close lets go of everything else
   */
  record Compiled(
      @Nullable Snapshot snapshot,
      List<Failure> failures,
      List<String> warnings,
      Set<Path> watched,
      List<Export> exports,
      @Nullable TlsServer adminTls,
      Runnable close) {
    /** It is not put in force. */
    void discard() {
      exports.forEach(Export::close);
      close.run();
    }
  }

  Compiled compile(GatewayConfig config, long version) {
    try {
      made.add(registries.hold());
    } catch (ConfigException e) {
      failures.add(new Failure("", said(e), null));
      return refused();
    }
    config.filterLimits().forEach(this::addGuard);
    Map<String, ListenerPolicy> listeners = policies(config);
    TlsServer adminTls = tls.admin(config.admin());
    Map<String, Upstream> byName = new LinkedHashMap<>();
    OfferedParts offered =
        new OfferedParts(
            registries, (path, owner) -> new Scope(path, owner, config), failures::add);
    exports.addAll(offered.exports(config));
    config.upstreams().forEach((name, rules) -> addUpstream(byName, name, rules, offered, config));
    List<Route> routes = new ArrayList<>();
    List<RouteTable.Rule<Route>> rules = new ArrayList<>();
    config
        .routes()
        .forEach((id, route) -> {
          Route compiled = route(routes.size(), id, route, config);
          if (compiled == null) return;
          routes.add(compiled);
          rules.add(new RouteTable.Rule<>(id, route.match(), route.priority(), compiled));
        });
    if (!failures.isEmpty()) return refused();
    RouteTable<Route> table = RouteTable.compile(rules);
    for (Shadow shadow : table.lint())
      warnings.add("routes." + shadow.route() + ": " + shadow.sentence());
    Snapshot snapshot =
        new Snapshot(
            version,
            routes,
            table,
            new CanonicalPath(config.pathPolicy()),
            byName,
            listeners,
            config.forwarding());
    return new Compiled(snapshot, List.of(), warnings, watched, exports, adminTls, this::closeAll);
  }

  private Compiled refused() {
    closeAll();
    exports.forEach(Export::close);
    return new Compiled(null, List.copyOf(failures), warnings, watched, List.of(), null, () -> {});
  }

  /** One that fails must not keep the others open. */
  private void closeAll() {
    for (AutoCloseable each : made.reversed()) {
      try {
        each.close();
      } catch (Exception | LinkageError e) {
        LOG.warn("{} could not be closed", each, e);
      }
    }
    made.clear();
  }

  // ---- upstreams

  private void addUpstream(
      Map<String, Upstream> byName,
      String name,
      UpstreamRules rules,
      OfferedParts offered,
      GatewayConfig config) {
    String path = "upstreams." + name;
    try {
      ComponentConfig chosen = registries.balancer(rules.balancer());
      BalancerTemplate balancer = balancer(chosen, new Scope(path + ".balancer", name, config));
      UpstreamParts parts =
          new UpstreamParts(
              balancer,
              offered.discovery(name, rules.discovery().from()),
              offered.healthCheck(name, rules.healthCheck()),
              tls.client(name, rules.tls()));
      Upstream upstream = upstreams.prepare(name, rules, parts);
      made.add(upstream);
      byName.put(name, upstream);
    } catch (ConfigException e) {
      failures.add(new Failure(path + ".balancer", said(e), e.location()));
    } catch (RuntimeException | LinkageError e) {
      failures.add(new Failure(path + ".balancer", "the balancer could not be made: " + e, null));
    }
  }

  @SuppressWarnings("unchecked") // the decoder made the settings of the factory's own type
  private <C extends Record> BalancerTemplate balancer(ComponentConfig chosen, PrepareScope scope) {
    BalancerFactory<C> factory = (BalancerFactory<C>) registries.findBalancer(chosen.name());
    if (factory == null)
      throw new ConfigException("there is no balancer \"" + chosen.name() + "\"");
    return factory.prepare((C) chosen.settings(), scope);
  }

  // ---- routes

  private @Nullable Route route(int index, String id, RouteConfig config, GatewayConfig whole) {
    String path = "routes." + id;
    int before = failures.size();
    List<PlannedFilter> filters = new ArrayList<>();
    for (int i = 0; i < config.filters().size(); i++) {
      addFilter(
          filters,
          config.filters().get(i),
          new Scope(path + ".filters[" + i + "]", id, whole, config.match()));
    }
    if (config.answer() != null) {
      addFilter(
          filters,
          config.answer(),
          new Scope(path + "." + config.answer().name(), id, whole, config.match()));
    }
    try {
      Route route =
          new Route(
              index,
              id,
              filters,
              target(id, config),
              Rewriter.compile(config.rewrite(), config.match()),
              mirror(config),
              cache(config.cache(), whole),
              config.access().allow().isEmpty() ? null : CidrSet.of(config.access().allow()),
              config.access().deny().isEmpty() ? null : CidrSet.of(config.access().deny()),
              config.maxBody() == null ? Long.MAX_VALUE : config.maxBody(),
              config.timeouts().total() == null
                  ? Long.MAX_VALUE
                  : config.timeouts().total().toNanos(),
              config.ignoreAbort(),
              config.requireLength());
      return failures.size() == before ? route : null;
    } catch (ConfigException | IllegalArgumentException e) {
      failures.add(new Failure(path, said(e), null));
      return null;
    }
  }

  private void addFilter(List<PlannedFilter> filters, ComponentConfig chosen, Scope scope) {
    try {
      FilterTemplate template = withCanary(filter(chosen, scope), chosen, scope);
      made.add(template);
      filters.add(new PlannedFilter(chosen.name(), template, guard(chosen.name())));
    } catch (ConfigException e) {
      failures.add(new Failure(scope.path(), said(e), e.location()));
    } catch (RuntimeException | LinkageError e) {
      failures.add(new Failure(scope.path(), "the filter could not be made: " + e, null));
    }
  }

  /** Where the filter has named a script with a canary: the same once more, with that version. */
  private FilterTemplate withCanary(FilterTemplate stable, ComponentConfig chosen, Scope scope) {
    String name = scope.script;
    ScriptConfig script = name == null ? null : scope.named.get(name);
    ScriptConfig.Canary canary = script == null ? null : script.canary();
    if (name == null || script == null || canary == null) return stable;
    try {
      FilterTemplate next = filter(chosen, scope.ofCanary(name, canary));
      String before = script.version() == null ? script.file() : script.version();
      return new CanaryTemplate(stable, next, canary, canaries.of(name, before, canary.version()));
    } catch (RuntimeException | LinkageError e) {
      stable.close();
      throw e;
    }
  }

  @SuppressWarnings("unchecked") // the decoder made the settings of the factory's own type
  private <C extends Record> FilterTemplate filter(ComponentConfig chosen, PrepareScope scope) {
    FilterFactory<C> factory = (FilterFactory<C>) registries.findFilter(chosen.name());
    if (factory == null) throw new ConfigException("there is no filter \"" + chosen.name() + "\"");
    return factory.prepare((C) chosen.settings(), scope);
  }

  private RouteTarget target(String id, RouteConfig config) {
    if (config.upstream() != null) return new RouteTarget.ToUpstream(config.upstream());
    if (config.split() != null) return split(id, config.split());
    if (config.respond() != null) {
      RespondConfig answer = config.respond();
      return new RouteTarget.Respond(() -> response(answer));
    }
    if (config.redirect() != null) {
      return new RouteTarget.Redirect(Redirect.compile(config.redirect(), config.match()));
    }
    if (config.files() != null) return new RouteTarget.Files(config.files().site(folder));
    return new RouteTarget.Filtered();
  }

  private static RouteTarget split(String id, RouteConfig.Split split) {
    List<WeightedChoice.Choice<String>> choices = new ArrayList<>();
    for (RouteConfig.Part part : split.between()) {
      choices.add(new WeightedChoice.Choice<>(part.upstream(), part.weight(), part.upstream()));
    }
    SplitKey key = split.key() == null ? SplitKey.RANDOM : SplitKey.parse(split.key());
    return new RouteTarget.Split(WeightedChoice.of(id, choices), key);
  }

  private static Response response(RespondConfig config) {
    Response response = new Response(config.status());
    boolean hasType =
        config.headers().keySet().stream().anyMatch(n -> n.equalsIgnoreCase("content-type"));
    if (!config.body().isEmpty() && !hasType)
      response.header("Content-Type", "text/plain; charset=utf-8");
    config
        .headers()
        .forEach((name, values) -> values.forEach(value -> response.header(name, value)));
    return response.body(config.body().getBytes(StandardCharsets.UTF_8));
  }

  private static Route.@Nullable Mirror mirror(RouteConfig config) {
    RouteConfig.Mirror mirror = config.mirror();
    return mirror == null
        ? null
        : new Route.Mirror(mirror.upstream(), mirror.percent(), Math.toIntExact(mirror.maxBody()));
  }

  private @Nullable RouteCache cache(@Nullable RouteCacheRules rules, GatewayConfig whole) {
    if (rules == null || !rules.enabled()) return null;
    CacheRules store = whole.caches().getOrDefault(rules.in(), CacheRules.DEFAULTS);
    ResponseCaches.Lease lease = caches.hold(rules.in(), store);
    made.add(lease);
    return new RouteCache(new CachePolicy(rules), lease.cache());
  }

  private void addGuard(String filter, FilterRules rules) {
    if (registries.findFilter(filter) == null)
      failures.add(
          new Failure(
              "filter-limits." + filter, "there is no filter " + Names.quote(filter), null));
    guards.put(filter, new FilterGuard(rules));
  }

  private FilterGuard guard(String filter) {
    return guards.computeIfAbsent(filter, name -> new FilterGuard(FilterRules.DEFAULTS));
  }

  // ---- listeners

  private Map<String, ListenerPolicy> policies(GatewayConfig config) {
    Map<String, ListenerPolicy> policies = new LinkedHashMap<>();
    config
        .listeners()
        .forEach((name, listener) ->
            policies.put(name, listener.policy(name, tls.server(name, listener))));
    return policies;
  }

  /** Asks to be reloaded when {@code file} changes; the same file, resolved and normalised. */
  private Path watch(Path file) {
    Path resolved = file.toAbsolutePath().normalize();
    watched.add(resolved);
    return resolved;
  }

  /** Takes what is wrong with certificates. */
  private final class Findings implements TlsCompiler.Sink {
    @Override
    public void fail(String path, String message) {
      failures.add(new Failure(path, message, null));
    }

    @Override
    public void warn(String path, String message) {
      warnings.add(path + ": " + message);
    }
  }

  static String said(Throwable e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  /** What a factory is told while it prepares. */
  private final class Scope implements PrepareScope {
    private final String path;
    private final String owner;
    private final Set<String> upstreamNames;
    private final Map<String, ScriptConfig> named;

    /** The script that the filter has asked for by its name; null before that. */
    private @Nullable String script;

    private final @Nullable RouteMatch match;

    Scope(String path, String owner, GatewayConfig config) {
      this(path, owner, config, null);
    }

    Scope(String path, String owner, GatewayConfig config, @Nullable RouteMatch match) {
      this(path, owner, Set.copyOf(config.upstreams().keySet()), config.scripts(), match);
    }

    private Scope(
        String path,
        String owner,
        Set<String> upstreamNames,
        Map<String, ScriptConfig> named,
        @Nullable RouteMatch match) {
      this.path = path;
      this.owner = owner;
      this.upstreamNames = upstreamNames;
      this.named = named;
      this.match = match;
    }

    @Override
    public Path folder() {
      return folder;
    }

    @Override
    public String path() {
      return path;
    }

    @Override
    public String owner() {
      return owner;
    }

    @Override
    public Set<String> upstreams() {
      return upstreamNames;
    }

    @Override
    public int workers() {
      return workers;
    }

    @Override
    public <T extends AutoCloseable> T offered(Class<T> kind, String key, Object chosen) {
      Scope below = new Scope(path + "." + key, owner, upstreamNames, named, match);
      return registries.offered(kind, chosen, below);
    }

    @Override
    public Path watch(String file) {
      return ConfigCompiler.this.watch(resolve(file));
    }

    /** The same place, where that script means its canary. */
    Scope ofCanary(String name, ScriptConfig.Canary canary) {
      Map<String, ScriptConfig> others = new LinkedHashMap<>(named);
      others.put(name, new ScriptConfig(null, canary.version(), null));
      return new Scope(path, owner, upstreamNames, others, match);
    }

    private Path resolve(String file) {
      if (!file.startsWith("@")) return folder.resolve(file);
      String name = file.substring(1);
      this.script = name;
      ScriptConfig script = named.get(name);
      if (script == null)
        throw new ConfigException(
            "there is no script \"" + name + "\"; known: " + Names.list(named.keySet()));
      String version = script.version();
      if (version != null) return scripts.find(name, version);
      return folder.resolve(String.valueOf(script.file()));
    }

    @Override
    public Rewrites rewrites() {
      RouteMatch of = match;
      if (of == null) throw new UnsupportedOperationException("there is no route here");
      return new RouteRewrites(of);
    }

    @Override
    public void warn(String message) {
      warnings.add(path + ": " + message);
    }
  }
}
