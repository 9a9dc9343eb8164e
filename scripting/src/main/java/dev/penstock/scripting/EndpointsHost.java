package dev.penstock.scripting;

import dev.penstock.engine.spi.Endpoint;
import dev.penstock.engine.spi.EndpointSet;
import java.util.ArrayList;
import java.util.List;
import org.graalvm.polyglot.HostAccess;
import org.jspecify.annotations.Nullable;

/**
 * The usable endpoints of one attempt, for the JavaScript side of the door. One object per balancer
 * and worker, used again.
 */
public final class EndpointsHost {
  private final List<@Nullable EndpointHost> hosts = new ArrayList<>();
  private int[] usable = new int[16];
  private int size;

  EndpointsHost() {}

  /** Shows what of {@code set} may be chosen; returns how many. */
  @SuppressWarnings("ReferenceEquality") // another object is another endpoint, whatever its name
  int show(EndpointSet set) {
    size = 0;
    if (usable.length < set.size()) usable = new int[set.size()];
    for (int place = 0; place < set.size(); place++) {
      if (!set.isUsable(place)) continue;
      usable[size++] = place;
      while (hosts.size() <= place) hosts.add(null);
      EndpointHost known = hosts.get(place);
      if (known == null || known.endpoint != set.get(place))
        hosts.set(place, new EndpointHost(set.get(place), place));
    }
    return size;
  }

  @HostAccess.Export
  public int size() {
    return size;
  }

  @HostAccess.Export
  public int place(int i) {
    return usable[i];
  }

  @HostAccess.Export
  public @Nullable EndpointHost host(int i) {
    return hosts.get(usable[i]);
  }

  /** One endpoint. */
  public static final class EndpointHost {
    private final Endpoint endpoint;
    private final int place;

    EndpointHost(Endpoint endpoint, int place) {
      this.endpoint = endpoint;
      this.place = place;
    }

    @HostAccess.Export
    public int place() {
      return place;
    }

    @HostAccess.Export
    public String name() {
      return endpoint.name();
    }

    @HostAccess.Export
    public int weight() {
      return endpoint.weight();
    }

    @HostAccess.Export
    public double effectiveWeight() {
      return endpoint.effectiveWeight();
    }

    @HostAccess.Export
    public int inFlight() {
      return endpoint.inFlight();
    }

    @HostAccess.Export
    public double latencyMs() {
      return Math.floorDiv(endpoint.latencyNs(), 1_000L) / 1000.0;
    }

    @HostAccess.Export
    public boolean isHealthy() {
      return endpoint.isHealthy();
    }

    @HostAccess.Export
    public boolean isBackup() {
      return endpoint.isBackup();
    }
  }
}
