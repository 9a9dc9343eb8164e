package dev.penstock.plugins.access;

import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import java.util.Set;

/** {@code cors}. */
final class CorsFactory implements FilterFactory<CorsConfig> {
  @Override
  public String name() {
    return "cors";
  }

  @Override
  public Class<CorsConfig> configType() {
    return CorsConfig.class;
  }

  @Override
  public FilterTemplate prepare(CorsConfig config, PrepareScope scope) {
    CorsFilter filter = new CorsFilter(config);
    return new FilterTemplate() {
      @Override
      public Set<Phase> phases() {
        return Set.of(Phase.ON_REQUEST, Phase.ON_RESPONSE);
      }

      @Override
      public Filter create(FilterScope worker) {
        return filter;
      }
    };
  }
}
