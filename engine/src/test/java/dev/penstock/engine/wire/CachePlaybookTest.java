package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The cache as time passes (C2, C7, C8). */
final class CachePlaybookTest {
  private static final String A = "10.0.0.1:80";

  private static Playbook caching() {
    return Playbook.of(
        """
        upstreams: { up: { endpoints: [ "10.0.0.1:80" ], retry: { attempts: 1 } } }
        routes: { all: { upstream: up, cache: true } }
        """);
  }

  private static String ok(String body, String... lines) {
    return "HTTP/1.1 200 OK\r\n"
        + String.join("\r\n", lines)
        + "\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  /** Sends a GET; what the client has received since. */
  private static String get(VirtualConnection client) {
    int before = client.received().length();
    client.sends("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
    return client.received().substring(before);
  }

  /** As {@link #get}, of a request that {@code up} answers. */
  private static String get(VirtualConnection client, VirtualConnection up, String answer) {
    int before = client.received().length();
    int asked = up.received().length();
    client.sends("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
    assertThat(up.received().length()).as("the upstream is asked").isGreaterThan(asked);
    up.sends(answer);
    return client.received().substring(before);
  }

  @Test
  void aResponseAgesAndIsAskedForAgainWhenItIsStale() { // C2
    try (Playbook play = caching()) {
      VirtualConnection client = play.client();
      assertThat(get(client)).isEmpty();
      VirtualConnection up = play.accept(A);
      up.sends(ok("one", "Cache-Control: max-age=10", "Age: 5"));
      play.pass(Duration.ofSeconds(3));
      assertThat(get(client)).contains("Age: 8\r\n").contains("hit; ttl=2").endsWith("one");
      play.pass(Duration.ofSeconds(2));
      assertThat(get(client, up, ok("two", "Cache-Control: max-age=10")))
          .contains("fwd=stale; stored")
          .endsWith("two");
      assertThat(get(client)).contains("Age: 0\r\n").endsWith("two");
    }
  }

  @Test
  void anErrorIsHiddenAsLongAsTheResponseAllows() { // C7
    String down = "HTTP/1.1 503 Down\r\nContent-Length: 4\r\n\r\ndown";
    try (Playbook play = caching()) {
      VirtualConnection client = play.client();
      assertThat(get(client)).isEmpty();
      VirtualConnection up = play.accept(A);
      up.sends(ok("good", "Cache-Control: max-age=1, stale-if-error=10"));
      play.pass(Duration.ofSeconds(11));
      assertThat(get(client, up, down)).contains("200 OK").endsWith("good");
      play.pass(Duration.ofSeconds(1));
      client.sends("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
      VirtualConnection next = play.worker().waiting() == null ? up : play.accept(A);
      next.sends(down);
      assertThat(client.received()).endsWith("down");
    }
  }

  @Test
  void whoHasWaitedLongEnoughAsksForItself() { // C8
    try (Playbook play = caching()) {
      VirtualConnection first = play.client();
      VirtualConnection second = play.client();
      assertThat(get(first)).isEmpty();
      VirtualConnection up = play.accept(A);
      assertThat(get(second)).isEmpty();
      assertThat(play.worker().waiting()).isNull();
      play.pass(Duration.ofSeconds(6));
      VirtualConnection own = play.accept(A);
      own.sends(ok("own", "Cache-Control: max-age=10"));
      assertThat(second.received()).endsWith("own");
      up.sends(ok("late", "Cache-Control: max-age=10"));
      assertThat(first.received()).endsWith("late");
      play.expectIdle();
    }
  }

  @Test
  void aFreshOneIsFetchedBehindTheClientsBackOnce() { // C7
    try (Playbook play = caching()) {
      VirtualConnection client = play.client();
      assertThat(get(client)).isEmpty();
      VirtualConnection up = play.accept(A);
      up.sends(ok("old", "Cache-Control: max-age=1, stale-while-revalidate=10", "ETag: \"a\""));
      play.pass(Duration.ofSeconds(3));
      assertThat(get(client)).contains("hit; ttl=-2").endsWith("old");
      assertThat(get(client)).endsWith("old");
      assertThat(up.received()).contains("If-None-Match: \"a\"");
      up.sends("HTTP/1.1 304 Not Modified\r\nCache-Control: max-age=60\r\n\r\n");
      assertThat(get(client)).contains("hit; ttl=60").endsWith("old");
      play.expectIdle();
    }
  }
}
