package dev.penstock.plugins.rewrite;

import dev.penstock.engine.spi.BodyAccess;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import java.util.EnumSet;
import java.util.Set;

/** {@code replace-body}. */
final class ReplaceBodyFactory implements FilterFactory<ReplaceBodyConfig> {
  @Override
  public String name() {
    return "replace-body";
  }

  @Override
  public Class<ReplaceBodyConfig> configType() {
    return ReplaceBodyConfig.class;
  }

  @Override
  public FilterTemplate prepare(ReplaceBodyConfig config, PrepareScope scope) {
    return new FilterTemplate() {
      @Override
      public Set<Phase> phases() {
        return EnumSet.of(
            Phase.ON_REQUEST, Phase.ON_UPSTREAM_REQUEST, Phase.ON_RESPONSE, Phase.ON_RESPONSE_BODY);
      }

      @Override
      public BodyAccess responseBody() {
        return BodyAccess.TRANSFORM;
      }

      @Override
      public Filter create(FilterScope worker) {
        return new ReplaceBodyFilter(config);
      }
    };
  }
}
