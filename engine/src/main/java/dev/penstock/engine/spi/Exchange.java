package dev.penstock.engine.spi;

import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request and its response, as user code may see and change them.
 *
 * <p>Confined to its worker, or, for a {@link Execution#BLOCKING} filter, to the virtual thread for
 * as long as the phase method runs. Objects are reused after {@code onLog}: a reference kept longer
 * shows another request.
 */
public interface Exchange {
  /**
   * Unique in this process and sortable by time; also the request id when the client's is not
   * trusted.
   */
  String id();

  /** The client's request, forwarded with the changes that filters make. */
  RequestHead request();

  /** The copy of the head that goes to the chosen endpoint; in {@code onUpstreamRequest} only. */
  RequestHead upstreamRequest();

  /**
   * The response, once there is one: in the response phases and {@code onLog}.
   *
   * @throws IllegalStateException before
   */
  ResponseHead response();

  boolean hasResponse();

  /** Id of the route, as the configuration names it. */
  String route();

  /**
   * Values of the path's parameters, such as {@code id} of {@code /users/{id}}, and of a regular
   * expression's groups.
   */
  Map<String, String> pathParameters();

  /** The client, seen through trusted proxies. */
  InetAddress clientAddress();

  /** Who holds the other end of the connection; differs from the client behind trusted proxies. */
  InetSocketAddress peer();

  /** Whether the client reached us, or the trusted proxy before us, by TLS. */
  boolean isSecure();

  /** {@code http} or {@code https}, as the client used it. */
  default String scheme() {
    return isSecure() ? "https" : "http";
  }

  /** Name of the upstream that will be asked, or null when there is none. */
  @Nullable String upstream();

  /**
   * Sends the request to another upstream than the route says; up to {@code onRequest} only.
   *
   * @throws IllegalArgumentException when there is no such upstream
   */
  void upstream(String name);

  /** The endpoint of the current or last attempt, or null. */
  @Nullable Endpoint endpoint();

  /** Attempts begun so far; 0 before the first. */
  int attempts();

  /** The error that ended the exchange or its last attempt, or null. */
  @Nullable ProxyError error();

  /**
   * Lets the current phase method return {@link Verdict#SUSPEND}. Times out with the exchange's
   * deadline.
   *
   * @return to be told the verdict, once, from any thread
   */
  Suspension suspend();

  /**
   * The request body, for a filter that answers and wants to read it first; it is not forwarded
   * then. Once.
   */
  BodySource requestBody();

  /**
   * Another body for the request; the client's is discarded. In {@code onRequest} only, before
   * {@link #requestBody} is asked for, or after all of it has been read.
   */
  void replaceRequestBody(BodySource body);

  /**
   * Called in {@code onResponse} by a filter that does not want to see the body of this response,
   * whatever its template declared: when no other filter changes it, its framing stays. May be
   * ignored; the filter must then pass the parts on as they are.
   */
  default void leaveResponseBody() {}

  /**
   * How many bytes the body of the response has as it comes to this filter, or -1 when that is not
   * known; for a response to HEAD, what it would have. In {@code onResponse}.
   */
  default long responseLength() {
    return -1;
  }

  /**
   * Calls {@code onResponseBody} of {@code filter} now with an empty part, so that bytes which it
   * has kept back can follow. From a timer of a filter that sees this body; on the worker's thread,
   * outside of phase methods.
   *
   * @return false when no part can pass at this moment
   */
  default boolean promptResponseBody(Filter filter) {
    return false;
  }

  /** What the cache of the route is to do with this exchange. */
  default ExchangeCache cache() {
    return ExchangeCache.NONE;
  }

  /** Sends an interim response such as 103 to the client at once; ignored for HTTP/1.0. */
  void sendInterim(ResponseHead head);

  /**
   * Notes for other filters, scripts and the log, by name; values of type String, Number, Boolean
   * appear in the log.
   */
  Map<String, Object> vars();

  /** What a Java filter keeps for this exchange; cleared with it. */
  <T> @Nullable T attribute(Attribute<T> key);

  /** Sets or, with null, removes what {@link #attribute(Attribute)} returns. */
  <T> void attribute(Attribute<T> key, @Nullable T value);

  /**
   * Who sends the request, as a filter before found out, or null: nobody looked, or nobody said.
   */
  default @Nullable Identity identity() {
    return null;
  }

  /** Says who sends the request; for later filters, scripts and the log. */
  default void identity(@Nullable Identity identity) {
    throw new UnsupportedOperationException("nobody is known here");
  }

  /** When the first byte of the request arrived, on the worker's clock, in nanoseconds. */
  long startNs();

  /**
   * When the route's overall time is up, on the worker's clock; {@link Long#MAX_VALUE} when it has
   * no limit.
   */
  long deadlineNs();

  /**
   * Calls {@code listener} on the worker when the client goes away before the end; at most once.
   */
  void onClientGone(Runnable listener);

  /** The name of something kept with an exchange. Compared by identity. */
  final class Attribute<T> {
    private final String name;

    public Attribute(String name) {
      this.name = name;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Where the verdict of a suspended phase goes. */
  interface Suspension {
    /** From any thread; a second call, or one after the exchange ended, does nothing. */
    void resume(Verdict verdict);

    /**
     * Whether the exchange still waits for this. When it does not, it must not be touched: the
     * object may show another request by now. On the worker's thread only.
     */
    default boolean isWaiting() {
      return true;
    }
  }
}
