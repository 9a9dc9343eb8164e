package dev.penstock.perf.load;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.BlockingHandler;
import io.undertow.util.Headers;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The server behind the gateway under load: {@code /bytes/N} answers N bytes, {@code /sink} counts
 * what it is sent, {@code /items} is an API with small JSON answers, {@code /ws} echoes text.
 */
final class Origin implements AutoCloseable {
  private static final byte[] BLOCK = new byte[64 * 1024];

  private final Undertow server;

  Origin() {
    HttpHandler routes =
        Handlers.path()
            .addPrefixPath("/bytes", Origin::bytes)
            .addPrefixPath("/users", exchange -> fixed(exchange, 1024))
            .addPrefixPath("/1k", exchange -> fixed(exchange, 1024))
            .addPrefixPath("/sink", new BlockingHandler(Origin::sink))
            .addPrefixPath("/items", Origin::item)
            .addPrefixPath("/ws", Handlers.websocket((upgrade, channel) -> echo(channel)));
    server = Undertow.builder().addHttpListener(0, "127.0.0.1").setHandler(routes).build();
    server.start();
  }

  /** As the gateway's configuration takes it. */
  String address() {
    InetSocketAddress bound = (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
    return "127.0.0.1:" + bound.getPort();
  }

  private static void bytes(HttpServerExchange exchange) throws Exception {
    int count = Integer.parseInt(exchange.getRelativePath().substring(1));
    if (count <= BLOCK.length) fixed(exchange, count);
    else new BlockingHandler(blocking -> stream(blocking, count)).handleRequest(exchange);
  }

  private static void fixed(HttpServerExchange exchange, int count) {
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/octet-stream");
    exchange.getResponseSender().send(ByteBuffer.wrap(BLOCK, 0, count));
  }

  private static void stream(HttpServerExchange exchange, int count) throws IOException {
    exchange.setResponseContentLength(count);
    OutputStream out = exchange.getOutputStream();
    for (int left = count; left > 0; left -= BLOCK.length)
      out.write(BLOCK, 0, Math.min(left, BLOCK.length));
    out.close();
  }

  private static void sink(HttpServerExchange exchange) throws IOException {
    long total = 0;
    byte[] buffer = new byte[BLOCK.length];
    InputStream in = exchange.getInputStream();
    for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) total += got;
    exchange.getResponseSender().send(Long.toString(total));
  }

  private static void item(HttpServerExchange exchange) {
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
    if (exchange.getRequestMethod().equalToString("DELETE"))
      exchange.setStatusCode(204).endExchange();
    else
      exchange
          .getResponseSender()
          .send("{\"id\":\"" + exchange.getRelativePath().substring(1) + "\"}");
  }

  private static void echo(WebSocketChannel channel) {
    channel
        .getReceiveSetter()
        .set(
            new AbstractReceiveListener() {
              @Override
              protected void onFullTextMessage(WebSocketChannel on, BufferedTextMessage message) {
                WebSockets.sendText(
                    ByteBuffer.wrap(message.getData().getBytes(StandardCharsets.UTF_8)), on, null);
              }
            });
    channel.resumeReceives();
  }

  @Override
  public void close() {
    server.stop();
  }
}
