package dev.penstock.engine.plan;

import dev.penstock.engine.cache.RouteCache;
import dev.penstock.engine.http.CidrSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happens to the requests that match: filters, target, limits. Immutable, shared by all
 * workers.
 *
 * @param index position in its snapshot, for arrays
 * @param id as the configuration names it
 * @param filters in the order of the configuration
 * @param target who answers
 * @param rewrite changes to head and path
 * @param mirror a second upstream that gets a copy, or null
 * @param cache where responses are stored, or null
 * @param allow who may come in; null for everybody
 * @param deny who may not, looked at before {@code allow}; null for nobody
 * @param maxBodyBytes largest request body, beyond: 413
 * @param totalTimeoutNs from the first byte of the request to the last of the response; {@link
 *     Long#MAX_VALUE} for none
 * @param ignoreAbort whether the upstream is asked to the end although the client has gone
 * @param requireLength whether a body of unknown length is refused with 411
 */
public record Route(
    int index,
    String id,
    List<PlannedFilter> filters,
    RouteTarget target,
    Rewriter rewrite,
    @Nullable Mirror mirror,
    @Nullable RouteCache cache,
    @Nullable CidrSet allow,
    @Nullable CidrSet deny,
    long maxBodyBytes,
    long totalTimeoutNs,
    boolean ignoreAbort,
    boolean requireLength) {

  public Route {
    filters = List.copyOf(filters);
  }

  /**
   * A copy of requests to another upstream whose answers are thrown away.
   *
   * @param upstream who gets the copy
   * @param share how many of the requests, 0 to 1
   * @param maxBodyBytes requests with larger bodies are not mirrored
   */
  public record Mirror(String upstream, double share, int maxBodyBytes) {}
}
