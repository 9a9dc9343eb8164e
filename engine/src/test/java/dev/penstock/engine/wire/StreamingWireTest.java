package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bodies of any size pass with back-pressure: memory is bounded, whoever is slow (F16, L7). */
final class StreamingWireTest {
  private static final int MIB = 1 << 20;

  /** How the end of a body is told. */
  enum Framed {
    LENGTH,
    CHUNKED,
    CLOSE
  }

  /** Content that differs at each place, so that a lost, doubled or moved block is found. */
  private static void fill(byte[] block, long at) {
    for (int i = 0; i < block.length; i += 8) {
      long x = (at + i) * 0x9E3779B97F4A7C15L;
      for (int j = 0; j < 8; j++) block[i + j] = (byte) (x >>> 8 * j);
    }
  }

  private static void send(OutputStream out, long total, boolean chunked) throws IOException {
    byte[] block = new byte[16 << 10];
    for (long at = 0; at < total; at += block.length) {
      fill(block, at);
      if (chunked) out.write("4000\r\n".getBytes(StandardCharsets.US_ASCII));
      out.write(block);
      if (chunked) out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    if (chunked) out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static long expected(long total) {
    CRC32C sum = new CRC32C();
    byte[] block = new byte[16 << 10];
    for (long at = 0; at < total; at += block.length) {
      fill(block, at);
      sum.update(block);
    }
    return sum.getValue();
  }

  /** Reads a head and the body behind it. */
  private static final class Reader {
    private final DataInputStream in;
    final CRC32C sum = new CRC32C();
    final AtomicLong received = new AtomicLong();
    String head = "";

    Reader(InputStream in) {
      this.in = new DataInputStream(new BufferedInputStream(in, 4096));
    }

    String head() throws IOException {
      StringBuilder text = new StringBuilder();
      while (!text.toString().endsWith("\r\n\r\n")) text.append((char) in.readByte());
      head = text.toString();
      return head;
    }

    void body() throws IOException {
      if (head.contains("chunked")) {
        for (int length; (length = Integer.parseInt(line(), 16)) > 0; ) {
          take(length);
          line();
        }
        line();
      } else if (head.contains("Content-Length: ")) {
        int at = head.indexOf("Content-Length: ") + 16;
        take(Long.parseLong(head.substring(at, head.indexOf('\r', at))));
      } else {
        throw new AssertionError("no end: " + head);
      }
    }

    void take(long length) throws IOException {
      byte[] block = new byte[8192];
      while (length > 0) {
        int n = in.read(block, 0, (int) Math.min(block.length, length));
        if (n < 0) throw new AssertionError(length + " bytes are missing");
        sum.update(block, 0, n);
        received.addAndGet(n);
        length -= n;
      }
    }

    private String line() throws IOException {
      StringBuilder text = new StringBuilder();
      for (int b; (b = in.readByte()) != '\n'; ) text.append((char) b);
      return text.toString().strip();
    }
  }

  /** What the endpoint does with its one connection. */
  private interface Endpoint {
    void serve(Reader in, OutputStream out) throws Exception;
  }

  private static final class Server implements AutoCloseable {
    final ServerSocket socket;
    final CompletableFuture<Boolean> done = new CompletableFuture<>();

    Server(Endpoint endpoint) throws IOException {
      socket = new ServerSocket();
      socket.setReceiveBufferSize(64 << 10);
      socket.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            try (Socket accepted = socket.accept()) {
              accepted.setSendBufferSize(64 << 10);
              endpoint.serve(new Reader(accepted.getInputStream()), accepted.getOutputStream());
              done.complete(true);
            } catch (Exception | AssertionError e) {
              done.completeExceptionally(e);
            }
          });
    }

    TestGateway gateway() {
      return TestGateway.start(
          """
          upstreams: { up: { endpoints: [ "127.0.0.1:%d" ] } }
          routes: { all: { upstream: up } }
          """
              .formatted(socket.getLocalPort()));
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static Socket connect(TestGateway gateway) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(64 << 10);
    socket.setSendBufferSize(64 << 10);
    socket.connect(gateway.address());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void say(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  @ParameterizedTest
  @EnumSource
  void aLargeDownloadArrivesWholeInBoundedMemory(Framed framed) throws Exception {
    long total = 200L * MIB;
    Endpoint endpoint =
        (in, out) -> {
          in.head();
          String how =
              switch (framed) {
                case LENGTH -> "Content-Length: " + total + "\r\n";
                case CHUNKED -> "Transfer-Encoding: chunked\r\n";
                case CLOSE -> "";
              };
          say(out, "HTTP/1.1 200 OK\r\n" + how + "\r\n");
          send(out, total, framed == Framed.CHUNKED);
        };
    try (Server server = new Server(endpoint);
        TestGateway gateway = server.gateway();
        Peak peak = new Peak(gateway);
        Socket client = connect(gateway)) {
      say(client.getOutputStream(), "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
      Reader in = new Reader(client.getInputStream());
      in.head();
      in.body();
      assertThat(in.received.get()).isEqualTo(total);
      assertThat(in.sum.getValue()).isEqualTo(expected(total));
      server.done.get(10, TimeUnit.SECONDS);
      assertThat(peak.bytes()).isLessThan(MIB);
      gateway.awaitMetric("penstock_worker_exchanges", 0);
      gateway.awaitMetric("penstock_worker_buffered_bytes", 0);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LENGTH", "CHUNKED"})
  void aLargeUploadArrivesWholeInBoundedMemory(Framed framed) throws Exception {
    long total = 200L * MIB;
    CompletableFuture<Long> sum = new CompletableFuture<>();
    Endpoint endpoint =
        (in, out) -> {
          in.head();
          in.body();
          sum.complete(in.sum.getValue());
          say(out, ScriptedUpstream.OK);
        };
    try (Server server = new Server(endpoint);
        TestGateway gateway = server.gateway();
        Peak peak = new Peak(gateway);
        Socket client = connect(gateway)) {
      String how =
          framed == Framed.LENGTH ? "Content-Length: " + total : "Transfer-Encoding: chunked";
      say(client.getOutputStream(), "PUT / HTTP/1.1\r\nHost: a.test\r\n" + how + "\r\n\r\n");
      send(client.getOutputStream(), total, framed == Framed.CHUNKED);
      assertThat(new Reader(client.getInputStream()).head()).contains("200");
      assertThat(sum.get(1, TimeUnit.SECONDS)).isEqualTo(expected(total));
      assertThat(peak.bytes()).isLessThan(MIB);
      gateway.awaitMetric("penstock_worker_exchanges", 0);
      gateway.awaitMetric("penstock_worker_buffered_bytes", 0);
    }
  }

  @Test
  void aClientThatReadsNothingHoldsTheEndpointBack() throws Exception {
    long total = 64L * MIB;
    AtomicLong sent = new AtomicLong();
    Endpoint endpoint =
        (in, out) -> {
          in.head();
          say(out, "HTTP/1.1 200 OK\r\nContent-Length: " + total + "\r\n\r\n");
          byte[] block = new byte[16 << 10];
          for (long at = 0; at < total; at += block.length) {
            fill(block, at);
            out.write(block);
            sent.addAndGet(block.length);
          }
        };
    try (Server server = new Server(endpoint);
        TestGateway gateway = server.gateway();
        Socket client = connect(gateway)) {
      say(client.getOutputStream(), "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
      Reader in = new Reader(client.getInputStream());
      in.head();
      in.take(1);
      awaitStandstill(sent);
      assertThat(sent.get()).isLessThan(total / 2);
      assertThat(gateway.metric("penstock_worker_buffered_bytes")).isBetween(1.0, (double) MIB);
      in.take(total - 1);
      assertThat(in.sum.getValue()).isEqualTo(expected(total));
      gateway.awaitMetric("penstock_worker_buffered_bytes", 0);
    }
  }

  @Test
  void anEndpointThatReadsNothingHoldsTheClientBack() throws Exception {
    long total = 64L * MIB;
    CountDownLatch goOn = new CountDownLatch(1);
    CompletableFuture<Long> sum = new CompletableFuture<>();
    Endpoint endpoint =
        (in, out) -> {
          in.head();
          in.take(1);
          goOn.await();
          in.take(total - 1);
          sum.complete(in.sum.getValue());
          say(out, ScriptedUpstream.OK);
        };
    try (Server server = new Server(endpoint);
        TestGateway gateway = server.gateway();
        Socket client = connect(gateway)) {
      AtomicLong sent = new AtomicLong();
      OutputStream out = client.getOutputStream();
      say(out, "PUT / HTTP/1.1\r\nHost: a.test\r\nContent-Length: " + total + "\r\n\r\n");
      Thread sender =
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                byte[] block = new byte[16 << 10];
                try {
                  for (long at = 0; at < total; at += block.length) {
                    fill(block, at);
                    out.write(block);
                    sent.addAndGet(block.length);
                  }
                } catch (IOException e) {
                  sum.completeExceptionally(e);
                }
              });
      awaitStandstill(sent);
      assertThat(sent.get()).isLessThan(total / 2);
      assertThat(gateway.metric("penstock_worker_buffered_bytes")).isBetween(1.0, (double) MIB);
      goOn.countDown();
      assertThat(sum.get(20, TimeUnit.SECONDS)).isEqualTo(expected(total));
      assertThat(new Reader(client.getInputStream()).head()).contains("200");
      sender.join();
    }
  }

  /** The sender has got going and then has not moved for a while: somebody holds it back. */
  private static void awaitStandstill(AtomicLong sent) {
    long[] last = {-1, System.nanoTime()};
    TestGateway.await(
        () -> {
          long now = sent.get();
          if (now != last[0]) {
            last[0] = now;
            last[1] = System.nanoTime();
          }
          return now > 0 && System.nanoTime() - last[1] > 300_000_000L;
        },
        sent::get);
  }

  /** The most that the gateway held at any of many looks. */
  private static final class Peak implements AutoCloseable {
    private final TestGateway gateway;
    private final Thread thread;
    private volatile boolean isOver;
    private volatile double most;

    Peak(TestGateway gateway) {
      this.gateway = gateway;
      this.thread = Thread.ofPlatform().daemon().start(this::look);
    }

    private void look() {
      while (!isOver) {
        most = Math.max(most, gateway.metric("penstock_worker_buffered_bytes"));
        java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
      }
    }

    double bytes() {
      return most;
    }

    @Override
    public void close() throws InterruptedException {
      isOver = true;
      thread.join();
    }
  }
}
