package dev.penstock.admin.page;

import com.google.gson.Gson;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/**
 * The dashboard's files, and answers of the API that a test wrote down or makes up: for what a real
 * gateway does not do on demand, as failing or having ten thousand routes.
 */
final class CannedAdmin implements AutoCloseable {
  static final String TOKEN = "pst_test";

  /** As the real server sends it; what breaks it is reported on the browser's console. */
  private static final String POLICY =
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self';"
          + " object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml",
          "woff2", "font/woff2",
          "ttf", "font/ttf",
          "ts", "text/plain; charset=utf-8");

  private final HttpServer server;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Map<String, Object> answers;

  /** Set to refuse everything but who is asking, as a broken gateway would. */
  volatile boolean isBroken;

  CannedAdmin() throws IOException {
    answers = read();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::serve);
    server.start();
  }

  String address() {
    return "http://localhost:" + server.getAddress().getPort() + "/";
  }

  /** Answers {@code GET path} by this from now on. */
  void answer(String path, Object body) {
    answers.put("GET " + path, body);
  }

  /** A list of the API, whole. */
  void answerList(String path, List<?> items) {
    answer(path, Map.of("items", items, "total", items.size()));
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (path.startsWith("/api/v1/")) api(exchange, path.substring("/api/v1".length()));
      else file(exchange, path.equals("/") ? "/index.html" : path);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void api(HttpExchange exchange, String path) throws IOException, InterruptedException {
    exchange.getRequestBody().readAllBytes();
    String token = exchange.getRequestHeaders().getFirst("Authorization");
    if (!("Bearer " + TOKEN).equals(token)) {
      problem(exchange, 401, "unauthorized", "This token is not known");
    } else if (isBroken && !path.equals("/me")) {
      problem(exchange, 500, "internal", "It has been logged");
    } else if (List.of("/events", "/series/live", "/exchanges/tail").contains(path)
        || path.endsWith("/log")) {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write(": open\n\n".getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
      closed.await();
    } else {
      Object answer = answers.get(exchange.getRequestMethod() + " " + path);
      if (answer == null) problem(exchange, 404, "not-found", "There is nothing at " + path);
      else if (answer instanceof String text) send(exchange, 200, "text/plain", text);
      else send(exchange, 200, "application/json", json(answer));
    }
  }

  private static void problem(HttpExchange exchange, int status, String type, String detail)
      throws IOException {
    Map<String, Object> body =
        Map.of(
            "type", "https://penstock.dev/problems/" + type,
            "title", type,
            "status", status,
            "detail", detail,
            "requestId", "r1");
    send(exchange, status, "application/problem+json", json(body));
  }

  private static void file(HttpExchange exchange, String path) throws IOException {
    String folder = path.startsWith("/test/") ? "" : "/dev/penstock/admin/ui";
    String name =
        path.startsWith("/test/") ? path.replace("/test/", "/dev/penstock/admin/page/") : path;
    try (InputStream in = CannedAdmin.class.getResourceAsStream(folder + name)) {
      if (in == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      exchange.getResponseHeaders().set("Content-Security-Policy", POLICY);
      String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "text/plain");
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(200, 0);
      try (OutputStream out = exchange.getResponseBody()) {
        in.transferTo(out);
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
    exchange.getResponseHeaders().set("ETag", "\"1\"");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> read() throws IOException {
    try (InputStream in = CannedAdmin.class.getResourceAsStream("answers.json")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new ConcurrentHashMap<>(new Gson().fromJson(text, Map.class));
    }
  }

  private static String json(Object value) {
    return new Gson().toJson(value);
  }

  static List<Map<String, Object>> routes(int count) {
    List<Map<String, Object>> routes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      routes.add(
          Map.of(
              "id", "route-" + i,
              "hosts", List.of("api.example.com"),
              "paths", List.of("/r" + i + "/**"),
              "filters", List.of(),
              "target", "upstream users",
              "traffic", Map.of("requests", i, "errors", 0)));
    }
    return routes;
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }
}
