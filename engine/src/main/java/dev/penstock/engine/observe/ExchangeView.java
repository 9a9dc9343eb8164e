package dev.penstock.engine.observe;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An exchange that is under way; a moment's.
 *
 * @param startMillis on the wall clock
 * @param phase where it stands: {@code awaiting-head}
 * @param path without query
 * @param timeline what happened so far, each with its time since the start
 */
public record ExchangeView(
    String id,
    int worker,
    long startMillis,
    long ageNs,
    String phase,
    String method,
    String host,
    String path,
    String client,
    String listener,
    @Nullable String route,
    @Nullable String upstream,
    @Nullable String endpoint,
    int attempts,
    long requestBytes,
    long responseBytes,
    List<Moment> timeline) {

  /** A step that was reached. */
  public record Moment(String step, long atNs) {}
}
