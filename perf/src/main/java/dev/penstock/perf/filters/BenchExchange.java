package dev.penstock.perf.filters;

import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.Methods;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.Endpoint;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.ProxyError;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A browser's request and an answer to it, again and again. */
final class BenchExchange implements Exchange {
  private final RequestHead request = new RequestHead();
  private final ResponseHead response = new ResponseHead();
  private final HeaderMap browser = new HeaderMap();
  private final HeaderMap answer = new HeaderMap();
  private final byte[] host = Slice.of("shop.example").array();
  private final InetSocketAddress peer =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 40000);
  private @Nullable Map<String, Object> vars;
  private @Nullable IdentityHashMap<Attribute<?>, Object> attributes;

  BenchExchange() {
    browser.add("Host", "shop.example");
    browser.add(
        "User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
    browser.add("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
    browser.add("Accept-Language", "en-GB,en;q=0.5");
    browser.add("Accept-Encoding", "gzip, deflate, br, zstd");
    browser.add("Cookie", "app_sid=0123456789abcdef; theme=dark");
    browser.add("X-Api-Key", "key-7");
    browser.add("Origin", "https://app.example");
    answer.add("Content-Type", "application/json");
    answer.add("Content-Length", "17");
    answer.add("ETag", "\"0123456789abcdef\"");
    answer.add("Location", "http://app.internal/items/7");
    answer.add("Set-Cookie", "sid=0123456789abcdef; Path=/; HttpOnly");
  }

  void begin() {
    request.clear();
    response.clear();
    vars = null;
    attributes = null;
    request.method(Methods.GET);
    request.path("/svc/57/items");
    request.query("page=2&utm_source=x");
    request.authority().point(host, 0, host.length);
    request.headers().addAll(browser);
  }

  void answer() {
    response.status(200);
    response.headers().addAll(answer);
  }

  @Override
  public String id() {
    return "bench";
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
    return response;
  }

  @Override
  public boolean hasResponse() {
    return true;
  }

  @Override
  public String route() {
    return "all";
  }

  @Override
  public Map<String, String> pathParameters() {
    return Map.of();
  }

  @Override
  public InetAddress clientAddress() {
    return peer.getAddress();
  }

  @Override
  public InetSocketAddress peer() {
    return peer;
  }

  @Override
  public boolean isSecure() {
    return false;
  }

  @Override
  public @Nullable String upstream() {
    return "up";
  }

  @Override
  public void upstream(String name) {}

  @Override
  public @Nullable Endpoint endpoint() {
    return null;
  }

  @Override
  public int attempts() {
    return 1;
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
  public void replaceRequestBody(BodySource body) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void sendInterim(ResponseHead head) {}

  @Override
  public Map<String, Object> vars() {
    Map<String, Object> notes = vars;
    if (notes == null) vars = notes = new HashMap<>();
    return notes;
  }

  @Override
  @SuppressWarnings("unchecked") // attribute(key, value) puts nothing else there
  public <T> @Nullable T attribute(Attribute<T> key) {
    return attributes == null ? null : (T) attributes.get(key);
  }

  @Override
  public <T> void attribute(Attribute<T> key, @Nullable T value) {
    IdentityHashMap<Attribute<?>, Object> map = attributes;
    if (value == null) {
      if (map != null) map.remove(key);
      return;
    }
    if (map == null) attributes = map = new IdentityHashMap<>();
    map.put(key, value);
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
