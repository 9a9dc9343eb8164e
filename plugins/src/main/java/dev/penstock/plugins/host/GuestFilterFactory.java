package dev.penstock.plugins.host;

import dev.penstock.engine.spi.BodyAccess;
import dev.penstock.engine.spi.Execution;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import java.util.Set;

/** A plugin's factory: what it makes keeps the plugin loaded. */
final class GuestFilterFactory<C extends Record> implements FilterFactory<C> {
  private final FilterFactory<C> guest;
  private final Plugin plugin;

  GuestFilterFactory(FilterFactory<C> guest, Plugin plugin) {
    this.guest = guest;
    this.plugin = plugin;
  }

  @Override
  public String name() {
    return guest.name();
  }

  @Override
  public Class<C> configType() {
    return guest.configType();
  }

  @Override
  public FilterTemplate prepare(C config, PrepareScope scope) {
    return plugin.holding(() -> new Template(guest.prepare(config, scope), plugin));
  }

  private record Template(FilterTemplate guest, Plugin plugin) implements FilterTemplate {
    @Override
    public Set<Phase> phases() {
      return guest.phases();
    }

    @Override
    public Execution execution() {
      return guest.execution();
    }

    @Override
    public BodyAccess requestBody() {
      return guest.requestBody();
    }

    @Override
    public BodyAccess responseBody() {
      return guest.responseBody();
    }

    @Override
    public int maxWholeBodyBytes() {
      return guest.maxWholeBodyBytes();
    }

    @Override
    public boolean failsClosed() {
      return guest.failsClosed();
    }

    @Override
    public Filter create(FilterScope scope) {
      plugin.livesOn(scope);
      return plugin.inside(() -> guest.create(scope));
    }

    @Override
    public void close() {
      plugin.letGo(guest::close);
    }
  }
}
