package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.Endpoint;
import dev.penstock.engine.spi.EndpointSet;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of a view as one attempt may use them. One object per worker and upstream, pointed
 * anew each time.
 */
final class Candidates implements EndpointSet {
  private final int maxRequestsPerEndpoint;
  private EndpointsView view;
  private @Nullable TriedEndpoints tried;
  private boolean usesBackups;

  Candidates(int maxRequestsPerEndpoint, EndpointsView view) {
    this.maxRequestsPerEndpoint = maxRequestsPerEndpoint;
    this.view = view;
  }

  /** Shows {@code view} without the endpoints that were {@code tried}. */
  void look(EndpointsView at, @Nullable TriedEndpoints without) {
    view = at;
    tried = without != null && without.isEmpty() ? null : without;
    usesBackups = false;
    if (at.hasBackups() && !anyUsable()) usesBackups = true;
  }

  @Override
  public long version() {
    return view.version();
  }

  @Override
  public int size() {
    return view.size();
  }

  @Override
  public Endpoint get(int index) {
    return view.get(index);
  }

  @Override
  public boolean isUsable(int index) {
    UpstreamEndpoint endpoint = view.get(index);
    return endpoint.weight() > 0 && endpoint.isBackup() == usesBackups && canServe(index, endpoint);
  }

  /** Whether a client that is bound to this endpoint may go on with it: also while it drains. */
  boolean keepsSession(int index) {
    return canServe(index, view.get(index));
  }

  private boolean canServe(int index, UpstreamEndpoint endpoint) {
    if (!view.isAvailable(index) && !(view.isPanic() && !endpoint.addresses().isEmpty())) {
      return false;
    }
    if (maxRequestsPerEndpoint > 0 && endpoint.inFlight() >= maxRequestsPerEndpoint) return false;
    return tried == null || !tried.contains(endpoint);
  }

  boolean anyUsable() {
    for (int i = 0; i < view.size(); i++) {
      if (isUsable(i)) return true;
    }
    return false;
  }
}
