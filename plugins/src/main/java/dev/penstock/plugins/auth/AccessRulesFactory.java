package dev.penstock.plugins.auth;

import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.plugins.rules.Deny;
import java.util.List;
import java.util.Set;

/** {@code access-rules}. */
final class AccessRulesFactory implements FilterFactory<AccessRulesConfig> {
  @Override
  public String name() {
    return "access-rules";
  }

  @Override
  public Class<AccessRulesConfig> configType() {
    return AccessRulesConfig.class;
  }

  @Override
  public FilterTemplate prepare(AccessRulesConfig config, PrepareScope scope) {
    return new Template(
        config.rules().stream().map(AccessRule::new).toList(),
        config.otherwise() == AccessRulesConfig.Decision.ALLOW);
  }

  private record Template(List<AccessRule> rules, boolean allowsOthers)
      implements FilterTemplate, Filter {
    @Override
    public Set<Phase> phases() {
      return Set.of(Phase.ON_REQUEST);
    }

    /** Has no state: all workers may share it. */
    @Override
    public Filter create(FilterScope scope) {
      return this;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
      for (AccessRule rule : rules) {
        if (!rule.holdsFor(exchange)) continue;
        String name = rule.name();
        if (name != null) exchange.vars().put("access-rules.rule", name);
        return rule.allows() ? Verdict.NEXT : Deny.because("a rule denies it");
      }
      return allowsOthers ? Verdict.NEXT : Deny.because("no rule allows it");
    }

    @Override
    public void close() {}
  }
}
