package dev.penstock.engine.control;

import dev.penstock.engine.control.ConfigCompiler.Failure;
import dev.penstock.engine.observe.Export;
import dev.penstock.engine.observe.LogExport;
import dev.penstock.engine.observe.MetricsExport;
import dev.penstock.engine.observe.OfferMetrics.Tally;
import dev.penstock.engine.spi.AccessLogExporter;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.EndpointDiscovery;
import dev.penstock.engine.spi.HealthCheck;
import dev.penstock.engine.spi.MetricsExporter;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.upstream.HealthCheckRules;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes what a configuration takes of extensions besides filters and balancers. */
final class OfferedParts {
  private final Registries registries;
  private final BiFunction<String, String, PrepareScope> scopes;
  private final Consumer<Failure> failures;

  /**
   * @param scopes by path and owner
   * @param failures takes what could not be made
   */
  OfferedParts(
      Registries registries,
      BiFunction<String, String, PrepareScope> scopes,
      Consumer<Failure> failures) {
    this.registries = registries;
    this.scopes = scopes;
    this.failures = failures;
  }

  /** The exporters under {@code export:}, not started yet; those that could be made. */
  List<Export> exports(GatewayConfig config) {
    List<Export> exports = new ArrayList<>();
    ExportConfig export = config.export();
    for (int i = 0; i < export.accessLog().size(); i++) {
      ComponentConfig chosen = export.accessLog().get(i);
      PrepareScope scope = scopes.apply("export.access-log[" + i + "]", chosen.name());
      Made<AccessLogExporter> made = make(AccessLogExporter.class, chosen, scope);
      if (made != null)
        exports.add(
            new LogExport(
                chosen.name(),
                made.it(),
                export.queue(),
                config.accessLog().clientAddress(),
                made.tally()));
    }
    for (int i = 0; i < export.metrics().size(); i++) {
      ComponentConfig chosen = export.metrics().get(i);
      PrepareScope scope = scopes.apply("export.metrics[" + i + "]", chosen.name());
      Made<MetricsExporter> made = make(MetricsExporter.class, chosen, scope);
      if (made != null)
        exports.add(new MetricsExport(chosen.name(), made.it(), export.interval(), made.tally()));
    }
    return exports;
  }

  /** What {@code discovery.from} of an upstream names; null for nothing, and after a failure. */
  @Nullable EndpointDiscovery discovery(String upstream, @Nullable Object from) {
    if (from == null) return null;
    String path = "upstreams." + upstream + ".discovery.from";
    Made<EndpointDiscovery> found =
        make(EndpointDiscovery.class, from, scopes.apply(path, upstream));
    return found == null ? null : new CountedDiscovery(found.it(), found.tally());
  }

  /** What {@code health-check.by} of an upstream names; null for nothing, and after a failure. */
  @Nullable HealthCheck healthCheck(String upstream, @Nullable HealthCheckRules rules) {
    Object by = rules == null ? null : rules.by();
    if (by == null) return null;
    String path = "upstreams." + upstream + ".health-check.by";
    Made<HealthCheck> check = make(HealthCheck.class, by, scopes.apply(path, upstream));
    return check == null ? null : new CountedHealthCheck(check.it(), check.tally());
  }

  /** Something that an extension offers, and its counts. */
  private record Made<T>(T it, Tally tally) {}

  /** What {@code free} names; null after a failure. */
  private <T extends AutoCloseable> @Nullable Made<T> make(
      Class<T> kind, Object free, PrepareScope scope) {
    try {
      ComponentConfig chosen =
          free instanceof ComponentConfig decoded ? decoded : registries.chosen(kind, free);
      T it = registries.make(kind, chosen, scope);
      return new Made<>(it, registries.metrics().of(Registries.kind(kind), chosen.name()));
    } catch (ConfigException e) {
      failures.accept(new Failure(scope.path(), ConfigCompiler.said(e), e.location()));
    } catch (RuntimeException | LinkageError e) {
      failures.accept(
          new Failure(
              scope.path(), "the " + Registries.kind(kind) + " could not be made: " + e, null));
    }
    return null;
  }
}
