package dev.penstock.plugins.auth;

import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.Rewrites;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code external-auth} (A11). */
final class ExternalAuthFactory implements FilterFactory<ExternalAuthConfig> {
  @Override
  public String name() {
    return "external-auth";
  }

  @Override
  public Class<ExternalAuthConfig> configType() {
    return ExternalAuthConfig.class;
  }

  @Override
  public FilterTemplate prepare(ExternalAuthConfig config, PrepareScope scope) {
    if (!scope.upstreams().contains(config.upstream()))
      throw new ConfigException("upstream: there is no \"%s\"".formatted(config.upstream()));
    Rewrites rewrites = scope.rewrites();
    ExternalAuth.Question question =
        new ExternalAuth.Question(
            config,
            rewrites.address(config.path()),
            rewrites.text(config.cacheKey()),
            rewrites.headers(List.of(), config.add(), Map.of(), Map.of()));
    return new FilterTemplate() {
      @Override
      public Set<Phase> phases() {
        return config.toClient().isEmpty()
            ? EnumSet.of(Phase.ON_REQUEST)
            : EnumSet.of(Phase.ON_REQUEST, Phase.ON_RESPONSE);
      }

      @Override
      public Filter create(FilterScope worker) {
        return new ExternalAuth(question, worker);
      }
    };
  }
}
