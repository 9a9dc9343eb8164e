package dev.penstock.plugins.access;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.Methods;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.plugins.rules.Deny;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code csrf}: by what browsers say themselves, without tokens in pages. {@code Sec-Fetch-Site}
 * cannot be set by a page; where it is missing (old browsers, plain http), {@code Origin} is
 * compared with the address that was asked.
 */
final class CsrfFactory implements FilterFactory<CsrfConfig> {
  @Override
  public String name() {
    return "csrf";
  }

  @Override
  public Class<CsrfConfig> configType() {
    return CsrfConfig.class;
  }

  @Override
  public FilterTemplate prepare(CsrfConfig config, PrepareScope scope) {
    return new Template(OriginSet.of(config.trusted()), config.sameSite(), config.requireOrigin());
  }

  private record Template(OriginSet trusted, boolean sameSite, boolean requireOrigin)
      implements FilterTemplate, Filter {
    @Override
    public Set<Phase> phases() {
      return Set.of(Phase.ON_REQUEST);
    }

    @Override
    public Filter create(FilterScope scope) {
      return this;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
      // A WebSocket is opened by GET, and no same-origin policy stands before it.
      boolean isSafe =
          Methods.isSafe(exchange.request().method())
              && !exchange.request().headers().contains(HeaderName.UPGRADE);
      if (isSafe) return Verdict.NEXT;
      String reason = refusal(exchange);
      return reason == null ? Verdict.NEXT : Deny.because("CSRF: " + reason);
    }

    private @Nullable String refusal(Exchange exchange) {
      HeaderMap headers = exchange.request().headers();
      int at = headers.find(HeaderName.ORIGIN);
      if (at >= 0 && headers.find(HeaderName.ORIGIN, at + 1) >= 0) return "two origins";
      String origin = at < 0 ? null : headers.value(at);
      if (origin != null && trusted.contains(origin)) return null;
      String site = headers.joined("sec-fetch-site");
      if (site != null) {
        return switch (site) {
          case "same-origin", "none" -> null;
          case "same-site" -> sameSite ? null : "another host of the same site";
          default -> "another site";
        };
      }
      if (origin != null) {
        return origin.equals(OwnOrigin.of(exchange)) ? null : "another origin";
      }
      return requireOrigin ? "neither Origin nor Sec-Fetch-Site" : null;
    }

    @Override
    public void close() {}
  }
}
