package dev.penstock.engine.observe;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the health endpoints say (O6).
 *
 * @param isStarted the first configuration is in force: {@code /startupz}
 * @param isLive loops answer: {@code /livez}
 * @param isReady listeners are bound, the configuration is active on all workers, nothing drains:
 *     {@code /readyz}
 * @param details by name, in the order in which they are shown
 */
public record Readiness(
    boolean isStarted, boolean isLive, boolean isReady, Map<String, String> details) {
  public Readiness {
    details = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(details));
  }
}
