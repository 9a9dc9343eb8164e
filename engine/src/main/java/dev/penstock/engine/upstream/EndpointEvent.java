package dev.penstock.engine.upstream;

import java.util.Locale;

/**
 * An endpoint is taken out, or back.
 *
 * @param atMillis on the wall clock
 * @param reason for people; may be empty
 */
public record EndpointEvent(
    String upstream, String endpoint, State state, String reason, long atMillis) {

  /** What became of it. */
  public enum State {
    HEALTHY,
    UNHEALTHY,
    EJECTED,
    RESTORED;

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Is told on the control loop; may not block. */
  @FunctionalInterface
  public interface Listener {
    void onEvent(EndpointEvent event);
  }
}
