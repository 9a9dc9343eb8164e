package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.Endpoint;
import dev.penstock.engine.spi.EndpointSet;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of an upstream and which of them can be used, as the control loop sees it:
 * immutable, read by workers through one reference.
 */
public final class EndpointsView implements EndpointSet {
  private final long version;
  private final UpstreamEndpoint[] endpoints;
  private final boolean[] available;
  private final boolean hasBackups;
  private final boolean isPanic;
  private final int serving;

  private EndpointsView(
      long version,
      UpstreamEndpoint[] endpoints,
      boolean[] available,
      boolean hasBackups,
      boolean isPanic,
      int serving) {
    this.version = version;
    this.endpoints = endpoints;
    this.available = available;
    this.hasBackups = hasBackups;
    this.isPanic = isPanic;
    this.serving = serving;
  }

  /** Looks at each endpoint once and decides whether to panic. */
  static EndpointsView of(long version, UpstreamEndpoint[] endpoints, double panicThreshold) {
    boolean[] available = new boolean[endpoints.length];
    int primaries = 0;
    int availablePrimaries = 0;
    int availableBackups = 0;
    int backups = 0;
    for (int i = 0; i < endpoints.length; i++) {
      UpstreamEndpoint endpoint = endpoints[i];
      boolean resolved = !endpoint.addresses().isEmpty();
      available[i] = resolved && endpoint.state.isAvailable();
      if (endpoint.isBackup()) backups++;
      if (endpoint.weight() == 0 || !resolved) continue;
      if (endpoint.isBackup()) {
        if (available[i]) availableBackups++;
      } else {
        primaries++;
        if (available[i]) availablePrimaries++;
      }
    }
    // Backups are there for the case that the others fail: panic is for when there is no such way
    // out (U17).
    boolean panic = availableBackups == 0 && availablePrimaries < primaries * panicThreshold;
    int serving = panic ? primaries : availablePrimaries + availableBackups;
    return new EndpointsView(version, endpoints, available, backups > 0, panic, serving);
  }

  /** As {@link EndpointSet#version}. */
  @Override
  public long version() {
    return version;
  }

  @Override
  public int size() {
    return endpoints.length;
  }

  @Override
  public UpstreamEndpoint get(int index) {
    return endpoints[index];
  }

  /** All members, healthy or not: what a view shows is for tables, not for an attempt. */
  @Override
  public boolean isUsable(int index) {
    return endpoints[index].weight() > 0;
  }

  /** Healthy, not ejected, and its address known. */
  public boolean isAvailable(int index) {
    return available[index];
  }

  /** Too few endpoints can be used: health is ignored (U17). */
  public boolean isPanic() {
    return isPanic;
  }

  boolean hasBackups() {
    return hasBackups;
  }

  /** How many endpoints share the requests. */
  int serving() {
    return serving;
  }

  /** The endpoint of that name, or null. */
  public @Nullable UpstreamEndpoint find(String name) {
    for (UpstreamEndpoint endpoint : endpoints) {
      if (endpoint.name().equals(name)) return endpoint;
    }
    return null;
  }

  int indexOf(Endpoint endpoint) {
    for (int i = 0; i < endpoints.length; i++) {
      if (endpoints[i] == endpoint) return i;
    }
    return -1;
  }
}
