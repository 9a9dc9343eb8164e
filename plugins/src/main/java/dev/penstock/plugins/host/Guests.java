package dev.penstock.plugins.host;

import dev.penstock.engine.spi.AccessLogExporter;
import dev.penstock.engine.spi.EndpointDiscovery;
import dev.penstock.engine.spi.FinishedExchange;
import dev.penstock.engine.spi.HealthCheck;
import dev.penstock.engine.spi.MetricsExporter;
import dev.penstock.engine.spi.Offer;
import dev.penstock.engine.spi.ScriptBinding;
import dev.penstock.engine.spi.SecretSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A plugin's offers besides filters and balancers: what they make keeps the plugin loaded. */
final class Guests {
  private Guests() {}

  static <C extends Record, T extends AutoCloseable> Offer<C, T> of(
      Offer<C, T> offer, Plugin plugin) {
    return offer.with((config, scope) ->
        plugin.holding(() -> offer.kind().cast(guest(offer.prepare(config, scope), plugin))));
  }

  private static AutoCloseable guest(AutoCloseable made, Plugin plugin) {
    return switch (made) {
      case EndpointDiscovery discovery -> new Discovery(discovery, plugin);
      case HealthCheck check -> new Checking(check, plugin);
      case AccessLogExporter exporter -> new Exporting(exporter, plugin);
      case MetricsExporter exporter -> new Measuring(exporter, plugin);
      case ScriptBinding binding -> new Binding(binding, plugin);
      case SecretSource source -> new Secrets(source, plugin);
      default -> throw new IllegalArgumentException(made.getClass() + " is of no kind");
    };
  }

  private record Discovery(EndpointDiscovery guest, Plugin plugin) implements EndpointDiscovery {
    @Override
    public void watch(Updates updates) throws Exception {
      plugin.call(() -> {
        guest.watch(updates);
        return plugin;
      });
    }

    @Override
    public Duration interval() {
      return plugin.inside(guest::interval);
    }

    @Override
    public void close() {
      plugin.letGo(guest::close);
    }
  }

  private record Checking(HealthCheck guest, Plugin plugin) implements HealthCheck {
    @Override
    public Result check(Target target) throws Exception {
      return plugin.call(() -> guest.check(target));
    }

    @Override
    public void close() {
      plugin.letGo(guest::close);
    }
  }

  private record Exporting(AccessLogExporter guest, Plugin plugin) implements AccessLogExporter {
    @Override
    public void export(List<FinishedExchange> batch) throws Exception {
      plugin.call(() -> {
        guest.export(batch);
        return plugin;
      });
    }

    @Override
    public void close() {
      plugin.letGo(guest::close);
    }
  }

  private record Measuring(MetricsExporter guest, Plugin plugin) implements MetricsExporter {
    @Override
    public void export(List<Family> families) throws Exception {
      plugin.call(() -> {
        guest.export(families);
        return plugin;
      });
    }

    @Override
    public void close() {
      plugin.letGo(guest::close);
    }
  }

  private record Secrets(SecretSource guest, Plugin plugin) implements SecretSource {
    @Override
    public @Nullable String secret(String key) throws Exception {
      return plugin.<@Nullable String>call(() -> guest.secret(key));
    }

    @Override
    public void close() {
      plugin.letGo(guest::close);
    }
  }

  private record Binding(ScriptBinding guest, Plugin plugin) implements ScriptBinding {
    @Override
    public Map<String, Method> methods() {
      Map<String, Method> all = new LinkedHashMap<>();
      plugin
          .inside(guest::methods)
          .forEach((name, method) ->
              all.put(
                  name,
                  switch (method) {
                    case Inline inline -> (Inline) arguments -> called(inline, arguments);
                    case Blocking blocking -> (Blocking) arguments -> called(blocking, arguments);
                  }));
      return all;
    }

    private @Nullable Object called(Method method, List<@Nullable Object> arguments)
        throws Exception {
      return plugin.<@Nullable Object>call(() -> method.call(arguments));
    }

    @Override
    public void close() {
      plugin.letGo(guest::close);
    }
  }
}
