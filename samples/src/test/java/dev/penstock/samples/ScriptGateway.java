package dev.penstock.samples;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.wire.Peer;
import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.RawResponse;
import dev.penstock.engine.wire.ScriptedUpstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** A whole gateway with scripts, and two servers behind it that say who they are. */
final class ScriptGateway implements AutoCloseable {
  final ScriptedUpstream one;
  final ScriptedUpstream two;
  private final Gateway gateway;

  private ScriptGateway(String yaml, Path folder, ScriptedUpstream.Reply one) {
    this.one = ScriptedUpstream.replying(one);
    this.two = ScriptedUpstream.replying((request, peer) -> text(peer, "two"));
    // Warm-up is for traffic; here each script is asked a few times only.
    String changed =
        yaml.replace("127.0.0.1:9001", this.one.address())
            .replace("127.0.0.1:9002", this.two.address())
            .replaceAll("script: ([a-z-]+\\.[jt]s)", "script: { file: $1, warm-up: 0ms }")
            .replaceAll("\\{ file: ([a-z-]+(\\.[jt]s)?),", "{ file: $1, warm-up: 0ms,")
            .replace("warm-up: 0ms, warm-up: 0ms", "warm-up: 0ms")
            .replace("127.0.0.1:8080", "127.0.0.1:0")
            .replace("127.0.0.1:9000", "127.0.0.1:0");
    gateway = Gateway.start(changed, folder, Gateway.extensionsOnClassPath());
  }

  /** The gateway of {@code folder/gateway.yaml}. */
  static ScriptGateway of(Path folder, ScriptedUpstream.Reply one) throws IOException {
    return of(Files.readString(folder.resolve("gateway.yaml")), folder, one);
  }

  static ScriptGateway of(String yaml, Path folder, ScriptedUpstream.Reply one) {
    return new ScriptGateway(yaml, folder, one);
  }

  RawClient connect() {
    return RawClient.connect(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.address("web").getPort()));
  }

  /** Asks on a connection of its own. */
  RawResponse ask(String line, String... fields) {
    return askWith("", line, fields);
  }

  RawResponse askWith(String body, String line, String... fields) {
    StringBuilder text = new StringBuilder(line + " HTTP/1.1\r\nHost: a.test\r\n");
    for (String field : fields) text.append(field).append("\r\n");
    if (!body.isEmpty()) text.append("Content-Length: ").append(body.length()).append("\r\n");
    try (RawClient client = connect()) {
      return client.send(text + "\r\n" + body).readResponse();
    }
  }

  static void text(Peer peer, String body) throws IOException {
    typed(peer, "text/plain", body);
  }

  static void typed(Peer peer, String type, String body) throws IOException {
    peer.send(
        "HTTP/1.1 200 OK\r\nX-Powered-By: test\r\nContent-Type: "
            + type
            + "\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  @Override
  public void close() {
    gateway.close(0, 1_000);
    one.close();
    two.close();
  }
}
