package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.boot.Gateway;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HTTP/2 where a client of TLS asks for it (T3), and for whom it may ask there (F13). */
final class Http2TlsWireTest {
  @TempDir private static Path folder;
  private static TestCertificates made;

  @BeforeAll
  static void makeCertificates() {
    made =
        new TestCertificates(folder)
            .make("one", "EC", "one.test", "localhost", "127.0.0.1")
            .make("two", "EC", "two.test");
  }

  private static Gateway start(String more) {
    String yaml =
        """
        listeners:
          web:
            bind: "127.0.0.1:0"
            tls:
              certificates: [ { chain: one.pem, key: one.key }, { chain: two.pem, key: two.key } ]
            %s
        routes: { hello: { respond: { body: hello } } }
        access-log: { to: off }
        shutdown: { pre-stop: 0s, grace: 1s }
        workers: 1
        """
            .formatted(more);
    return Gateway.start(yaml, folder, List.of());
  }

  private static SSLSocket agreed(Gateway gateway, String... protocols) throws Exception {
    InetSocketAddress at = gateway.address("web");
    SSLSocket socket =
        (SSLSocket)
            made.context(null).getSocketFactory().createSocket(at.getAddress(), at.getPort());
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName("one.test")));
    parameters.setApplicationProtocols(protocols);
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  @ParameterizedTest
  @CsvSource({
    "'', h2 http/1.1, h2",
    "'', http/1.1 h2, h2",
    "'', http/1.1, http/1.1",
    "'', '', ''",
    "'http2: off', h2 http/1.1, http/1.1",
    "'http2: on', h2, h2",
  })
  void isOfferedUnlessTheListenerSaysNo(String listener, String offered, String agreed)
      throws Exception {
    String[] protocols = offered.isEmpty() ? new String[0] : offered.split(" ");
    try (Gateway gateway = start(listener);
        SSLSocket socket = agreed(gateway, protocols)) {
      assertThat(socket.getApplicationProtocol()).isEqualTo(agreed);
      if (agreed.equals("h2")) {
        try (Http2Client client = Http2Client.over(socket)) {
          client.request(1, "GET", "/", true, "host", "a.test");
          assertThat(client.response(1).status()).isEqualTo(421);
        }
      } else {
        try (RawClient client = RawClient.over(socket)) {
          assertThat(client.get("/", "one.test").body()).isEqualTo("hello");
        }
      }
    }
  }

  /** F13: one certificate may stand for several names, another one's names are not served. */
  @ParameterizedTest
  @CsvSource({"one.test, 200", "ONE.test:443, 200", "localhost, 200", "two.test, 421", "x, 421"})
  void onlyNamesOfTheCertificateAreServed(String authority, int status) throws Exception {
    try (Gateway gateway = start("");
        SSLSocket socket = agreed(gateway, "h2");
        Http2Client client = Http2Client.over(socket)) {
      client.headers(
          1,
          true,
          dev.penstock.engine.http.h2.RawFields.block(
              ":method", "GET", ":scheme", "https", ":path", "/", ":authority", authority));
      assertThat(client.response(1).status()).isEqualTo(status);
    }
  }

  @Test
  void theClientOfTheJdkIsServed() throws Exception {
    try (Gateway gateway = start("");
        HttpClient client =
            HttpClient.newBuilder()
                .sslContext(made.context(null))
                .version(HttpClient.Version.HTTP_2)
                .build()) {
      URI uri = URI.create("https://localhost:" + gateway.address("web").getPort() + "/");
      byte[] body = new byte[300_000];
      Arrays.fill(body, (byte) 'x');
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(uri)
                  .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
      assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(response.body()).isEqualTo("hello");
    }
  }
}
