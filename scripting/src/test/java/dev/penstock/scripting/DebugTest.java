package dev.penstock.scripting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.spi.ConfigException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code penstock debug}: a client that speaks the protocol of Chrome DevTools. */
@Timeout(120)
class DebugTest {
  private static final String SCRIPT =
      """
      export default {
        async fetch(request) {
          const name = new URL(request.url).searchParams.get("name");
          return new Response(`hello ${name}\\n`);
        },
      };
      """;
  private static final int LINE_OF_RETURN = 3;

  @TempDir Path folder;
  private Path file;
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("hello.js"), SCRIPT);
    file = folder.resolve("gateway.yaml");
    Files.writeString(
        file,
        """
        workers: { count: 1 }
        listeners: { web: { bind: "127.0.0.1:0" } }
        routes:
          hello:
            match: { path: /hello, listeners: [ web ] }
            script: hello.js
          plain:
            match: /plain
            respond: { body: plain }
        """);
  }

  private CompletableFuture<HttpResponse<String>> get(String url) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(60)).build();
    return client.sendAsync(request, BodyHandlers.ofString());
  }

  @Test
  void aRequestStopsAtABreakpointAndGoesOnWhileAnotherGatewayServes() throws Exception {
    try (Gateway serving = Gateway.start(file);
        DebugGateway debugged = DebugGateway.start(file, "hello", 0, 0);
        DevTools tools = new DevTools(debugged.inspector().webSocket())) {
      assertThat(debugged.inspector().devTools())
          .startsWith("devtools://devtools/bundled/js_app.html?ws=127.0.0.1:");
      tools.ask("Runtime.enable", "{}");
      tools.ask("Debugger.enable", "{}");
      tools.ask("Runtime.runIfWaitingForDebugger", "{}");
      String set =
          tools.ask(
              "Debugger.setBreakpointByUrl",
              "{\"lineNumber\":" + LINE_OF_RETURN + ",\"urlRegex\":\".*hello\\\\.js\"}");
      assertThat(set).contains("breakpointId").contains("\"lineNumber\":" + LINE_OF_RETURN);

      var answer = get(debugged.address() + "/hello?name=world");
      String paused = tools.event("Debugger.paused");
      assertThat(paused).contains("\"functionName\":\"fetch\"").contains("hello.js");
      Matcher frame = Pattern.compile("\"callFrameId\":\"([^\"]+)\"").matcher(paused);
      assertThat(frame.find()).isTrue();
      String seen =
          tools.ask(
              "Debugger.evaluateOnCallFrame",
              "{\"callFrameId\":\"" + frame.group(1) + "\",\"expression\":\"name + '!'\"}");
      assertThat(seen).contains("world!");
      assertThat(answer).isNotDone();

      String other = "http://127.0.0.1:" + serving.address("web").getPort() + "/hello?name=you";
      assertThat(get(other).get(30, TimeUnit.SECONDS).body()).isEqualTo("hello you\n");

      tools.ask("Debugger.resume", "{}");
      assertThat(answer.get(30, TimeUnit.SECONDS).body()).isEqualTo("hello world\n");
    }
  }

  @Test
  void theRouteAloneIsServedOnLoopbackInDevelopmentMode() throws Exception {
    Files.writeString(
        folder.resolve("hello.js"), "export function onRequest() { throw new Error('oops'); }");
    try (DebugGateway debugged = DebugGateway.start(file, "hello", 0, 0)) {
      HttpResponse<String> failed = get(debugged.address() + "/hello").get(30, TimeUnit.SECONDS);
      assertThat(failed.statusCode()).isEqualTo(500);
      assertThat(failed.body()).contains("oops").contains("hello.js:1");
      assertThat(get(debugged.address() + "/plain").get(30, TimeUnit.SECONDS).statusCode())
          .isEqualTo(404);
    }
  }

  @Test
  void aRouteWithoutAScriptIsRefusedAndSoIsOneThatIsNotThere() {
    assertThatThrownBy(() -> DebugGateway.start(file, "plain", 0, 0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("the route \"plain\" has no script; nothing to debug");
    assertThatThrownBy(() -> DebugGateway.start(file, "helo", 0, 0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("there is no route \"helo\"; known: hello, plain");
  }

  /** The other end of the inspector's WebSocket. */
  private static final class DevTools implements WebSocket.Listener, AutoCloseable {
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final StringBuilder message = new StringBuilder();
    private final WebSocket socket;
    private int id;

    DevTools(String address) {
      socket =
          HttpClient.newHttpClient()
              .newWebSocketBuilder()
              .buildAsync(URI.create(address), this)
              .join();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      message.append(data);
      if (last) {
        String text = message.toString();
        message.setLength(0);
        (text.contains("\"method\":") ? events : answers).add(text);
      }
      from.request(1);
      return null;
    }

    String ask(String method, String params) throws InterruptedException {
      int mine = ++id;
      String text = "{\"id\":" + mine + ",\"method\":\"" + method + "\",\"params\":" + params + "}";
      socket.sendText(text, true).join();
      return await(answers, "\"id\":" + mine);
    }

    String event(String method) throws InterruptedException {
      return await(events, "\"method\":\"" + method + "\"");
    }

    private static String await(BlockingQueue<String> from, String part)
        throws InterruptedException {
      while (true) {
        String next = from.poll(30, TimeUnit.SECONDS);
        assertThat(next).as("a message with " + part).isNotNull();
        if (next.contains(part)) return next;
      }
    }

    @Override
    public void close() {
      socket.abort();
    }
  }
}
