package dev.penstock.engine.boot;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/** Two small servers behind the sample configuration, so that there is something to see at once. */
final class DemoUpstreams implements AutoCloseable {
  private final List<HttpServer> servers = new ArrayList<>();
  private final Map<String, String> environment = new HashMap<>();

  private DemoUpstreams() {}

  /** Starts them on free ports of the loopback; {@link #environment} tells where. */
  static DemoUpstreams start() {
    DemoUpstreams demo = new DemoUpstreams();
    for (String name : List.of("a", "b")) demo.add(name);
    return demo;
  }

  private void add(String name) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext("/", exchange -> answer(name, exchange));
      server.createContext("/echo", DemoUpstreams::echo);
      server.createContext("/healthz", exchange -> send(exchange, 200, "ok\n"));
      server.start();
      servers.add(server);
      environment.put(
          "DEMO_" + name.toUpperCase(java.util.Locale.ROOT),
          "127.0.0.1:" + server.getAddress().getPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Variables for the sample configuration. */
  Map<String, String> environment() {
    return environment;
  }

  private static void answer(String name, HttpExchange exchange) throws IOException {
    StringBuilder text = new StringBuilder("demo upstream ").append(name).append('\n');
    text.append(exchange.getRequestMethod())
        .append(' ')
        .append(exchange.getRequestURI())
        .append('\n');
    exchange
        .getRequestHeaders()
        .forEach((field, values) ->
            values.forEach(v -> text.append(field).append(": ").append(v).append('\n')));
    send(exchange, 200, text.toString());
  }

  private static void echo(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    servers.forEach(server -> server.stop(0));
  }
}
