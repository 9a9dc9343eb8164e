package dev.penstock.scripting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.control.Registries;
import dev.penstock.engine.control.ScriptDoor.Message;
import dev.penstock.engine.control.ScriptDoor.Sample;
import dev.penstock.engine.control.ScriptDoor.Trial;
import dev.penstock.engine.spi.ConfigException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Issue 5: a sample request to a script that has no traffic. */
final class TryOutTest {
  @TempDir private Path folder;
  private final ScriptExtension scripts = new ScriptExtension();

  @AfterEach
  void close() {
    scripts.close();
  }

  private Trial tryOut(String script, String url, Map<String, Object> settings) throws IOException {
    Path file = Files.writeString(folder.resolve("main.js"), script);
    Message upstream =
        new Message(
            200, List.of(Map.entry("X-Up", "1")), "from upstream".getBytes(StandardCharsets.UTF_8));
    return scripts.tryOut(
        file,
        new Registries(),
        new Sample(
            "GET", url, List.of(Map.entry("X-Tenant", "a")), new byte[0], settings, upstream));
  }

  private static String body(Trial of) {
    return new String(of.response().body(), StandardCharsets.UTF_8);
  }

  @Test
  void showsWhatAScriptAnswersWritesAndCosts() throws IOException {
    Trial trial =
        tryOut(
            """
            export async function onRequest(exchange) {
              console.log("tenant " + exchange.request.headers.get("x-tenant"));
              await new Promise(resolve => setTimeout(resolve, 5000));
              return new Response("made", { status: 201 });
            }
            """,
            "http://example.com/a?b=1",
            Map.of());
    assertThat(trial.response().status()).isEqualTo(201);
    assertThat(body(trial)).isEqualTo("made");
    assertThat(trial.isFromScript()).isTrue();
    assertThat(trial.request()).isNull();
    assertThat(trial.lines())
        .singleElement()
        .satisfies(line -> {
          assertThat(line.text()).isEqualTo("tenant a");
          assertThat(line.isFailure()).isFalse();
        });
    assertThat(trial.cpuNs()).isPositive();
    assertThat(trial.durationNs()).as("waiting takes no time").isLessThan(4_000_000_000L);
  }

  @Test
  void showsWhatWouldGoToTheUpstreamAndComeBack() throws IOException {
    Trial trial =
        tryOut(
            """
            export function onRequest(exchange) { exchange.request.headers.set("x-added", "yes"); }
            """,
            "http://example.com/a?b=1",
            Map.of());
    assertThat(body(trial)).isEqualTo("from upstream");
    assertThat(trial.isFromScript()).isFalse();
    assertThat(trial.request()).isNotNull();
    assertThat(trial.request().url()).isEqualTo("http://example.com/a?b=1");
    assertThat(trial.request().fields()).contains(Map.entry("x-added", "yes"));
  }

  @Test
  void showsHowAScriptFails() throws IOException {
    Trial trial = tryOut("export function onRequest() { throw new Error('oh'); }", "/", Map.of());
    assertThat(trial.response().status()).isEqualTo(500);
    assertThat(trial.lines())
        .singleElement()
        .satisfies(line -> {
          assertThat(line.isFailure()).isTrue();
          assertThat(line.text()).contains("oh").contains("main.js:1");
          assertThat(line.phase()).isEqualTo("onRequest");
        });
    assertThatThrownBy(() -> tryOut("export function onRequest( {", "/", Map.of()))
        .isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> tryOut("export function onRequest() {}", "/", Map.of("nonsense", 1)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("nonsense");
  }
}
