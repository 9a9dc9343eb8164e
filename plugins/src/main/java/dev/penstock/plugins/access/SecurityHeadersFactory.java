package dev.penstock.plugins.access;

import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import java.util.EnumSet;
import java.util.Set;

/** {@code security-headers}. */
final class SecurityHeadersFactory implements FilterFactory<SecurityHeadersConfig> {
  @Override
  public String name() {
    return "security-headers";
  }

  @Override
  public Class<SecurityHeadersConfig> configType() {
    return SecurityHeadersConfig.class;
  }

  @Override
  public FilterTemplate prepare(SecurityHeadersConfig config, PrepareScope scope) {
    boolean hasNonce = SecurityHeadersFilter.hasNonce(config);
    return new FilterTemplate() {
      @Override
      public Set<Phase> phases() {
        return hasNonce
            ? EnumSet.of(Phase.ON_REQUEST, Phase.ON_RESPONSE)
            : EnumSet.of(Phase.ON_RESPONSE);
      }

      @Override
      public Filter create(FilterScope worker) {
        return new SecurityHeadersFilter(config);
      }
    };
  }
}
