package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.spi.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The main flows and the failures of an exchange, each from the first byte to the last. */
final class PlaybookTest {
  private static final String A = "10.0.0.1:80";
  private static final String B = "10.0.0.2:80";
  private static final String GET = "GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n";
  private static final String GET_UP = " gets GET /x HTTP/1.1|Host: a.test||";
  private static final String OK = "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 2\r\n\r\nok";
  private static final String OK_DOWN =
      "client gets HTTP/1.1 200 OK|Date: now|Content-Length: 2||ok";
  private static final String DATE = "Date: Thu, 01 Jan 1970 00:16:40 GMT";

  private static Playbook one(String rules, Probe... probes) {
    StringBuilder filters = new StringBuilder();
    for (Probe each : probes) {
      if (!filters.isEmpty()) filters.append(", ");
      filters.append("{ ").append(each.name()).append(": {} }");
    }
    return Playbook.of(
        """
        upstreams: { up: { endpoints: [ "10.0.0.1:80" ]%s } }
        routes: { all: { upstream: up, filters: [ %s ] } }
        """
            .formatted(rules, filters),
        probes);
  }

  private static Playbook two() {
    return Playbook.of(
        """
        upstreams: { up: { endpoints: [ "10.0.0.1:80", "10.0.0.2:80" ], retry: { backoff: 0s } } }
        routes: { all: { upstream: up } }
        """);
  }

  @Test
  void aRequestGoesToAnEndpointAndItsAnswerToTheClient() {
    try (Playbook play = one("")) {
      VirtualConnection client = play.client();
      client.sends("GET /x HTTP/1.1\r\nHost: a.te");
      play.expect();
      client.sends("st\r\n\r\n");
      play.expect("connect " + A);
      VirtualConnection up = play.accept(A);
      play.expect(A + GET_UP);
      up.sends(OK);
      play.expect(OK_DOWN);
      play.expectIdle();
      client.sends(GET);
      play.expect(A + GET_UP);
      up.trickles(OK);
      assertThat(client.received()).endsWith("ok");
      play.expectIdle();
    }
  }

  @Test
  void filtersAreCalledInOrderAroundTheAttempt() {
    Playbook[] play = new Playbook[1];
    Probe first = new Probe("first");
    Probe second = new Probe("second");
    for (Probe probe : new Probe[] {first, second}) {
      for (Phase phase :
          new Phase[] {
            Phase.ON_REQUEST, Phase.ON_UPSTREAM_REQUEST, Phase.ON_RESPONSE, Phase.ON_LOG
          }) {
        probe.on(
            phase,
            (exchange, part) -> {
              play[0].note(probe.name() + " " + phase);
              return Verdict.NEXT;
            });
      }
    }
    try (Playbook made = one("", first, second)) {
      play[0] = made;
      made.client().sends(GET);
      made.expect(
          "first ON_REQUEST",
          "second ON_REQUEST",
          "first ON_UPSTREAM_REQUEST",
          "second ON_UPSTREAM_REQUEST",
          "connect " + A);
      VirtualConnection up = made.accept(A);
      made.expect(A + GET_UP);
      up.sends(OK);
      made.expect(
          "second ON_RESPONSE", "first ON_RESPONSE", "first ON_LOG", "second ON_LOG", OK_DOWN);
    }
  }

  @Test
  void aFilterThatAnswersKeepsTheRequestFromTheUpstream() {
    Probe probe =
        new Probe("guard")
            .on(Phase.ON_REQUEST, (exchange, part) -> Verdict.respond(Response.text(403, "no\n")));
    try (Playbook play = one("", probe)) {
      play.client().sends(GET);
      play.expect(
          "client gets HTTP/1.1 403 Forbidden|Content-Type: text/plain; charset=utf-8|"
              + DATE
              + "|Content-Length: 3||no\n");
      play.expectIdle();
    }
  }

  @Test
  void pipelinedRequestsAreServedOneAfterTheOther() {
    try (Playbook play = one("")) {
      VirtualConnection client = play.client().sends(GET + GET.replace("/x", "/y"));
      play.expect("connect " + A);
      VirtualConnection up = play.accept(A);
      play.expect(A + GET_UP);
      up.sends(OK);
      play.expect(OK_DOWN, A + GET_UP.replace("/x", "/y"));
      up.sends(OK);
      play.expect(OK_DOWN);
      assertThat(client.isOpen()).isTrue();
    }
  }

  @Test
  void aBodyStreamsInPartsAndIsFramedAnew() {
    try (Playbook play = one("")) {
      VirtualConnection client =
          play.client()
              .sends(
                  "POST /x HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\none\r\n");
      play.expect("connect " + A);
      VirtualConnection up = play.accept(A);
      play.expect(A + " gets POST /x HTTP/1.1|Host: a.test|Transfer-Encoding: chunked||3|one|");
      client.sends("3\r\ntwo\r\n0\r\n\r\n");
      play.expect(A + " gets 3|two|0||");
      up.sends(OK);
      play.expect(OK_DOWN);
    }
  }

  @Test
  void aRefusedConnectGoesToTheOtherEndpoint() {
    try (Playbook play = two()) {
      play.client().sends(GET);
      play.expect("connect " + A);
      play.refuse(A);
      play.expect("connect " + B);
      VirtualConnection up = play.accept(B);
      play.expect(B + GET_UP);
      up.sends(OK);
      play.expect(OK_DOWN);
      play.expectIdle();
    }
  }

  @Test
  void aConnectThatTakesTooLongGoesToTheOtherEndpoint() {
    try (Playbook play = two()) {
      play.client().sends(GET);
      play.expect("connect " + A);
      play.pass(Duration.ofMillis(4900));
      play.expect();
      play.pass(Duration.ofMillis(200));
      play.expect("connect " + B);
    }
  }

  @Test
  void aSilentEndpointMeans504() {
    try (Playbook play = one(", timeouts: { response-head: 2s }, retry: { attempts: 1 }")) {
      VirtualConnection client = play.client().sends(GET);
      VirtualConnection up = play.accept(A);
      play.expect("connect " + A, A + GET_UP);
      play.pass(Duration.ofMillis(1990));
      play.expect();
      play.pass(Duration.ofMillis(20));
      assertThat(up.isOpen()).isFalse();
      assertThat(client.received()).startsWith("HTTP/1.1 504 ");
      assertThat(client.isOpen()).isTrue();
      play.expectIdle();
    }
  }

  @Test
  void anAnswerThatIsCutOffBreaksTheClientsConnection() {
    try (Playbook play = one("")) {
      VirtualConnection client = play.client().sends(GET);
      VirtualConnection up = play.accept(A);
      up.sends(OK.replace("th: 2", "th: 9"));
      play.expect("connect " + A, A + GET_UP, OK_DOWN.replace("th: 2", "th: 9"));
      up.ends();
      play.expect(A + " is reset", "client is reset");
      assertThat(client.isOpen()).isFalse();
      play.expectIdle();
    }
  }

  @Test
  void aClientThatGoesTakesItsRequestWithIt() {
    try (Playbook play = one("")) {
      VirtualConnection client = play.client().sends(GET);
      VirtualConnection up = play.accept(A);
      play.expect("connect " + A, A + GET_UP);
      client.resets();
      assertThat(up.isOpen()).isFalse();
      play.expectIdle();
    }
  }

  @Test
  void aClientThatGoesWhileWeConnectLeavesNothingBehind() {
    try (Playbook play = one("")) {
      VirtualConnection client = play.client().sends(GET);
      play.expect("connect " + A);
      client.resets();
      play.expectIdle();
      assertThat(play.worker().waiting()).isNull();
    }
  }

  @Test
  void aMalformedRequestReachesNobody() {
    try (Playbook play = one("")) {
      VirtualConnection client = play.client().sends("GET /x HTTP/1.1\nHost: a\n\n");
      assertThat(client.received()).startsWith("HTTP/1.1 400 ").contains("Connection: close");
      assertThat(client.isOpen()).isFalse();
      assertThat(play.worker().waiting()).isNull();
      play.expectIdle();
    }
  }

  @Test
  void aMalformedAnswerMeans502() {
    try (Playbook play = one(", retry: { attempts: 1 }")) {
      VirtualConnection client = play.client().sends(GET);
      VirtualConnection up = play.accept(A);
      up.sends("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx");
      assertThat(client.received()).startsWith("HTTP/1.1 502 ");
      assertThat(up.isOpen()).isFalse();
      play.expectIdle();
    }
  }

  @Test
  void aSlowHeadIsAnsweredWith408AndASilentClientWithNothing() {
    try (Playbook play = one("")) {
      VirtualConnection slow = play.client().sends("GET /x HTT");
      VirtualConnection silent = play.client();
      play.pass(Duration.ofMillis(10_010));
      assertThat(slow.received()).startsWith("HTTP/1.1 408 ");
      assertThat(slow.isOpen()).isFalse();
      assertThat(silent.isOpen()).isTrue();
      play.pass(Duration.ofSeconds(70));
      assertThat(silent.received()).isEmpty();
      assertThat(silent.isOpen()).isFalse();
    }
  }

  /** L5, L6: neither side's slowness makes us hold more than the watermarks. */
  @Test
  void aClientThatReadsOneByteASecondHoldsTheEndpointBack() {
    try (Playbook play =
        Playbook.of(
            """
            upstreams: { up: { endpoints: [ "10.0.0.1:80" ], timeouts: { idle: 1h } } }
            routes: { all: { upstream: up } }
            """)) {
      VirtualConnection client = play.client().sends(GET);
      VirtualConnection up = play.accept(A);
      client.stopsReading();
      up.sends("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
      String part = "x".repeat(16 * 1024);
      int sent = 0;
      while (up.isReading() && sent < 1000) {
        up.sends(part);
        sent++;
      }
      assertThat(up.isReading()).as("still reading after %d parts", sent).isFalse();
      int most = client.mostPending();
      for (int second = 0; second < 4; second++) {
        client.takes(1);
        play.pass(Duration.ofSeconds(1));
        assertThat(client.mostPending()).isEqualTo(most).isLessThan(128 * 1024);
        assertThat(up.isReading()).isFalse();
      }
      // Five seconds of grace, then 240 bytes a second are asked for.
      play.pass(Duration.ofSeconds(40));
      assertThat(client.isOpen()).isFalse();
      play.expectIdle();
    }
  }

  @Test
  void aClientThatSendsOneByteASecondIsCutOff() {
    try (Playbook play = one("")) {
      VirtualConnection client =
          play.client().sends("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
      VirtualConnection up = play.accept(A);
      for (int second = 0; second < 4; second++) {
        client.sends("x");
        play.pass(Duration.ofSeconds(1));
        assertThat(client.isOpen()).isTrue();
      }
      for (int second = 0; second < 3 && client.isOpen(); second++) {
        client.sends("x");
        play.pass(Duration.ofSeconds(1));
      }
      assertThat(client.received()).startsWith("HTTP/1.1 408 ");
      assertThat(up.isOpen()).isFalse();
      play.expectIdle();
    }
  }
}
