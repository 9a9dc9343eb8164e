package dev.penstock.engine.plan;

import dev.penstock.engine.observe.RouteMetrics;
import dev.penstock.engine.observe.WorkerMetrics;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.Subrequests;
import dev.penstock.engine.upstream.Upstream;
import dev.penstock.engine.upstream.UpstreamWorker;
import dev.penstock.engine.wire.WorkerThread;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot as it lives on one worker: its filters, its side of each upstream. Each exchange holds
 * the plan it began with; a plan that was replaced closes after its last exchange. Worker-confined.
 */
public final class WorkerPlan {
  private final Snapshot snapshot;
  private final Pipeline[] pipelines;
  private final Map<String, UpstreamWorker> upstreams = new HashMap<>();
  private final @Nullable UpstreamWorker[] direct;
  private final RouteMetrics[] metrics;
  private final Runnable onClosed;
  private int users;
  private boolean isRetired;
  private boolean isClosed;

  /**
   * Makes all filters of the snapshot, on the worker's thread.
   *
   * @param onClosed told when the last exchange after {@link #retire} has ended
   * @throws RuntimeException what a filter threw; nothing is left open then
   */
  public WorkerPlan(
      Snapshot snapshot,
      WorkerThread worker,
      Subrequests subrequests,
      WorkerMetrics counts,
      RandomGenerator random,
      Runnable onClosed) {
    this.snapshot = snapshot;
    this.onClosed = onClosed;
    this.pipelines = new Pipeline[snapshot.routes().size()];
    this.metrics = new RouteMetrics[pipelines.length];
    this.direct = new UpstreamWorker[pipelines.length];
    try {
      for (Upstream upstream : snapshot.upstreams().values()) {
        Scope scope = new Scope(worker, subrequests, upstream.name());
        upstreams.put(upstream.name(), new UpstreamWorker(upstream, scope, random));
      }
      for (Route route : snapshot.routes()) {
        Scope scope = new Scope(worker, subrequests, route.id());
        metrics[route.index()] = counts.route(route.id());
        pipelines[route.index()] = new Pipeline(route.filters(), scope, counts);
        if (route.target() instanceof RouteTarget.ToUpstream target) {
          direct[route.index()] = upstreams.get(target.upstream());
        }
      }
    } catch (RuntimeException | Error e) {
      closeFilters();
      throw e;
    }
  }

  private record Scope(WorkerThread worker, Subrequests subrequests, String route)
      implements FilterScope {}

  public Snapshot snapshot() {
    return snapshot;
  }

  public Pipeline pipeline(Route route) {
    return pipelines[route.index()];
  }

  /** What this worker counts for {@code route}. */
  public RouteMetrics metrics(Route route) {
    return metrics[route.index()];
  }

  /** The upstream that {@code route} always goes to, or null when that depends on the request. */
  public @Nullable UpstreamWorker direct(Route route) {
    return direct[route.index()];
  }

  public @Nullable UpstreamWorker upstream(String name) {
    return upstreams.get(name);
  }

  /** An exchange begins with this plan. */
  public void acquire() {
    users++;
  }

  /** An exchange that began with this plan has ended. */
  public void release() {
    users--;
    if (isRetired && users == 0) close();
  }

  /** Another plan takes new exchanges from now on. */
  public void retire() {
    isRetired = true;
    if (users == 0) close();
  }

  private void close() {
    if (isClosed) return;
    isClosed = true;
    closeFilters();
    onClosed.run();
  }

  private void closeFilters() {
    for (Pipeline pipeline : pipelines) {
      if (pipeline != null) pipeline.close();
    }
  }
}
