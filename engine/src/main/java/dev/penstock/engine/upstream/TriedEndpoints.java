package dev.penstock.engine.upstream;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The endpoints that an exchange has tried. Kept with the exchange and reused; worker-confined. */
public final class TriedEndpoints {
  private @Nullable UpstreamEndpoint[] tried = new UpstreamEndpoint[4];
  private int size;

  public void clear() {
    Arrays.fill(tried, 0, size, null);
    size = 0;
  }

  /** Says that an attempt on {@code endpoint} has failed or begun. */
  public void add(UpstreamEndpoint endpoint) {
    if (contains(endpoint)) return;
    if (size == tried.length) tried = Arrays.copyOf(tried, size * 2);
    tried[size++] = endpoint;
  }

  public boolean contains(UpstreamEndpoint endpoint) {
    for (int i = 0; i < size; i++) {
      UpstreamEndpoint each = tried[i];
      if (each != null && each.state == endpoint.state) return true;
    }
    return false;
  }

  public boolean isEmpty() {
    return size == 0;
  }
}
