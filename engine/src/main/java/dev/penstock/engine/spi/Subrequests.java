package dev.penstock.engine.spi;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.ResponseHead;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Requests made by user code through the gateway's own pools, balancers, retries and metrics.
 * Worker-confined.
 */
public interface Subrequests {
  /**
   * Sends {@code spec}; one method of {@code callback} is called later.
   *
   * @return cancels; nothing is called afterwards
   */
  Runnable send(Spec spec, Callback callback);

  /**
   * As {@link #send}, to a server that no configuration lists; the name of an upstream in {@code
   * spec} is not looked at.
   *
   * @param host a name or an address literal, without brackets
   * @param mayReachInternal whether addresses of this host, of private and of link-local networks
   *     are allowed; what a name resolves to counts, at the moment of connecting
   * @throws IllegalArgumentException when this is no host and port
   */
  default Runnable sendTo(
      String host, int port, boolean mayReachInternal, Spec spec, Callback callback) {
    throw new UnsupportedOperationException("only configured upstreams can be asked here");
  }

  /**
   * What to ask.
   *
   * @param upstream name of a configured upstream
   * @param method a token
   * @param path origin form, with query if any
   * @param authority goes into {@code Host}; null keeps what the upstream's rules say
   * @param headers end-to-end fields; framing is written by the gateway
   * @param body null for none
   * @param bodyLength exact length of the body, or -1 when it is not known beforehand
   * @param timeout until the response head
   */
  record Spec(
      String upstream,
      String method,
      String path,
      @Nullable String authority,
      HeaderMap headers,
      @Nullable BodySource body,
      long bodyLength,
      Duration timeout) {}

  /** The outcome; on the worker's thread. */
  interface Callback {
    /** A final head; read {@code body} or cancel it. The head is valid until return. */
    void onResponse(ResponseHead head, BodySource body);

    void onFailure(ProxyError error);
  }
}
