package dev.penstock.scripting;

import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.Endpoint;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.ProxyError;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An exchange that never was: for warming up, and for tests of scripts. */
final class SyntheticExchange implements Exchange {
  private static final InetSocketAddress CLIENT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000);

  private final RequestHead request = new RequestHead();
  private final RequestHead upstreamRequest = new RequestHead();
  private final ResponseHead response = new ResponseHead();
  private final Map<String, Object> vars = new HashMap<>();
  private final Map<String, String> pathParameters = new HashMap<>();
  private final Map<Attribute<?>, Object> attributes = new HashMap<>();
  private InetSocketAddress client = CLIENT;
  private final String id;
  private final String route;
  private boolean hasResponse;
  private int attempts;
  private @Nullable String upstream;
  private @Nullable Set<String> upstreams;
  private byte[] body = {};
  private @Nullable BodySource replacedBody;
  private @Nullable Suspension suspension;

  SyntheticExchange(String id, String route, String method, String path, String authority) {
    this.id = id;
    this.route = route;
    request.method(method);
    request.path(path);
    byte[] host = authority.getBytes(StandardCharsets.ISO_8859_1);
    request.authority().point(host, 0, host.length);
    request.headers().add("Host", authority);
    request.headers().add("User-Agent", "Penstock");
    request.headers().add("Accept", "*/*");
  }

  /** As if an upstream had answered. */
  void answer(int status) {
    response.clear();
    response.status(status);
    response.headers().add("Content-Type", "text/plain");
    hasResponse = true;
  }

  /** As if an upstream, or a filter, had answered with {@code head}. */
  void answer(ResponseHead head) {
    response.clear();
    response.status(head.status());
    response.headers().addAll(head.headers());
    hasResponse = true;
  }

  /** Those that there are; without it, any. */
  void upstreams(Set<String> names) {
    upstreams = names;
  }

  void client(InetAddress address) {
    client = new InetSocketAddress(address, CLIENT.getPort());
  }

  /** An attempt begins: the copy of the head for its endpoint. */
  void attempt() {
    attempts++;
    upstreamRequest.clear();
    upstreamRequest.method(request.method());
    upstreamRequest.path(request.path());
    upstreamRequest.query(request.query());
    upstreamRequest.headers().addAll(request.headers());
  }

  void body(byte[] bytes) {
    body = bytes;
  }

  @Nullable BodySource replacedBody() {
    return replacedBody;
  }

  /** Where the verdict of a suspended phase goes; null drops it. */
  void onSuspend(@Nullable Suspension to) {
    suspension = to;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public RequestHead request() {
    return request;
  }

  @Override
  public RequestHead upstreamRequest() {
    return upstreamRequest;
  }

  @Override
  public ResponseHead response() {
    if (!hasResponse) throw new IllegalStateException("there is no response yet");
    return response;
  }

  @Override
  public boolean hasResponse() {
    return hasResponse;
  }

  @Override
  public String route() {
    return route;
  }

  @Override
  public Map<String, String> pathParameters() {
    return pathParameters;
  }

  @Override
  public InetAddress clientAddress() {
    return client.getAddress();
  }

  @Override
  public InetSocketAddress peer() {
    return client;
  }

  @Override
  public boolean isSecure() {
    return false;
  }

  @Override
  public @Nullable String upstream() {
    return upstream;
  }

  @Override
  public void upstream(String name) {
    if (upstreams != null && !upstreams.contains(name))
      throw new IllegalArgumentException("there is no upstream " + name);
    upstream = name;
  }

  @Override
  public @Nullable Endpoint endpoint() {
    return null;
  }

  @Override
  public int attempts() {
    return attempts;
  }

  @Override
  public @Nullable ProxyError error() {
    return null;
  }

  @Override
  public Suspension suspend() {
    Suspension to = suspension;
    return to != null ? to : verdict -> {};
  }

  @Override
  public BodySource requestBody() {
    return new BytesSource(body);
  }

  @Override
  public void replaceRequestBody(BodySource with) {
    replacedBody = with;
  }

  @Override
  public void sendInterim(ResponseHead head) {}

  @Override
  public Map<String, Object> vars() {
    return vars;
  }

  @Override
  @SuppressWarnings("unchecked") // the key's type is its value's
  public <T> @Nullable T attribute(Attribute<T> key) {
    return (T) attributes.get(key);
  }

  @Override
  public <T> void attribute(Attribute<T> key, @Nullable T value) {
    if (value == null) attributes.remove(key);
    else attributes.put(key, value);
  }

  @Override
  public long startNs() {
    return 0;
  }

  @Override
  public long deadlineNs() {
    return Long.MAX_VALUE;
  }

  @Override
  public void onClientGone(Runnable listener) {}
}
