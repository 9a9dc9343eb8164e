package dev.penstock.plugins.traffic;

import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.plugins.rules.Fields;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code canary}. */
final class CanaryFactory implements FilterFactory<CanaryConfig> {
  @Override
  public String name() {
    return "canary";
  }

  @Override
  public Class<CanaryConfig> configType() {
    return CanaryConfig.class;
  }

  @Override
  public FilterTemplate prepare(CanaryConfig config, PrepareScope scope) {
    if (!scope.upstreams().contains(config.upstream())) {
      throw new ConfigException(
          "there is no upstream \"%s\"; known: %s"
              .formatted(config.upstream(), String.join(", ", scope.upstreams())));
    }
    return new FilterTemplate() {
      @Override
      public Set<Phase> phases() {
        return config.cookie() == null
            ? EnumSet.of(Phase.ON_REQUEST)
            : EnumSet.of(Phase.ON_REQUEST, Phase.ON_RESPONSE);
      }

      @Override
      public Filter create(FilterScope worker) {
        return new Canary(config, worker);
      }
    };
  }

  /** One worker's filter. */
  private static final class Canary implements Filter {
    private static final String CHOSEN = "1";
    private static final String NOT_CHOSEN = "0";

    private final CanaryConfig config;
    private final @Nullable String cookie;
    private final Chance chance;
    private final Exchange.Attribute<String> drawn = new Exchange.Attribute<>("canary");

    Canary(CanaryConfig config, FilterScope scope) {
      this.config = config;
      cookie = config.cookie();
      chance = new Chance(scope.nowNs() ^ System.identityHashCode(this));
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
      if (isChosen(exchange)) {
        exchange.upstream(config.upstream());
        exchange.vars().put("canary", true);
      }
      return Verdict.NEXT;
    }

    private boolean isChosen(Exchange exchange) {
      String header = config.header();
      String wish = header == null ? null : exchange.request().headers().get(header);
      if ("always".equals(wish)) return true;
      if ("never".equals(wish)) return false;
      double percent = config.percent();
      if (percent <= 0 || percent >= 1) return percent >= 1;
      if (cookie != null) {
        String before = Fields.cookie(exchange.request().headers(), cookie);
        if (CHOSEN.equals(before)) return true;
        if (NOT_CHOSEN.equals(before)) return false;
        boolean isChosen = chance.happens(percent);
        exchange.attribute(drawn, isChosen ? CHOSEN : NOT_CHOSEN);
        return isChosen;
      }
      String key = config.key();
      String value = key == null ? null : exchange.request().headers().get(key);
      return value == null ? chance.happens(percent) : Chance.toUnit(hash(value)) < percent;
    }

    /** FNV-1a, mixed: stays the same over restarts and gateways. */
    private static long hash(String text) {
      long hash = 0xcbf29ce484222325L;
      for (int i = 0; i < text.length(); i++) {
        hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
      }
      return Chance.mix(hash);
    }

    @Override
    public Verdict onResponse(Exchange exchange) {
      String choice = exchange.attribute(drawn);
      if (choice == null) return Verdict.NEXT;
      long seconds = config.maxAge().toSeconds();
      exchange
          .response()
          .headers()
          .add(
              HeaderName.SET_COOKIE,
              cookie
                  + "="
                  + choice
                  + "; Path=/; HttpOnly; SameSite=Lax"
                  + (seconds > 0 ? "; Max-Age=" + seconds : "")
                  + (exchange.isSecure() ? "; Secure" : ""));
      return Verdict.NEXT;
    }
  }
}
