package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Clients, endpoints, faults and time under one seed: nobody gets another's answer, a POST reaches
 * an endpoint once at most, a cut answer never looks whole, and nothing is left in the end. {@code
 * -Dsimulation.seed=N} plays one seed, {@code -Dsimulation.seeds=N} so many.
 */
final class SimulationTest {
  private static final String YAML =
      """
      upstreams:
        up:
          endpoints: [ "10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80" ]
          retry: { attempts: 3, on: [ connect, reset, timeout, 503 ], backoff: 20ms }
          timeouts: { connect: 1s, response-head: 2s, idle: 2s }
          limits: { max-requests: 4 }
      routes: { all: { upstream: up, timeouts: { total: 20s } } }
      """;
  private static final Pattern REQUEST = Pattern.compile("(GET|POST) (/[0-9]+) HTTP/1\\.1\r\n");
  private static final Pattern LENGTH = Pattern.compile("Content-Length: ([0-9]+)\r\n");

  @Test
  void everySeedEndsInGoodOrder() {
    Long only = Long.getLong("simulation.seed");
    long first = only == null ? 1 : only;
    long last = only == null ? Long.getLong("simulation.seeds", 300) : only;
    int whole = 0;
    for (long seed = first; seed <= last; seed++) {
      try (Playbook play = Playbook.seeded(seed, YAML)) {
        whole += new Run(play, seed).play();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + " (-Dsimulation.seed=" + seed + ")", e);
      }
    }
    assertThat(whole).as("answers that came whole").isGreaterThan((int) (last - first));
  }

  private static final class Client {
    final VirtualConnection connection;
    final List<String> asked = new ArrayList<>();
    String unsent = "";
    boolean isGone;

    Client(VirtualConnection connection) {
      this.connection = connection;
    }
  }

  private static final class Server {
    final VirtualConnection connection;
    int answered;
    boolean isGone;

    Server(VirtualConnection connection) {
      this.connection = connection;
    }
  }

  private static final class Run {
    private final Playbook play;
    private final SplittableRandom random;
    private final List<Client> clients = new ArrayList<>();
    private final List<Server> servers = new ArrayList<>();
    private int requests;

    Run(Playbook play, long seed) {
      this.play = play;
      this.random = new SplittableRandom(seed);
    }

    int play() {
      for (int step = 0; step < 200; step++) step();
      // All is well from now on, and everybody says what they had begun to say.
      for (Client each : clients) flush(each);
      for (int round = 0; round < 40; round++) {
        while (play.worker().waiting() != null) connect(true);
        for (Server each : List.copyOf(servers)) while (asksFor(each) != null) answer(each, 0);
        play.pass(Duration.ofMillis(600));
      }
      play.expectIdle();
      int whole = 0;
      for (Client each : clients) whole += check(each);
      checkPosts();
      return whole;
    }

    private void step() {
      switch (random.nextInt(12)) {
        case 0 -> {
          if (clients.size() < 12) clients.add(new Client(play.client()));
        }
        case 1, 2, 3 -> ask();
        case 4 -> clients.forEach(this::flush);
        case 5 -> {
          if (!clients.isEmpty() && random.nextInt(4) == 0) leave(pick(clients));
        }
        case 6, 7 -> connect(random.nextInt(6) != 0);
        case 8, 9, 10 -> {
          if (!servers.isEmpty()) {
            Server server = pick(servers);
            if (asksFor(server) != null) answer(server, random.nextInt(12));
            else if (random.nextInt(5) == 0) gone(server, random.nextBoolean());
          }
        }
        default -> play.pass(Duration.ofMillis(1 + random.nextInt(400)));
      }
    }

    private <T> T pick(List<T> from) {
      return from.get(random.nextInt(from.size()));
    }

    // ---- clients

    private void ask() {
      if (clients.isEmpty()) return;
      Client client = pick(clients);
      if (client.isGone || !client.connection.isOpen() || !client.unsent.isEmpty()) return;
      String path = "/" + ++requests;
      String text =
          random.nextInt(3) == 0
              ? "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
              : "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
      client.asked.add(path);
      int cut = random.nextBoolean() ? text.length() : 1 + random.nextInt(text.length() - 1);
      client.unsent = text.substring(cut);
      client.connection.sends(text.substring(0, cut));
    }

    private void flush(Client client) {
      String rest = client.unsent;
      client.unsent = "";
      if (!rest.isEmpty() && !client.isGone && client.connection.isOpen())
        client.connection.sends(rest);
    }

    private void leave(Client client) {
      if (client.isGone || !client.connection.isOpen()) return;
      client.isGone = true;
      if (random.nextBoolean()) client.connection.resets();
      else client.connection.ends();
    }

    // ---- endpoints

    private void connect(boolean isAccepted) {
      String address = play.worker().waiting();
      if (address == null) return;
      if (isAccepted) servers.add(new Server(play.accept(address)));
      else play.refuse(address);
    }

    private static String asksFor(Server server) {
      if (server.isGone || !server.connection.isOpen()) return null;
      Matcher each = REQUEST.matcher(server.connection.received());
      String path = null;
      for (int i = 0; i <= server.answered; i++) path = each.find() ? each.group(2) : null;
      return path;
    }

    private void answer(Server server, int how) {
      String path = asksFor(server);
      server.answered++;
      String head = "HTTP/1.1 200 OK\r\n";
      switch (how) {
        case 1 -> gone(server, true);
        case 2 -> {
          server.connection.sends(head + "Content-Length: 50\r\n\r\n" + path);
          gone(server, random.nextBoolean());
        }
        case 3 -> server.connection.sends("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
        case 4 -> server.connection.sends("what?\r\n\r\n");
        case 5 -> server.connection.sends(full(path) + "more than was asked for");
        case 6, 7 ->
            server.connection.sends(
                "HTTP/1.1 103 Early Hints\r\n\r\n"
                    + head
                    + "Transfer-Encoding: chunked\r\n\r\n"
                    + Integer.toHexString(path.length())
                    + "\r\n"
                    + path
                    + "\r\n0\r\n\r\n");
        default -> server.connection.trickles(full(path));
      }
    }

    private static String full(String path) {
      return "HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\n\r\n" + path;
    }

    private static void gone(Server server, boolean reset) {
      server.isGone = true;
      if (reset) server.connection.resets();
      else server.connection.ends();
    }

    // ---- what must hold

    private static int check(Client client) {
      String rest = client.connection.received();
      int whole = 0;
      for (int i = 0; !rest.isEmpty(); ) {
        int end = rest.indexOf("\r\n\r\n");
        assertThat(end).as("a head in: %s", rest).isPositive();
        String head = rest.substring(0, end + 2);
        rest = rest.substring(end + 4);
        if (head.startsWith("HTTP/1.1 103 ")) continue;
        assertThat(i).as("more answers than requests: %s", head).isLessThan(client.asked.size());
        String path = client.asked.get(i++);
        Matcher length = LENGTH.matcher(head);
        String body;
        if (length.find()) {
          int bytes = Integer.parseInt(length.group(1));
          if (rest.length() < bytes) {
            assertThat(client.connection.isOpen()).as("cut, and still open: " + head).isFalse();
            return whole;
          }
          body = rest.substring(0, bytes);
          rest = rest.substring(bytes);
        } else {
          assertThat(head).contains("Transfer-Encoding: chunked");
          int last = rest.indexOf("0\r\n\r\n");
          if (last < 0) {
            assertThat(client.connection.isOpen()).as("cut, and still open: " + head).isFalse();
            return whole;
          }
          body = path;
          assertThat(rest).startsWith(Integer.toHexString(path.length()) + "\r\n" + path + "\r\n0");
          rest = rest.substring(rest.indexOf("\r\n0\r\n\r\n") + 7);
        }
        if (head.startsWith("HTTP/1.1 200 ")) {
          assertThat(body).as("the answer to " + path).isEqualTo(path);
          whole++;
        } else {
          assertThat(head).containsPattern("^HTTP/1\\.1 (408|502|503|504) ");
        }
      }
      if (!client.isGone && client.connection.isOpen())
        assertThat(whole).isLessThanOrEqualTo(client.asked.size());
      return whole;
    }

    private void checkPosts() {
      Map<String, Integer> times = new HashMap<>();
      for (Server each : servers) {
        Matcher posts = REQUEST.matcher(each.connection.received());
        while (posts.find())
          if (posts.group(1).equals("POST")) times.merge(posts.group(2), 1, Integer::sum);
      }
      times.forEach((path, count) -> assertThat(count).as("POST " + path).isEqualTo(1));
    }
  }
}
