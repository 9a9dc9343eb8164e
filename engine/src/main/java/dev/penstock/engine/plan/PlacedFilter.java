package dev.penstock.engine.plan;

import dev.penstock.engine.observe.FilterMetrics;
import dev.penstock.engine.spi.BodyAccess;
import dev.penstock.engine.spi.Execution;
import dev.penstock.engine.spi.Filter;

/**
 * One worker's filter at its place in a pipeline.
 *
 * @param position 0 for the first of the route
 * @param name the kind, for logs and metrics
 * @param filter the worker's own
 * @param execution where its phases run
 * @param requestBody what it wants of the request body
 * @param responseBody what it wants of the response body
 * @param maxWholeBodyBytes limit for {@link BodyAccess#WHOLE}
 * @param failsClosed whether an exception ends the exchange
 * @param guard shared by all filters of the kind
 * @param metrics this worker's counts of the kind
 */
public record PlacedFilter(
    int position,
    String name,
    Filter filter,
    Execution execution,
    BodyAccess requestBody,
    BodyAccess responseBody,
    int maxWholeBodyBytes,
    boolean failsClosed,
    FilterGuard guard,
    FilterMetrics metrics) {}
