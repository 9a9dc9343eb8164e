package dev.penstock.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What the commands say and with which exit code they end; {@code run} is in ProcessTest. */
final class CommandLineTest {
  @TempDir private Path folder = Path.of("");
  private Path good = Path.of("");
  private Path bad = Path.of("");

  @BeforeEach
  void write() throws IOException {
    good =
        Files.writeString(
            folder.resolve("good.yaml"),
            """
            listeners: { web: { bind: "127.0.0.1:0" } }
            upstreams: { users: { endpoints: [ "127.0.0.1:9101" ] } }
            routes:
              user: { match: { path: "/users/{id}", methods: [ GET ] }, upstream: users }
              rest: { respond: { status: 404 } }
            """);
    bad =
        Files.writeString(
            folder.resolve("bad.yaml"),
            """
            listeners: { web: { bind: "127.0.0.1:99999" } }
            routes:
              user: { match: { pth: /users }, upstream: usrs }
            """);
  }

  private record Said(int exit, String out, String err) {}

  private static Said run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) texts[i] = arguments[i].toString();
    int exit = line.execute(texts);
    return new Said(exit, out.toString(), err.toString());
  }

  @Test
  void checkCountsWhatItFoundFine() {
    Said said = run("check", good);
    assertThat(said.exit()).isEqualTo(Main.OK);
    assertThat(said.out()).contains("is fine: 1 listeners, 2 routes, 1 upstreams");
    assertThat(said.err()).isEmpty();
  }

  @Test
  void checkReportsAllErrorsAtOnceWithLineAndRemedyAndEndsWith65() {
    Said said = run("check", bad);
    assertThat(said.exit()).isEqualTo(Main.BAD_CONFIG);
    assertThat(said.err()).contains("99999").contains("pth").contains("path").contains("bad.yaml:");
    assertThat(said.out()).doesNotContain("fine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"check", "routes", "run"})
  void aFileThatIsNotThereIsNamed(String command) {
    Said said = run(command, folder.resolve("nowhere.yaml"));
    assertThat(said.exit()).isEqualTo(Main.BAD_CONFIG);
    assertThat(said.err()).contains("nowhere.yaml");
  }

  @Test
  void routesListsThem() {
    Said said = run("routes", good);
    assertThat(said.exit()).isEqualTo(Main.OK);
    assertThat(said.out()).contains("user ").contains("upstream users").contains("respond");
  }

  @Test
  void routesSaysWhoServesARequestAndWhyOthersLost() {
    assertThat(run("routes", good, "GET", "http://a.test/users/7").out()).contains("user");
    Said other = run("routes", good, "POST", "/users/7");
    assertThat(other.exit()).isEqualTo(Main.OK);
    assertThat(other.out()).contains("rest").contains("user").containsIgnoringCase("method");
  }

  @Test
  void routesWantsAUrlWithTheMethodAndReadableHeaders() {
    assertThat(run("routes", good, "GET").exit()).isEqualTo(Main.USAGE);
    assertThat(run("routes", good, "GET").err()).contains("penstock routes FILE GET /path");
    Said header = run("routes", good, "-H", "nonsense", "GET", "/");
    assertThat(header.exit()).isEqualTo(Main.USAGE);
    assertThat(header.err()).contains("NAME: VALUE");
    assertThat(run("routes", good, "GET", "http://a b/").exit()).isEqualTo(Main.USAGE);
    assertThat(run("routes", good, "--client", "nobody", "GET", "/").exit()).isEqualTo(Main.USAGE);
  }

  @Test
  void schemaIsJsonAndTheReferenceMarkdown() {
    Said schema = run("schema");
    assertThat(schema.exit()).isEqualTo(Main.OK);
    assertThat(schema.out().strip()).startsWith("{").endsWith("}").contains("\"$schema\"");
    assertThat(run("schema", "--reference").out()).contains("# ").contains("`bind`");
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "--version", "-V"})
  void everyWayToAskForTheVersionAnswersIt(String argument) {
    Said said = run(argument);
    assertThat(said.exit()).isEqualTo(Main.OK);
    assertThat(said.out()).containsPattern("[0-9]+\\.[0-9]+");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "check", "routes", "schema"})
  void everyCommandHasHelpWithAnExample(String command) {
    Said said = run(command, "--help");
    assertThat(said.exit()).isEqualTo(Main.OK);
    assertThat(said.out()).contains("Usage: penstock " + command).contains("Example");
  }

  @Test
  void withoutCommandItShowsCommandsAndExitCodes() {
    Said said = run();
    assertThat(said.exit()).isEqualTo(Main.OK);
    assertThat(said.out())
        .contains("run", "check", "routes", "schema", "version", "Exit codes:", "65 bad");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rnu", "check", "run --wtach", "run a b", "run --log-level loud x"})
  void wrongUsageEndsWith2AndSaysWhatIsRight(String line) {
    Said said = run((Object[]) line.split(" "));
    assertThat(said.exit()).isEqualTo(Main.USAGE);
    assertThat(said.err()).isNotBlank();
    assertThat(said.out()).isEmpty();
  }

  @Test
  void completionIsAScriptForTheShell() {
    Said said = run("generate-completion");
    assertThat(said.exit()).isEqualTo(Main.OK);
    assertThat(said.out()).contains("complete -F").contains("penstock").contains("--watch");
  }
}
