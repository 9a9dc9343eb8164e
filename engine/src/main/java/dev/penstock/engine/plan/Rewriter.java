package dev.penstock.engine.plan;

import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.plan.CanonicalPath.Result;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@link RewriteRules} of one route, compiled. Immutable; costs nothing for what is not configured.
 */
public final class Rewriter {
  /** Changes nothing. */
  public static final Rewriter NONE = compile(RewriteRules.NONE, RouteMatch.ANY);

  private final @Nullable PathRewriter path;
  private final @Nullable HeaderRewriter requestHeaders;
  private final @Nullable HeaderRewriter responseHeaders;
  private final boolean toUpstreamHost;
  private final @Nullable String host;

  private Rewriter(RewriteRules rules, Set<String> parameters) {
    path = rules.path() == null ? null : PathRewriter.compile(rules.path(), parameters);
    requestHeaders = headers(rules.requestHeaders(), parameters);
    responseHeaders = headers(rules.responseHeaders(), parameters);
    toUpstreamHost = rules.host().equals("upstream");
    host = toUpstreamHost || rules.host().equals("keep") ? null : rules.host();
  }

  private static @Nullable HeaderRewriter headers(HeaderRules rules, Set<String> parameters) {
    return rules.isEmpty() ? null : HeaderRewriter.compile(rules, parameters);
  }

  /**
   * Compiles the rules of the route that {@code match} belongs to.
   *
   * @throws dev.penstock.engine.spi.ConfigException when they name a parameter that not all paths
   *     of the route have
   */
  public static Rewriter compile(RewriteRules rules, RouteMatch match) {
    return new Rewriter(rules, match.parameters());
  }

  /**
   * Changes fields and path of a request on its way to the upstream; variables mean the path that
   * was asked for, also when {@code head} is the request of {@code variables}.
   *
   * @return other than OK when the rules make no valid path of this one; the request is then to be
   *     refused
   */
  public Result request(RequestHead head, Variables variables) {
    if (requestHeaders != null) requestHeaders.apply(head.headers(), variables);
    return path == null ? Result.OK : path.apply(head, variables);
  }

  /**
   * Changes the host of a request that is about to be sent.
   *
   * @param upstreamHost the endpoint's name, with its port unless it is the usual one
   */
  public void host(RequestHead head, String upstreamHost) {
    String name = toUpstreamHost ? upstreamHost : host;
    if (name == null) return;
    Slice bytes = Slice.of(name);
    head.authority().point(bytes.array(), bytes.offset(), bytes.length());
    if (head.headers().contains(HeaderName.HOST)) head.headers().set(HeaderName.HOST, name);
  }

  /** Changes the fields of a response on its way to the client. */
  public void response(ResponseHead head, Variables variables) {
    if (responseHeaders != null) responseHeaders.apply(head.headers(), variables);
  }
}
