package dev.penstock.engine.plan;

import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.spi.Identity;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Template} may put into a header field or an address: an exchange, for most of it.
 */
public interface Variables {
  /** The request, its path canonical. */
  RequestHead request();

  /** The client, seen through trusted proxies. */
  InetAddress clientAddress();

  /** {@code http} or {@code https}, as the client used it. */
  String scheme();

  String requestId();

  /** Id of the route. */
  String route();

  /**
   * A parameter of the path as it stands there, escapes included: {@link MatchResult#rawParameter}.
   * Null when there is none of that name.
   */
  @Nullable String parameter(String name);

  /** Who sends the request, or null when no filter has found out. */
  default @Nullable Identity identity() {
    return null;
  }

  /** What a filter or script has noted under that name ({@code exchange.vars}), or null. */
  default @Nullable Object note(String name) {
    return null;
  }
}
