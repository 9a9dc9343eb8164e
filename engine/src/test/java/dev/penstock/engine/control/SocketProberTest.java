package dev.penstock.engine.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.time.NanoClock;
import dev.penstock.engine.upstream.HealthCheckRules;
import dev.penstock.engine.upstream.HostPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** U18 on real sockets: what is sent, and what each kind of answer means. */
class SocketProberTest {
  private final SocketProber prober =
      new SocketProber(
          new NanoClock() {
            @Override
            public long nanoTime() {
              return System.nanoTime();
            }

            @Override
            public long wallMillis() {
              return System.currentTimeMillis();
            }
          });
  private final ConcurrentLinkedQueue<String> requests = new ConcurrentLinkedQueue<>();
  private volatile String answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  private volatile boolean staysOpen;
  private ServerSocket server;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "200, true",
    "204, true",
    "299, true",
    "199, false",
    "301, false",
    "302, false",
    "404, false",
    "500, false",
    "503, false",
  })
  void theStatusDecides(int status, boolean passes) throws Exception {
    answer = "HTTP/1.1 " + status + " x\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n";
    assertThat(probe(rules("/healthz")).passed()).isEqualTo(passes);
    assertThat(requests).as("redirects are not followed").hasSize(1);
  }

  @Test
  void theRequestSaysWhoAsksAndWhat() throws Exception {
    probe(rules("/healthz?full=1"));
    assertThat(requests.peek())
        .startsWith("GET /healthz?full=1 HTTP/1.1\n")
        .contains("Host: app.test:80\n", "Connection: close\n", "User-Agent: penstock");
  }

  @Test
  void theHostCanBeAnother() throws Exception {
    probe(rules(HealthCheckRules.Kind.HTTP, "status.test", null, "200"));
    assertThat(requests.peek()).contains("Host: status.test\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.9\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nBad Name: x\r\n\r\n",
        "HTTP/1.1 20",
        "",
      })
  void whatIsNoAnswerFails(String text) throws Exception {
    answer = text;
    assertThat(probe(rules("/")).passed()).isFalse();
  }

  @Test
  void interimAnswersAreSkipped() throws Exception {
    answer =
        "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    assertThat(probe(rules("/")).passed()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Content-Length: 8 | status:ok                        | false",
        "Content-Length: 10 | 'xx OK all '                    | true",
        "Transfer-Encoding: chunked | '3\\r\\nxxO\\r\\n2\\r\\nK!\\r\\n0\\r\\n\\r\\n' | true",
        "Connection: close | 'here is OK'                     | true",
        "Content-Length: 0 | ''                               | false",
      })
  void theBodyMustHoldTheText(String field, String body, boolean passes) throws Exception {
    answer =
        "HTTP/1.1 200 OK\r\n" + field + "\r\n\r\n" + body.replace("\\r", "\r").replace("\\n", "\n");
    assertThat(probe(rules(HealthCheckRules.Kind.HTTP, null, "OK", "200-299")).passed())
        .isEqualTo(passes);
  }

  @Test
  void onlyTheFirstKibibyteOfABodyIsSearched() throws Exception {
    HealthCheckRules rules = rules(HealthCheckRules.Kind.HTTP, null, "OK", "200");
    String head = "HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n";
    staysOpen = true;
    answer = head + "x".repeat(1022) + "OK";
    assertThat(probe(rules).passed()).isTrue();
    answer = head + "x".repeat(1023) + "OK";
    assertThat(probe(rules).passed()).isFalse();
  }

  @Test
  void silenceRunsIntoTheTimeout() throws Exception {
    staysOpen = true;
    answer = "HTTP/1.1 200";
    Prober.Result result = probe(rules("/"));
    assertThat(result.passed()).isFalse();
    assertThat(result.reason()).contains("200 ms");
  }

  @Test
  void aClosedPortFailsAndAnOpenOneIsEnoughForTcp() throws Exception {
    HealthCheckRules tcp = rules(HealthCheckRules.Kind.TCP, null, null, "200");
    assertThat(probe(tcp).passed()).isTrue();
    assertThat(probe(tcp, List.of(at(closedPort()))).passed()).isFalse();
  }

  @Test
  void theNextAddressIsAskedWhenTheFirstRefuses() throws Exception {
    assertThat(probe(rules("/"), List.of(at(closedPort()), at(server.getLocalPort()))).passed())
        .isTrue();
  }

  /** A port that was free a moment ago; nobody ever accepted there. */
  private static int closedPort() throws IOException {
    try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return gone.getLocalPort();
    }
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> talk(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void talk(Socket socket) {
    try (socket) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      StringBuilder request = new StringBuilder();
      for (String line; (line = in.readLine()) != null && !line.isEmpty(); ) {
        request.append(line).append('\n');
      }
      if (request.isEmpty()) return;
      requests.add(request.toString());
      socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
      // Until the prober has had enough.
      if (staysOpen) in.transferTo(Writer.nullWriter());
    } catch (IOException e) {
      // The prober closes as soon as it knows.
    }
  }

  private Prober.Result probe(HealthCheckRules rules) throws Exception {
    return probe(rules, List.of(at(server.getLocalPort())));
  }

  private Prober.Result probe(HealthCheckRules rules, List<InetSocketAddress> addresses)
      throws Exception {
    CompletableFuture<Prober.Result> result = new CompletableFuture<>();
    prober.probe(
        new Prober.Target(addresses, HostPort.parse("app.test:80"), null, rules), result::complete);
    return result.get(30, TimeUnit.SECONDS);
  }

  private static InetSocketAddress at(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private HealthCheckRules rules(String path) {
    return new HealthCheckRules(
        HealthCheckRules.Kind.HTTP,
        path,
        Duration.ofSeconds(5),
        timeout(),
        2,
        3,
        null,
        List.of("200-299"),
        null,
        null,
        null);
  }

  private HealthCheckRules rules(
      HealthCheckRules.Kind kind, String host, String body, String statuses) {
    return new HealthCheckRules(
        kind,
        "/",
        Duration.ofSeconds(5),
        timeout(),
        2,
        3,
        host,
        List.of(statuses),
        body,
        null,
        null);
  }

  /**
   * Long where an answer comes, so that a busy machine does not fail the test; short where none
   * does.
   */
  private Duration timeout() {
    return answer.equals("HTTP/1.1 200") && staysOpen
        ? Duration.ofMillis(200)
        : Duration.ofSeconds(20);
  }
}
