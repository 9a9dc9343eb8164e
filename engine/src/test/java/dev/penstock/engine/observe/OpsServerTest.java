package dev.penstock.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpsServerTest {
  private record Answer(int status, String head, String body) {}

  private final Metrics metrics = new Metrics(1);
  private volatile Readiness readiness = new Readiness(true, true, true, Map.of());
  private OpsServer server;

  @BeforeEach
  void start() throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server = new OpsServer(any, metrics, () -> readiness, new ManualClock());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({"/livez", "/readyz", "/startupz"})
  void healthIsGoodOrUnavailableWithDetails(String path) throws Exception { // O6
    assertThat(get(path).status()).isEqualTo(200);
    Map<String, String> details = new LinkedHashMap<>();
    details.put("listener web", "not \"bound\"");
    readiness = new Readiness(false, false, false, details);
    Answer answer = get(path);
    assertThat(answer.status()).isEqualTo(503);
    assertThat(Json.object(answer.body().strip()))
        .isEqualTo(
            Map.of("status", "unavailable", "details", Map.of("listener web", "not \"bound\"")));
  }

  @Test
  void eachEndpointAsksItsOwnQuestion() throws Exception {
    readiness = new Readiness(true, true, false, Map.of()); // draining
    assertThat(get("/startupz").status()).isEqualTo(200);
    assertThat(get("/livez").status()).isEqualTo(200);
    assertThat(get("/readyz").status()).isEqualTo(503);
  }

  @Test
  void servesMetricsInTheFormatThatIsAskedFor() throws Exception {
    Answer plain = get("/metrics");
    assertThat(plain.head())
        .containsIgnoringCase("content-type: text/plain; version=0.0.4; charset=utf-8");
    Exposition.of(plain.body().getBytes(StandardCharsets.UTF_8), false);
    // What Prometheus 3 sends.
    String accept =
        String.join(
            ",",
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5",
            "application/openmetrics-text;version=0.0.1;q=0.4",
            "text/plain;version=0.0.4;q=0.2",
            "*/*;q=0.1");
    Answer open =
        send(
            "GET /metrics HTTP/1.1\r\nHost: localhost\r\nAccept: "
                + accept
                + "\r\nConnection: close\r\n\r\n");
    assertThat(open.head()).containsIgnoringCase("application/openmetrics-text; version=1.0.0");
    Exposition.of(open.body().getBytes(StandardCharsets.UTF_8), true);
    accept = "application/openmetrics-text;q=0.1, text/plain";
    Answer preferred =
        send(
            "GET /metrics HTTP/1.1\r\nHost: localhost\r\nAccept: "
                + accept
                + "\r\nConnection: close\r\n\r\n");
    assertThat(preferred.head()).containsIgnoringCase("text/plain; version=0.0.4");
  }

  @Test
  void whatIsNotThereIsAProblemDocument() throws Exception {
    Answer answer = get("/metrics/x");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.head()).containsIgnoringCase("content-type: application/problem+json");
    assertThat(Json.object(answer.body().strip()))
        .containsEntry("status", "404")
        .containsEntry("title", "Not Found");
  }

  @Test
  void headHasNoBodyAndOtherMethodsAreRefused() throws Exception {
    Answer head = send("HEAD /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    Answer post =
        send(
            "POST /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    assertThat(post.status()).isEqualTo(405);
    assertThat(post.head()).containsIgnoringCase("allow: GET, HEAD");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:9000", "[::1]:9000"})
  void answersForItsOwnAddressAndLocalhost(String host) throws Exception {
    assertThat(
            send("GET /livez HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n").status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: evil.example\r\n",
        "Host: evil.example:9000\r\n",
        "Host: localhost.evil.example\r\n",
        "Host: 192.0.2.1\r\n",
        "Host: \r\n",
        "Host: localhost\r\nHost: evil.example\r\n"
      })
  void refusesNamesThatWereReboundToIt(String host) throws Exception {
    Answer answer = send("GET /metrics HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n");
    assertThat(answer.status()).isIn(400, 421);
    assertThat(answer.body()).doesNotContain("penstock_");
  }

  private Answer get(String path) throws IOException {
    return send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  }

  private Answer send(String request) throws IOException {
    try (Socket socket = new Socket(server.address().getAddress(), server.address().getPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int end = all.indexOf("\r\n\r\n");
      return new Answer(
          Integer.parseInt(all.substring(9, 12)), all.substring(0, end), all.substring(end + 4));
    }
  }
}
