package dev.penstock.engine.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.boot.Gateway;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Listeners that speak TLS (T1 to T4, T7, T10, T11, L8). */
class TlsWireTest {
  private static final String ONE = "{ chain: one.pem, key: one.key }";

  @TempDir private static Path folder;
  private static TestCertificates made;

  private @Nullable Gateway gateway;

  @BeforeAll
  static void makeCertificates() {
    made =
        new TestCertificates(folder)
            .make("one", "EC", "one.test", "127.0.0.1")
            .make("two", "EC", "two.test", "*.two.test")
            .make("rsa", "RSA", "one.test", "127.0.0.1")
            .make("next", "EC", "one.test")
            .make("client", "EC");
  }

  @AfterEach
  void stop() {
    if (gateway != null) gateway.close(0, 1000);
  }

  private static String yaml(String tls) {
    return """
    listeners: { web: { bind: "127.0.0.1:0", tls: %s } }
    routes:
      hello: { match: { path: /hello }, respond: { body: hello } }
      scheme: { match: { path: /scheme, scheme: https }, respond: { body: https } }
    access-log: { to: off }
    workers: 1
    """
        .formatted(tls);
  }

  private Gateway start(String yaml) {
    return gateway = Gateway.start(yaml, folder, List.of());
  }

  private Gateway serving(String certificates) {
    return start(yaml("{ certificates: [ %s ] }".formatted(certificates)));
  }

  private SSLSocket socket(SSLContext context, @Nullable String name, String... protocols)
      throws IOException {
    InetSocketAddress at = Objects.requireNonNull(gateway).address("web");
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(at.getAddress(), at.getPort());
    socket.setSoTimeout(10_000);
    SSLParameters parameters = socket.getSSLParameters();
    if (name != null) parameters.setServerNames(List.of(new SNIHostName(name)));
    if (protocols.length > 0) parameters.setProtocols(protocols);
    socket.setSSLParameters(parameters);
    return socket;
  }

  private SSLSocket socket(@Nullable String name, String... protocols) throws IOException {
    return socket(made.context(null), name, protocols);
  }

  private byte[] shownTo(@Nullable String name) throws Exception {
    try (SSLSocket socket = socket(name)) {
      socket.startHandshake();
      return socket.getSession().getPeerCertificates()[0].getEncoded();
    }
  }

  private static void assertServes(SSLSocket socket) {
    List<SNIServerName> names = socket.getSSLParameters().getServerNames();
    boolean isNamed = names != null && !names.isEmpty();
    String host = isNamed ? ((SNIHostName) names.getFirst()).getAsciiName() : "a.test";
    try (RawClient client = RawClient.over(socket)) {
      assertThat(client.get("/hello", host).body()).isEqualTo("hello");
      assertThat(client.get("/scheme", host).body()).isEqualTo("https");
    }
  }

  /** T1. */
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void servesInEachVersionThereIs(String version) throws Exception {
    serving(ONE);
    SSLSocket socket = socket("one.test", version);
    assertServes(socket);
    assertThat(socket.getSession().getProtocol()).isEqualTo(version);
  }

  /** T1. */
  @Test
  void refusesVersionsThatTheListenerDoesNotWant() throws Exception {
    start(yaml("{ certificates: [ %s ], min-version: \"1.3\" }".formatted(ONE)));
    try (SSLSocket socket = socket("one.test", "TLSv1.2")) {
      assertThatThrownBy(socket::startHandshake)
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("protocol_version");
    }
    assertServes(socket("one.test", "TLSv1.3"));
  }

  /** T2. */
  @ParameterizedTest
  @CsvSource({
    "one.test, one",
    "ONE.test, one",
    "two.test, two",
    "a.two.test, two",
    ", one",
  })
  void showsTheCertificateThatStandsForTheName(@Nullable String name, String expected)
      throws Exception {
    serving(ONE + ", { chain: two.pem, key: two.key }");
    assertThat(shownTo(name)).isEqualTo(made.encoded(expected));
  }

  /** T2: a wildcard stands for one label. */
  @ParameterizedTest
  @ValueSource(strings = {"three.test", "a.b.two.test"})
  void refusesNamesThatNoCertificateStandsFor(String name) throws Exception {
    serving(ONE + ", { chain: two.pem, key: two.key }");
    try (SSLSocket socket = socket(name)) {
      assertThatThrownBy(socket::startHandshake)
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("unrecognized_name");
    }
  }

  @Test
  void showsTheFirstCertificateToUnknownNamesWhenAskedTo() throws Exception {
    start(yaml("{ certificates: [ %s ], unknown-name: default }".formatted(ONE)));
    assertThat(shownTo("three.test")).isEqualTo(made.encoded("one"));
  }

  @Test
  void hasAnRsaCertificateForClientsThatCannotCheckTheOther() throws Exception {
    serving(ONE + ", { chain: rsa.pem, key: rsa.key }");
    assertThat(shownTo("one.test")).isEqualTo(made.encoded("one"));
    try (SSLSocket socket = socket("one.test", "TLSv1.2")) {
      socket.setEnabledCipherSuites(new String[] {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"});
      socket.startHandshake();
      assertThat(socket.getSession().getPeerCertificates()[0].getEncoded())
          .isEqualTo(made.encoded("rsa"));
    }
  }

  /** T3. */
  @Test
  void refusesProtocolsThatItDoesNotSpeak() throws Exception {
    serving(ONE);
    try (SSLSocket socket = socket("one.test")) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"spdy/1"});
      socket.setSSLParameters(parameters);
      assertThatThrownBy(socket::startHandshake)
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("no_application_protocol");
    }
  }

  /** T4: connections stay, handshakes from now on are shown the new one. */
  @Test
  void aRenewedCertificateIsShownWithoutDroppingAConnection() throws Exception {
    TestCertificates own = made;
    own.replace("renewed", "one");
    Gateway running = serving("{ chain: renewed.pem, key: renewed.key }");
    String yaml = yaml("{ certificates: [ { chain: renewed.pem, key: renewed.key } ] }");
    try (RawClient before = RawClient.over(socket("one.test"))) {
      assertThat(before.get("/hello", "one.test").body()).isEqualTo("hello");
      own.replace("renewed", "next");
      assertThat(running.files()).contains(folder.resolve("renewed.pem").toAbsolutePath());
      assertThat(running.reload(yaml, folder)).isEmpty();
      assertThat(shownTo("one.test")).isEqualTo(own.encoded("next"));
      assertThat(before.get("/hello", "one.test").body()).isEqualTo("hello");
      own.write("renewed.key", "nonsense");
      assertThat(running.reload(yaml, folder))
          .contains("listeners.web.tls.certificates[0]")
          .contains("holds no private key");
      assertThat(shownTo("one.test")).isEqualTo(own.encoded("next"));
    }
  }

  /** T7. */
  @Test
  void letsClientsInThatShowACertificateOfTheAuthority() throws Exception {
    start(yaml("{ certificates: [ %s ], client-certificates: ca.pem }".formatted(ONE)));
    assertServes(socket(made.context("client"), "one.test"));
    try (SSLSocket without = socket("one.test", "TLSv1.2")) {
      assertThatThrownBy(without::startHandshake).isInstanceOf(SSLException.class);
    }
  }

  /** T7, H10: as RFC 9440 says, and nobody else can say it. */
  @Test
  void tellsFiltersAndEndpointsWhichCertificateTheClientHasShown() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok()) {
      start(
          """
          listeners:
            web:
              bind: "127.0.0.1:0"
              tls: { certificates: [ %s ], client-certificates: { authorities: ca.pem, demand: request } }
          upstreams: { up: { endpoints: [ "%s" ] } }
          routes: { all: { upstream: up } }
          access-log: { to: off }
          workers: 1
          """
              .formatted(ONE, upstream.address()));
      String spoofed = "GET / HTTP/1.1\r\nHost: one.test\r\nClient-Cert: :AAAA:\r\n\r\n";
      try (RawClient client = RawClient.over(socket(made.context("client"), "one.test"))) {
        assertThat(client.send(spoofed).readResponse().status()).isEqualTo(200);
        assertThat(upstream.lastRequest().all("client-cert"))
            .containsExactly(
                ":" + Base64.getEncoder().encodeToString(made.encoded("client")) + ":");
      }
      try (RawClient nobody = RawClient.over(socket("one.test"))) {
        assertThat(nobody.send(spoofed).readResponse().status()).isEqualTo(200);
        assertThat(upstream.lastRequest().all("client-cert")).isEmpty();
      }
    }
  }

  /** T10: what was agreed on without a certificate is worth nothing where one is required. */
  @Test
  void aSessionOfOneListenerCannotBeResumedOnAnother() throws Exception {
    Gateway running =
        start(
            """
            listeners:
              web: { bind: "127.0.0.1:0", tls: { certificates: [ %s ] } }
              strict: { bind: "127.0.0.1:0", tls: { certificates: [ %s ], client-certificates: ca.pem } }
            routes: { hello: { match: { path: /hello }, respond: { body: hello } } }
            access-log: { to: off }
            workers: 1
            """
                .formatted(ONE, ONE));
    SSLContext client = made.context(null);
    try (RawClient once = RawClient.over(socket(client, "one.test"))) {
      assertThat(once.get("/hello", "one.test").body()).isEqualTo("hello");
    }
    InetSocketAddress strict = running.address("strict");
    try (Socket plain = new Socket(strict.getAddress(), strict.getPort());
        // The same peer by name and port, so that the client offers the session it has.
        SSLSocket socket =
            (SSLSocket)
                client
                    .getSocketFactory()
                    .createSocket(plain, "127.0.0.1", running.address("web").getPort(), true)) {
      assertThatThrownBy(
              () -> {
                socket.startHandshake();
                socket
                    .getOutputStream()
                    .write("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII));
                if (socket.getInputStream().read() < 0) throw new IOException("closed");
              })
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void tellsThoseWhoSpeakHttpToUseHttps() {
    Gateway running = serving(ONE);
    try (RawClient client = RawClient.connect(running.address("web"))) {
      RawResponse answer = client.get("/hello");
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).contains("https://");
      client.expectClosed();
    }
  }

  /** L8. */
  @Test
  void endsHandshakesThatTakeTooLong() {
    Gateway running =
        start(yaml("{ certificates: [ %s ], handshake-timeout: 100ms }".formatted(ONE)));
    try (RawClient client = RawClient.connect(running.address("web"))) {
      client.send((byte) 22, (byte) 3, (byte) 1);
      client.expectClosed();
    }
  }

  @Test
  void understandsRecordsThatComeByteByByte() throws Exception {
    Gateway running = serving(ONE);
    try (ServerSocket relay = new ServerSocket(0)) {
      Thread.ofVirtual().start(() -> trickle(relay, running.address("web")));
      SSLSocket socket =
          (SSLSocket)
              made.context(null).getSocketFactory().createSocket("127.0.0.1", relay.getLocalPort());
      assertServes(socket);
    }
  }

  private static void trickle(ServerSocket relay, InetSocketAddress target) {
    try (Socket near = relay.accept();
        Socket far = new Socket(target.getAddress(), target.getPort())) {
      far.setTcpNoDelay(true);
      Thread.ofVirtual()
          .start(() -> {
            try {
              far.getInputStream().transferTo(near.getOutputStream());
            } catch (IOException e) {
              // The test is over.
            }
          });
      OutputStream out = far.getOutputStream();
      for (int each; (each = near.getInputStream().read()) >= 0; ) out.write(each);
    } catch (IOException e) {
      // The test is over.
    }
  }

  @Test
  void largeBodiesPassBothWaysToASlowReader() throws Exception {
    String body = "0123456789abcdef".repeat(256 * 1024);
    try (ScriptedUpstream upstream =
        ScriptedUpstream.replying((request, peer) ->
            peer.send(
                "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"
                    .formatted(request.body().length(), request.body())))) {
      start(
          """
          listeners: { web: { bind: "127.0.0.1:0", tls: { certificates: [ %s ] } } }
          upstreams: { up: { endpoints: [ "%s" ] } }
          routes: { all: { upstream: up } }
          access-log: { to: off }
          workers: 1
          """
              .formatted(ONE, upstream.address()));
      try (RawClient client = RawClient.over(socket("one.test"))) {
        client.send(
            "POST / HTTP/1.1\r\nHost: one.test\r\nContent-Length: %d\r\n\r\n"
                .formatted(body.length()));
        client.send(body);
        assertThat(client.readResponse().body()).isEqualTo(body);
      }
    }
  }

  /** U22. */
  @Test
  void speaksTlsToEndpointsAndChecksWhoTheyAre() throws Exception {
    try (ScriptedUpstream upstream =
        ScriptedUpstream.secure(
            made.context("two"),
            peer -> {
              while (peer.readRequest() != null) peer.send(ScriptedUpstream.OK);
            })) {
      String yaml =
          """
          listeners: { web: "127.0.0.1:0" }
          upstreams: { up: { endpoints: [ "%s" ], tls: %s } }
          routes: { all: { upstream: up } }
          access-log: { to: off }
          workers: 1
          """;
      Gateway running =
          start(yaml.formatted(upstream.address(), "{ authorities: ca.pem, name: two.test }"));
      try (RawClient client = RawClient.connect(running.address("web"))) {
        assertThat(client.get("/").status()).isEqualTo(200);
        assertThat(client.get("/").status()).isEqualTo(200);
        assertThat(upstream.connections()).isEqualTo(1);
        // Another idea of who they are may not use the connection of before.
        for (String wrong : List.of("{ authorities: ca.pem }", "{ name: two.test }")) {
          assertThat(running.reload(yaml.formatted(upstream.address(), wrong), folder)).isEmpty();
          RawResponse refused = client.get("/");
          assertThat(refused.status()).isEqualTo(502);
          assertThat(refused.field("proxy-status")).contains("tls_protocol_error");
        }
        assertThat(running.reload(yaml.formatted(upstream.address(), "{ verify: false }"), folder))
            .isEmpty();
        assertThat(client.get("/").status()).isEqualTo(200);
      }
    }
  }

  /** T11. */
  @Test
  void anEndWithoutCloseNotifyIsNoEndOfABody() throws Exception {
    try (ServerSocket upstream = new ServerSocket(0)) {
      Thread.ofVirtual().start(() -> breakOff(upstream));
      Gateway running =
          start(
              """
              listeners: { web: "127.0.0.1:0" }
              upstreams: { up: { endpoints: [ "127.0.0.1:%d" ], tls: { verify: false } } }
              routes: { all: { upstream: up } }
              access-log: { to: off }
              workers: 1
              """
                  .formatted(upstream.getLocalPort()));
      try (RawClient client = RawClient.connect(running.address("web"))) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.readToEnd()).contains("half of").doesNotContain("\r\n0\r\n");
      }
    }
  }

  private static void breakOff(ServerSocket upstream) {
    try (Socket plain = upstream.accept()) {
      SSLSocket secured =
          (SSLSocket)
              made.context("two")
                  .getSocketFactory()
                  .createSocket(plain, "127.0.0.1", plain.getPort(), false);
      secured.setUseClientMode(false);
      while (secured.getInputStream().read() != '\n') {
        // A line is enough to answer.
      }
      secured
          .getOutputStream()
          .write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf of".getBytes(US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ chain: none.pem, key: one.key }|there is no file",
        "{ chain: one.key, key: one.key }|holds no -----BEGIN CERTIFICATE-----",
        "{ chain: one.pem, key: two.key }|the key is not that of the first certificate",
        "{ chain: one.pem }|holds no private key",
        "{ key: one.key }|either { chain: site.pem, key: site.key } or",
        "{ key-store: made.p12, password: wrong }|made.p12 cannot be read",
        "{ key-store: made.p12 }|needs its password",
      })
  void saysWhatIsWrongWithACertificate(String certificate, String expected) {
    assertThatThrownBy(() -> serving(certificate))
        .hasMessageContaining("gateway.yaml:1:")
        .hasMessageContaining("listeners.web.tls.certificates[0]")
        .hasMessageContaining(expected);
  }
}
