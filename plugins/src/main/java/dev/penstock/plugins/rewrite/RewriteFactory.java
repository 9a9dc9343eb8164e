package dev.penstock.plugins.rewrite;

import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.Authority;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Rewrites;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.plugins.rules.When;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code rewrite}: the rules of a route as a filter. */
final class RewriteFactory implements FilterFactory<RewriteConfig> {
  @Override
  public String name() {
    return "rewrite";
  }

  @Override
  public Class<RewriteConfig> configType() {
    return RewriteConfig.class;
  }

  @Override
  public FilterTemplate prepare(RewriteConfig config, PrepareScope scope) {
    return new Template(config, scope.rewrites());
  }

  private static final class Template implements FilterTemplate, Filter {

    private final When.@Nullable Condition when;
    private final Rewrites.@Nullable PathEdits path;
    private final @Nullable QueryEdits query;
    private final Rewrites.@Nullable Text host;
    private final @Nullable FieldEdits request;
    private final @Nullable FieldEdits response;
    private final Exchange.Attribute<Boolean> skipped = new Exchange.Attribute<>("skipped");

    Template(RewriteConfig config, Rewrites rewrites) {
      when = config.when().compile();
      RewriteConfig.Path change = config.path();
      path =
          change == null
              ? null
              : rewrites.path(
                  change.template(), change.stripPrefix(), change.replace(), change.addPrefix());
      query = QueryEdits.compile(config.query(), rewrites);
      host = config.host().isEmpty() ? null : rewrites.text(config.host());
      request = FieldEdits.compile(config.requestHeaders(), rewrites);
      response = FieldEdits.compile(config.responseHeaders(), rewrites);
    }

    @Override
    public Set<Phase> phases() {
      if (response == null) return EnumSet.of(Phase.ON_REQUEST);
      // The condition is asked before the request is changed, by this filter or another.
      boolean changesRequest = path != null || query != null || host != null || request != null;
      return changesRequest || when != null
          ? EnumSet.of(Phase.ON_REQUEST, Phase.ON_RESPONSE)
          : EnumSet.of(Phase.ON_RESPONSE);
    }

    @Override
    public Filter create(FilterScope scope) {
      return this;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
      if (when != null && !when.holdsFor(exchange)) {
        if (response != null) exchange.attribute(skipped, true);
        return Verdict.NEXT;
      }
      if (request != null) request.apply(exchange.request().headers(), exchange);
      if (query != null) query.apply(exchange);
      if (path != null) {
        String problem = path.apply(exchange);
        if (problem != null) return bad("the rewritten path: " + problem);
      }
      return host == null || changeHost(exchange, host.render(exchange))
          ? Verdict.NEXT
          : bad("the rewritten host is none");
    }

    private static boolean changeHost(Exchange exchange, String name) {
      RequestHead head = exchange.request();
      Slice bytes = Slice.of(name);
      if (name.isEmpty() || !Authority.isValid(bytes.array(), bytes.offset(), bytes.length()))
        return false;
      head.authority().point(bytes.array(), bytes.offset(), bytes.length());
      if (head.headers().contains(HeaderName.HOST)) head.headers().set(HeaderName.HOST, name);
      return true;
    }

    private static Verdict bad(String detail) {
      return Verdict.reject(ProxyError.of(ProxyError.Kind.BAD_REQUEST, detail));
    }

    @Override
    public Verdict onResponse(Exchange exchange) {
      if (response == null || exchange.attribute(skipped) != null) return Verdict.NEXT;
      if (when != null && !when.holdsForStatus(exchange.response().status())) return Verdict.NEXT;
      response.apply(exchange.response().headers(), exchange);
      return Verdict.NEXT;
    }

    @Override
    public void close() {}
  }
}
