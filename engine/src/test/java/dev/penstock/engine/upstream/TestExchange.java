package dev.penstock.engine.upstream;

import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.Endpoint;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.ProxyError;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request as balancers look at it. */
final class TestExchange implements Exchange {
  private final RequestHead request = new RequestHead();
  private InetAddress client = InetAddress.ofLiteral("192.0.2.1");

  static TestExchange get(String path) {
    TestExchange exchange = new TestExchange();
    exchange.request.method("GET");
    int question = path.indexOf('?');
    exchange.request.path(question < 0 ? path : path.substring(0, question));
    if (question >= 0) exchange.request.query(path.substring(question + 1));
    return exchange;
  }

  TestExchange from(String address) {
    client = InetAddress.ofLiteral(address);
    return this;
  }

  TestExchange with(String name, String value) {
    request.headers().add(name, value);
    return this;
  }

  @Override
  public String id() {
    return "test";
  }

  @Override
  public RequestHead request() {
    return request;
  }

  @Override
  public RequestHead upstreamRequest() {
    return request;
  }

  @Override
  public ResponseHead response() {
    throw new IllegalStateException();
  }

  @Override
  public boolean hasResponse() {
    return false;
  }

  @Override
  public String route() {
    return "test";
  }

  @Override
  public Map<String, String> pathParameters() {
    return Map.of();
  }

  @Override
  public InetAddress clientAddress() {
    return client;
  }

  @Override
  public InetSocketAddress peer() {
    return new InetSocketAddress(client, 40000);
  }

  @Override
  public boolean isSecure() {
    return true;
  }

  @Override
  public @Nullable String upstream() {
    return null;
  }

  @Override
  public void upstream(String name) {}

  @Override
  public @Nullable Endpoint endpoint() {
    return null;
  }

  @Override
  public int attempts() {
    return 0;
  }

  @Override
  public @Nullable ProxyError error() {
    return null;
  }

  @Override
  public Suspension suspend() {
    throw new UnsupportedOperationException();
  }

  @Override
  public BodySource requestBody() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void replaceRequestBody(BodySource body) {}

  @Override
  public void sendInterim(ResponseHead head) {}

  @Override
  public Map<String, Object> vars() {
    return new HashMap<>();
  }

  @Override
  public <T> @Nullable T attribute(Attribute<T> key) {
    return null;
  }

  @Override
  public <T> void attribute(Attribute<T> key, @Nullable T value) {}

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
