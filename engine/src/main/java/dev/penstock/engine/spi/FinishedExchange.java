package dev.penstock.engine.spi;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an exchange when it has ended: as the access log shows it, secrets of the query
 * masked, and the client's address as far as {@code access-log.client-address} lets it be seen.
 * Immutable. Times in nanoseconds; -1 when that part was never reached.
 *
 * @param startMillis when the first byte of the request arrived, on the wall clock
 * @param target path and query
 * @param route null when none was found
 * @param user who sent it, where a filter has found out
 * @param status what the client got; 0 when it got no response
 * @param termination how it ended, in two characters; {@code --} when all went well
 * @param error one line about what ended it; null when nothing did
 * @param totalNs from the first byte of the request to the last of the response
 * @param queueNs spent waiting for a place at the upstream
 * @param connectNs until there was a connection; 0 when it was reused
 * @param headNs from the last attempt's request head to its response head
 * @param requestBytes of the body from the client
 * @param responseBytes of the body to the client
 * @param vars texts, numbers and booleans of {@link Exchange#vars}
 */
public record FinishedExchange(
    String id,
    long startMillis,
    String listener,
    String client,
    String method,
    String host,
    String target,
    String protocol,
    @Nullable String route,
    @Nullable String user,
    @Nullable String upstream,
    @Nullable String endpoint,
    int attempts,
    int status,
    String termination,
    @Nullable String error,
    long totalNs,
    long queueNs,
    long connectNs,
    long headNs,
    long requestBytes,
    long responseBytes,
    String userAgent,
    Map<String, Object> vars) {
  public FinishedExchange {
    vars = Map.copyOf(vars);
  }
}
