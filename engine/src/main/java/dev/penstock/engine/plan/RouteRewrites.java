package dev.penstock.engine.plan;

import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.plan.CanonicalPath.Result;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Identity;
import dev.penstock.engine.spi.Rewrites;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules of {@link RewriteRules} for the filters of one route. */
public final class RouteRewrites implements Rewrites {
  private final Set<String> parameters;

  /**
   * Rules on a route.
   *
   * @param match says which parameters its path has
   */
  public RouteRewrites(RouteMatch match) {
    parameters = match.parameters();
  }

  @Override
  public Text text(String template) {
    return text(Template.ofValue(template, parameters));
  }

  @Override
  public Text address(String template) {
    return text(Template.ofUri(template, parameters));
  }

  private static Text text(Template template) {
    return exchange -> template.render(variables(exchange));
  }

  @Override
  public HeaderEdits headers(
      List<String> remove,
      Map<String, String> set,
      Map<String, String> add,
      Map<String, String> append) {
    HeaderRules rules = new HeaderRules(remove, set, add, append);
    HeaderRewriter rewriter = HeaderRewriter.compile(rules, parameters);
    return (headers, exchange) -> rewriter.apply(headers, variables(exchange));
  }

  @Override
  public PathEdits path(
      @Nullable String template,
      @Nullable String stripPrefix,
      Map<String, String> replace,
      @Nullable String addPrefix) {
    var change = new RewriteRules.PathChange(template, stripPrefix, replace, addPrefix);
    PathRewriter rewriter = PathRewriter.compile(change, parameters);
    return exchange -> {
      Result result = rewriter.apply(exchange.request(), variables(exchange));
      return result.isOk() ? null : result.sentence();
    };
  }

  private static Variables variables(Exchange exchange) {
    return exchange instanceof Variables variables ? variables : new Seen(exchange);
  }

  /** An exchange that is not the engine's own: of a test, or of a plugin that wraps it. */
  private record Seen(Exchange exchange) implements Variables {
    @Override
    public RequestHead request() {
      return exchange.request();
    }

    @Override
    public InetAddress clientAddress() {
      return exchange.clientAddress();
    }

    @Override
    public String scheme() {
      return exchange.scheme();
    }

    @Override
    public String requestId() {
      return exchange.id();
    }

    @Override
    public String route() {
      return exchange.route();
    }

    @Override
    public @Nullable String parameter(String name) {
      return exchange.pathParameters().get(name);
    }

    @Override
    public @Nullable Identity identity() {
      return exchange.identity();
    }

    @Override
    public @Nullable Object note(String name) {
      return exchange.vars().get(name);
    }
  }
}
