package dev.penstock.engine.observe;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.time.NanoClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /metrics}, {@code /livez}, {@code /readyz} and {@code /startupz} on the admin address, for
 * as long as no admin API serves them. It has threads of its own, so that workers in trouble can
 * still be looked at.
 *
 * <p>Only requests for the address it is bound to, or for localhost, are answered: a web page that
 * rebinds its own name to this address must not read our numbers in a visitor's browser.
 */
public final class OpsServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads;
  private final Metrics metrics;
  private final Supplier<Readiness> readiness;
  private final NanoClock clock;

  /**
   * Binds and serves.
   *
   * @param address port 0 for any free one
   * @param clock is asked on threads of this server
   * @throws IOException when the address is taken or not ours
   */
  public OpsServer(
      InetSocketAddress address, Metrics metrics, Supplier<Readiness> readiness, NanoClock clock)
      throws IOException {
    this.metrics = metrics;
    this.readiness = readiness;
    this.clock = clock;
    server = HttpServer.create(address, 16);
    threads =
        Executors.newFixedThreadPool(
            2, Thread.ofPlatform().name("penstock-ops-", 0).daemon().factory());
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public InetSocketAddress address() {
    return server.getAddress();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdown();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      boolean isHead = exchange.getRequestMethod().equals("HEAD");
      if (!isOurs(exchange.getRequestHeaders())) {
        problem(
            exchange, 421, "Misdirected Request", "Host is not this server's address or localhost");
      } else if (!isHead && !exchange.getRequestMethod().equals("GET")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        problem(exchange, 405, "Method Not Allowed", "use GET");
      } else {
        switch (path == null ? "" : path) {
          case "/metrics" -> metrics(exchange);
          case "/livez" -> health(exchange, Readiness::isLive);
          case "/readyz" -> health(exchange, Readiness::isReady);
          case "/startupz" -> health(exchange, Readiness::isStarted);
          default ->
              problem(
                  exchange, 404, "Not Found", "there are /metrics, /livez, /readyz and /startupz");
        }
      }
    }
  }

  private void metrics(HttpExchange exchange) throws IOException {
    boolean isOpenMetrics =
        OpenMetrics.isPreferred(exchange.getRequestHeaders().getOrDefault("Accept", List.of()));
    String type = OpenMetrics.type(isOpenMetrics);
    exchange.getResponseHeaders().set("Vary", "Accept");
    send(exchange, 200, type, metrics.scrape(isOpenMetrics, clock.nanoTime()));
  }

  private void health(HttpExchange exchange, Predicate<Readiness> question) throws IOException {
    Readiness now = readiness.get();
    boolean isGood = question.test(now);
    StringBuilder json = new StringBuilder("{\"status\":\"").append(isGood ? "ok" : "unavailable");
    json.append("\",\"details\":{");
    String comma = "";
    for (Map.Entry<String, String> each : now.details().entrySet()) {
      json.append(comma).append(json(each.getKey())).append(':').append(json(each.getValue()));
      comma = ",";
    }
    json.append("}}\n");
    send(
        exchange,
        isGood ? 200 : 503,
        "application/json",
        json.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void problem(HttpExchange exchange, int status, String title, String detail)
      throws IOException {
    String json =
        "{\"type\":\"about:blank\",\"title\":%s,\"status\":%d,\"detail\":%s}\n"
            .formatted(json(title), status, json(detail));
    send(exchange, status, "application/problem+json", json.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", type);
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  /**
   * Whether the one Host names us: localhost, a literal loopback address, or the address that we
   * are bound to.
   */
  private boolean isOurs(Headers headers) {
    var hosts = headers.get("Host");
    if (hosts == null || hosts.size() != 1) return false;
    String host = hosts.getFirst().strip().toLowerCase(Locale.ROOT);
    int port = host.lastIndexOf(':');
    if (port > host.lastIndexOf(']')) host = host.substring(0, port);
    if (host.equals("localhost")) return true;
    InetAddress named = literal(host);
    if (named == null) return false;
    InetAddress bound = server.getAddress().getAddress();
    // A literal address cannot be rebound: where we listen on all, any of ours may be meant.
    return bound.isAnyLocalAddress() || named.isLoopbackAddress() || named.equals(bound);
  }

  /** The address that {@code host} writes out; null for a name. Nothing is looked up. */
  private static @Nullable InetAddress literal(String host) {
    try {
      return InetAddress.ofLiteral(
          host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static String json(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    EntryBuffer out = new EntryBuffer();
    out.begin(new byte[EntryBuffer.MAX_ENTRY], 0, 1024);
    out.json(new Slice().point(bytes, 0, bytes.length));
    return new String(out.bytes, 0, out.at, StandardCharsets.UTF_8);
  }
}
