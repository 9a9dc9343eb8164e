package dev.penstock.engine.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.wire.ConnectionHandler;
import dev.penstock.engine.wire.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each slow reader holds a bounded queue; what all of them hold together is bounded too (L6). */
final class WorkerBuffersTest {
  private static final long LIMIT = 4 << 20;
  private static final int MODEST = 64 << 10;
  private static final int GREEDY = 512 << 10;

  private final Worker worker = Worker.start(0, LIMIT);
  private final List<SocketChannel> channels = new ArrayList<>();
  private final AtomicInteger evicted = new AtomicInteger();

  @AfterEach
  void close() throws IOException {
    worker.stop();
    for (SocketChannel each : channels) each.close();
  }

  @Test
  void whoHoldsTheMostIsResetWhenAllTogetherHoldTooMuch() throws Exception {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      List<SocketConnection> modest = new ArrayList<>();
      for (int i = 0; i < 8; i++) modest.add(slowReader(server, MODEST));
      List<SocketConnection> greedy = new ArrayList<>();
      for (int i = 0; i < 20; i++) greedy.add(slowReader(server, GREEDY));

      TestGateway.await(() -> evicted.get() > 0, () -> "nobody was reset");
      long held = on(() -> worker.chunks().lentBytes());
      assertThat(held).isBetween(LIMIT / 2, LIMIT);
      for (SocketConnection each : modest) assertThat(on(each::isOpen)).as("a modest one").isTrue();
      int open = 0;
      for (SocketConnection each : greedy) if (on(each::isOpen)) open++;
      assertThat(open).isBetween(1, (int) (LIMIT / (GREEDY / 2)));
      TestGateway.await(() -> evicted.get() + 8 >= 16, () -> evicted.get() + " have heard of it");
    }
  }

  /** A connection whose peer reads nothing, after {@code bytes} were written to it. */
  private SocketConnection slowReader(ServerSocketChannel server, int bytes) throws Exception {
    SocketChannel client = SocketChannel.open(server.getLocalAddress());
    SocketChannel accepted = server.accept();
    channels.add(client);
    channels.add(accepted);
    accepted.setOption(StandardSocketOptions.SO_SNDBUF, 4096);
    accepted.configureBlocking(false);
    return on(() -> {
      SocketConnection connection = new SocketConnection(worker, accepted, new Deaf());
      connection.write(ByteBuffer.allocate(bytes));
      return connection;
    });
  }

  private <T> T on(Callable<T> work) {
    CompletableFuture<T> done = new CompletableFuture<>();
    worker.execute(() -> {
      try {
        done.complete(work.call());
      } catch (Exception e) {
        done.completeExceptionally(e);
      }
    });
    return done.join();
  }

  private final class Deaf implements ConnectionHandler {
    @Override
    public void onBytes(ByteBuffer in) {
      in.position(in.limit());
    }

    @Override
    public void onEof() {}

    @Override
    public void onWritable() {}

    @Override
    public void onClosed(@Nullable IOException cause) {
      if (cause != null) evicted.incrementAndGet();
    }
  }
}
