package dev.penstock.scripting;

import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.Endpoint;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Identity;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Verdict;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An exchange in memory: heads to fill, and what a filter did to it to look at. */
final class FakeExchange implements Exchange {
  @Nullable Identity identity;

  final RequestHead request = new RequestHead();
  final RequestHead upstreamRequest = new RequestHead();
  final ResponseHead response = new ResponseHead();
  final Map<String, Object> vars = new TreeMap<>();
  final Map<String, String> pathParameters = new HashMap<>();
  final List<ResponseHead> interim = new ArrayList<>();
  final Set<String> upstreams = Set.of("users", "pool-acme", "other");
  private final Map<Attribute<?>, Object> attributes = new IdentityHashMap<>();
  private static int count;
  private final String id = "x" + ++count;
  boolean hasResponse;
  @Nullable String upstream = "users";
  @Nullable ProxyError error;
  @Nullable Endpoint endpoint;
  int attempts;
  byte[] body = {};
  @Nullable BodySource replacedBody;
  boolean suspended;
  @Nullable Verdict resumed;
  @Nullable Runnable clientGone;

  FakeExchange(String method, String target) {
    request.method(method);
    int mark = target.indexOf('?');
    request.path(mark < 0 ? target : target.substring(0, mark));
    if (mark >= 0) request.query(target.substring(mark + 1));
    byte[] authority = "api.example.com".getBytes(StandardCharsets.ISO_8859_1);
    request.authority().point(authority, 0, authority.length);
    request.headers().add("Host", "api.example.com");
  }

  static FakeExchange get(String target) {
    return new FakeExchange("GET", target);
  }

  FakeExchange header(String name, String value) {
    request.headers().add(name, value);
    return this;
  }

  FakeExchange body(String text) {
    body = text.getBytes(StandardCharsets.UTF_8);
    request.headers().set("Content-Length", Integer.toString(body.length));
    return this;
  }

  FakeExchange answered(int status) {
    hasResponse = true;
    response.clear();
    response.status(status);
    return this;
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
    if (!hasResponse) throw new IllegalStateException("no response yet");
    return response;
  }

  @Override
  public boolean hasResponse() {
    return hasResponse;
  }

  @Override
  public String route() {
    return "users-route";
  }

  @Override
  public Map<String, String> pathParameters() {
    return pathParameters;
  }

  @Override
  public InetAddress clientAddress() {
    return peer().getAddress();
  }

  @Override
  public InetSocketAddress peer() {
    try {
      return new InetSocketAddress(
          InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 7}), 40_000);
    } catch (java.net.UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public boolean isSecure() {
    return true;
  }

  @Override
  public @Nullable String upstream() {
    return upstream;
  }

  @Override
  public void upstream(String name) {
    if (!upstreams.contains(name))
      throw new IllegalArgumentException("there is no upstream \"" + name + "\"");
    upstream = name;
  }

  @Override
  public @Nullable Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public int attempts() {
    return attempts;
  }

  @Override
  public @Nullable ProxyError error() {
    return error;
  }

  @Override
  public @Nullable Identity identity() {
    return identity;
  }

  @Override
  public Suspension suspend() {
    suspended = true;
    resumed = null;
    return verdict -> {
      if (resumed == null) resumed = verdict;
    };
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
  public void sendInterim(ResponseHead head) {
    interim.add(head);
  }

  @Override
  public Map<String, Object> vars() {
    return vars;
  }

  @Override
  @SuppressWarnings("unchecked")
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
  public void onClientGone(Runnable listener) {
    clientGone = listener;
  }
}
