package dev.penstock.engine.observe;

import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HttpVersion;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an exchange when it has ended: filled by the driver, read once by {@link
 * AccessLogWriter} and {@link WorkerMetrics}, then cleared and used again.
 *
 * <p>A plain carrier, so its fields are open. Worker-confined. Slices and maps are borrowed: they
 * must hold until the record has been logged. Durations are nanoseconds, -1 when that part was
 * never reached.
 */
public final class ExchangeRecord {
  private static final byte[] NO_ADDRESS = {};

  /** As {@code Exchange.id()} shows it, see {@link #idText}. */
  public long id;

  /** Of the client's connection; 0 is not shown. */
  public long connectionId;

  /** The client's own request id, where it is trusted; empty when there is none. */
  public final Slice requestId = new Slice();

  /** When the first byte of the request arrived, on the wall clock. */
  public long startMillis;

  /** From the first byte of the request to the last of the response. */
  public long totalNs;

  /** Spent waiting for a place at the upstream. */
  public long queueNs;

  /** Until the last attempt had a connection; 0 when it was reused. */
  public long connectNs;

  /** From sending the last attempt's request head to its response head. */
  public long headNs;

  /** Body bytes from the client. */
  public long requestBytes;

  /** Body bytes to the client. */
  public long responseBytes;

  /** Body bytes to upstreams, all attempts. */
  public long upstreamRequestBytes;

  /** Body bytes from upstreams, all attempts. */
  public long upstreamResponseBytes;

  public String method = "";

  /** As the client sent it, query included; secrets in it are taken out by the log. */
  public final Slice target = new Slice();

  public final Slice host = new Slice();
  public final Slice userAgent = new Slice();
  public final Slice referer = new Slice();
  public HttpVersion version = HttpVersion.HTTP_1_1;

  /** What the client got; 0 when it got no response. */
  public int status;

  public String listener = "";

  /** Id of the route; null when none was found. */
  public @Nullable String route;

  /** Who sent it, where a filter has found out. */
  public @Nullable String user;

  public @Nullable String upstream;
  public @Nullable String endpoint;
  public int attempts;

  /** What the cache of the route did; null without one. */
  public @Nullable String cache;

  /** Four or sixteen bytes, or none. */
  public byte[] clientAddress = NO_ADDRESS;

  public int clientPort;
  public TerminationCode termination = TerminationCode.NORMAL;

  /** One line about the error that ended the exchange. */
  public @Nullable String errorDetail;

  /** {@code TLSv1.3}, where the client came by TLS. */
  public @Nullable String tlsVersion;

  public @Nullable String tlsCipher;

  /** The name that the client asked for in its TLS greeting. */
  public @Nullable String serverName;

  /** For the fields that the log was told to show; null shows none. */
  public @Nullable HeaderMap requestHeaders;

  public @Nullable HeaderMap responseHeaders;

  /** {@code Exchange.vars()}; values of type String, Number and Boolean are shown. */
  public Map<String, Object> vars = Map.of();

  public ExchangeRecord() {
    clear();
  }

  /** Makes the record ready for the next exchange. */
  public void clear() {
    id = 0;
    connectionId = 0;
    requestId.clear();
    startMillis = 0;
    totalNs = 0;
    queueNs = -1;
    connectNs = -1;
    headNs = -1;
    requestBytes = 0;
    responseBytes = 0;
    upstreamRequestBytes = 0;
    upstreamResponseBytes = 0;
    method = "";
    target.clear();
    host.clear();
    userAgent.clear();
    referer.clear();
    version = HttpVersion.HTTP_1_1;
    status = 0;
    listener = "";
    route = null;
    user = null;
    upstream = null;
    endpoint = null;
    attempts = 0;
    cache = null;
    clientAddress = NO_ADDRESS;
    clientPort = 0;
    termination = TerminationCode.NORMAL;
    errorDetail = null;
    tlsVersion = null;
    tlsCipher = null;
    serverName = null;
    requestHeaders = null;
    responseHeaders = null;
    vars = Map.of();
  }

  /** The text of an id: sixteen hexadecimal digits, so that text sorts as the number does. */
  public static String idText(long id) {
    byte[] digits = new byte[16];
    LogText.putHex(digits, 0, id);
    return new String(digits, java.nio.charset.StandardCharsets.ISO_8859_1);
  }
}
