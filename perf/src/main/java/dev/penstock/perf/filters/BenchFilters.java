package dev.penstock.perf.filters;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.control.ComponentConfig;
import dev.penstock.engine.control.ConfigReader;
import dev.penstock.engine.control.GatewayConfig;
import dev.penstock.engine.control.ReadResult;
import dev.penstock.engine.control.Registries;
import dev.penstock.engine.plan.RouteMatch;
import dev.penstock.engine.plan.RouteRewrites;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.Rewrites;
import dev.penstock.engine.spi.Subrequests;
import dev.penstock.engine.wire.WorkerThread;
import java.nio.file.Path;
import java.util.Set;

/** Makes filters of a line of configuration, as the gateway would. */
final class BenchFilters {
  private BenchFilters() {}

  static Filter make(String filter) {
    return make(filter, Path.of("."), new BenchWorker());
  }

  /**
   * As {@link #make(String)}.
   *
   * @param folder where files are that the filter reads
   * @param worker on which it will run
   */
  static Filter make(String filter, Path folder, WorkerThread worker) {
    Registries registries = Gateway.registries(Gateway.extensionsOnClassPath());
    String yaml =
        """
        listeners: { web: { bind: "127.0.0.1:0" } }
        upstreams: { up: { endpoints: [ "127.0.0.1:1" ] } }
        routes: { all: { filters: [ { %s } ], upstream: up } }
        """
            .formatted(filter);
    ReadResult read = ConfigReader.read(yaml, "bench", Path.of("."), registries);
    GatewayConfig config = read.config();
    if (config == null) throw new IllegalStateException(read.render());
    ComponentConfig chosen = config.routes().values().iterator().next().filters().getFirst();
    FilterFactory<?> factory = registries.findFilter(chosen.name());
    if (factory == null) throw new IllegalStateException(chosen.name());
    return prepare(factory, chosen.settings(), folder, worker);
  }

  @SuppressWarnings("unchecked") // the reader made the settings of the factory's own type
  private static <C extends Record> Filter prepare(
      FilterFactory<C> factory, Record settings, Path folder, WorkerThread worker) {
    return factory.prepare((C) settings, new Prepare(folder)).create(new Home(worker));
  }

  private record Home(WorkerThread worker) implements FilterScope {
    @Override
    public Subrequests subrequests() {
      return (spec, callback) -> {
        throw new UnsupportedOperationException("a bench has no network");
      };
    }

    @Override
    public String route() {
      return "all";
    }
  }

  private record Prepare(Path folder) implements PrepareScope {
    @Override
    public String path() {
      return "bench";
    }

    @Override
    public String owner() {
      return "all";
    }

    @Override
    public Set<String> upstreams() {
      return Set.of("up");
    }

    @Override
    public int workers() {
      return 1;
    }

    @Override
    public Path watch(String file) {
      return folder.resolve(file);
    }

    @Override
    public Rewrites rewrites() {
      return new RouteRewrites(RouteMatch.ANY);
    }

    @Override
    public void warn(String message) {}
  }
}
