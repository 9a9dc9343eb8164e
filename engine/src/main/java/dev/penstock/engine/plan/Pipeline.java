package dev.penstock.engine.plan;

import dev.penstock.engine.observe.WorkerMetrics;
import dev.penstock.engine.spi.BodyAccess;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import java.util.ArrayList;
import java.util.List;

/**
 * The filters of one route on one worker: an array per phase that holds only those that implement
 * it, request phases first to last, response phases last to first.
 */
public final class Pipeline implements AutoCloseable {
  private static final PlacedFilter[] NONE = {};

  private final PlacedFilter[][] byPhase = new PlacedFilter[Phase.values().length][];
  private final List<PlacedFilter> all = new ArrayList<>();
  private final boolean holdsRequestBody;
  private final boolean changesRequestBody;
  private final boolean changesResponseBody;

  /**
   * Makes the filters, on the worker's thread.
   *
   * @throws RuntimeException what a filter threw; those made before are closed again
   */
  public Pipeline(List<PlannedFilter> filters, FilterScope scope, WorkerMetrics counts) {
    List<List<PlacedFilter>> phases = new ArrayList<>();
    for (int i = 0; i < byPhase.length; i++) phases.add(new ArrayList<>());
    boolean holds = false;
    boolean changesRequest = false;
    boolean changesResponse = false;
    try {
      for (PlannedFilter planned : filters) {
        FilterTemplate template = planned.template();
        PlacedFilter placed = place(planned, scope, counts);
        all.add(placed);
        for (Phase phase : template.phases()) {
          List<PlacedFilter> list = phases.get(phase.ordinal());
          if (isBackwards(phase)) list.addFirst(placed);
          else list.add(placed);
        }
        if (template.phases().contains(Phase.ON_REQUEST_BODY)) {
          holds |= template.requestBody() == BodyAccess.WHOLE;
          changesRequest |= changes(template.requestBody());
        }
        if (template.phases().contains(Phase.ON_RESPONSE_BODY)) {
          changesResponse |= changes(template.responseBody());
        }
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
    holdsRequestBody = holds;
    changesRequestBody = changesRequest;
    changesResponseBody = changesResponse;
    for (int i = 0; i < byPhase.length; i++) byPhase[i] = phases.get(i).toArray(NONE);
  }

  private PlacedFilter place(PlannedFilter planned, FilterScope scope, WorkerMetrics counts) {
    FilterTemplate template = planned.template();
    return new PlacedFilter(
        all.size(),
        planned.name(),
        template.create(scope),
        template.execution(),
        template.requestBody(),
        template.responseBody(),
        template.maxWholeBodyBytes(),
        planned.guard().failsClosed(template.failsClosed()),
        planned.guard(),
        counts.filter(planned.name()));
  }

  private static boolean isBackwards(Phase phase) {
    return switch (phase) {
      case ON_UPSTREAM_RESPONSE, ON_RESPONSE, ON_RESPONSE_BODY -> true;
      case ON_REQUEST, ON_REQUEST_BODY, ON_UPSTREAM_REQUEST, ON_UPSTREAM_ERROR, ON_LOG -> false;
    };
  }

  private static boolean changes(BodyAccess access) {
    return access == BodyAccess.TRANSFORM || access == BodyAccess.WHOLE;
  }

  /** The filters of {@code phase} in the order in which they are called. Shared: do not change. */
  public PlacedFilter[] phase(Phase phase) {
    return byPhase[phase.ordinal()];
  }

  public boolean has(Phase phase) {
    return byPhase[phase.ordinal()].length > 0;
  }

  public int size() {
    return all.size();
  }

  /** Whether a filter wants the whole request body before an endpoint hears of the request. */
  public boolean holdsRequestBody() {
    return holdsRequestBody;
  }

  /** Whether a filter may change the request body, so that its length is not known beforehand. */
  public boolean changesRequestBody() {
    return changesRequestBody;
  }

  /**
   * Whether a filter may change the response body, so that its length is not known beforehand.
   *
   * @param left positions of filters, as bits, that do not want this body
   */
  public boolean changesResponseBody(long left) {
    if (!changesResponseBody || left == 0) return changesResponseBody;
    for (PlacedFilter placed : phase(Phase.ON_RESPONSE_BODY)) {
      if (!isLeft(placed, left) && changes(placed.responseBody())) return true;
    }
    return false;
  }

  /**
   * The filters that see a response body, in their order.
   *
   * @param left positions of filters, as bits, that do not want this one
   */
  public PlacedFilter[] responseBodyFilters(long left) {
    PlacedFilter[] all = phase(Phase.ON_RESPONSE_BODY);
    if (left == 0) return all;
    List<PlacedFilter> looking = new ArrayList<>(all.length);
    for (PlacedFilter placed : all) {
      if (!isLeft(placed, left)) looking.add(placed);
    }
    return looking.toArray(NONE);
  }

  private static boolean isLeft(PlacedFilter placed, long left) {
    return placed.position() < Long.SIZE && (left & 1L << placed.position()) != 0;
  }

  /** Closes all filters, on the worker's thread. */
  @Override
  public void close() {
    for (PlacedFilter placed : all) placed.filter().close();
    all.clear();
  }
}
