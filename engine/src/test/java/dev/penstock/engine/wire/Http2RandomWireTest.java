package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.http.h2.ErrorCode;
import dev.penstock.engine.http.h2.Frames;
import dev.penstock.engine.http.h2.RawFields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever a client does within the rules, in whatever order: its connection stays, each response
 * it waits for comes, and nothing is left of what it has given up. A seed that fails stays.
 */
final class Http2RandomWireTest {
  private static final int STEPS = 60;
  private static final int ROUNDS = 12;

  private static void reply(ScriptedUpstream.Request request, Peer peer) throws IOException {
    String head = request.head();
    if (head.contains("/never")) return;
    if (head.contains("/broken")) {
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf").close();
      return;
    }
    int length = head.contains("/large") ? 150_000 : request.body().length();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n" + "x".repeat(length));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void nothingIsLeft(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    try (ScriptedUpstream upstream = ScriptedUpstream.replying(Http2RandomWireTest::reply);
        TestGateway gateway = Http2WireTest.gateway(upstream)) {
      for (int round = 0; round < ROUNDS; round++) {
        int window = random.nextInt(1000, 100_000);
        try (Http2Client client =
            Http2Client.connect(gateway.address(), Frames.INITIAL_WINDOW_SIZE, window)) {
          client.await("settings ack");
          new Run(client, random).go();
        }
        gateway.awaitIdle("up");
      }
      gateway.awaitMetric("penstock_connections_open", 0);
      gateway.awaitMetric("penstock_worker_buffered_bytes", 0);
    }
  }

  private static final class Run {
    private static final String[] PATHS = {"/a", "/b", "/large", "/never", "/broken"};

    private final Http2Client client;
    private final SplittableRandom random;
    private final List<Integer> sending = new ArrayList<>();
    private final List<Integer> awaited = new ArrayList<>();
    private final List<Integer> lost = new ArrayList<>();
    private int next = 1;

    Run(Http2Client client, SplittableRandom random) {
      this.client = client;
      this.random = random;
    }

    void go() {
      for (int i = 0; i < STEPS; i++) step();
      for (int stream : List.copyOf(sending)) client.data(stream, "", true);
      client.sync();
      for (int stream : awaited) {
        Http2Response response = client.response(stream);
        assertThat(response.status()).isIn(200, 502);
        assertThat(response.how()).isIn("end", "reset INTERNAL_ERROR");
      }
    }

    private void step() {
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> get();
        case 3, 4 -> post();
        case 5 -> part();
        case 6 -> giveUp();
        case 7 -> {
          int window = random.nextInt(1000, 100_000);
          client.frames(w -> w.settings(Frames.INITIAL_WINDOW_SIZE, window));
        }
        case 8 -> hurry();
        default -> client.sync();
      }
    }

    private String path() {
      return PATHS[random.nextInt(PATHS.length)];
    }

    private void await(int stream, String path) {
      if (!path.equals("/never")) awaited.add(stream);
      else lost.add(stream);
    }

    private void get() {
      String path = path();
      client.get(next, path, "priority", "u=" + random.nextInt(8));
      await(next, path);
      next += 2;
    }

    private void post() {
      String path = path();
      client.request(next, "POST", path, false);
      sending.add(next);
      await(next, path);
      next += 2;
    }

    private void part() {
      if (sending.isEmpty()) return;
      int at = random.nextInt(sending.size());
      int stream = sending.get(at);
      boolean ends = random.nextBoolean();
      client.data(stream, "y".repeat(random.nextInt(3000)), ends);
      if (ends) sending.remove(at);
    }

    private void giveUp() {
      List<Integer> some = random.nextBoolean() ? awaited : lost;
      if (some.isEmpty()) return;
      int stream = some.remove(random.nextInt(some.size()));
      sending.remove((Integer) stream);
      client.frames(w -> w.reset(stream, ErrorCode.CANCEL));
    }

    private void hurry() {
      String value = "\0\0\0" + (char) (1 + 2 * random.nextInt(next)) + "u=0, i";
      byte[] update = value.getBytes(StandardCharsets.ISO_8859_1);
      client.send(RawFields.frame(Frames.PRIORITY_UPDATE, 0, 0, update));
    }
  }
}
