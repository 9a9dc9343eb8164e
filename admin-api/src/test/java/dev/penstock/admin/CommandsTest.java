package dev.penstock.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.penstock.engine.boot.Main.CommandProvider;
import dev.penstock.engine.wire.TestCertificates;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Issue 5: the commands that work on a running gateway, as the program finds them. */
final class CommandsTest {
  @TempDir private Path folder;
  private String home = "";
  private TestAdmin admin;

  @BeforeEach
  void start() {
    assumeThat(System.getenv("XDG_CONFIG_HOME")).as("contexts would be this user's own").isNull();
    home = System.setProperty("user.home", folder.toString());
    admin =
        TestAdmin.start(folder, "routes: { hello: { match: { path: /hello }, respond: 204 } }\n");
    assertThat(
            run(
                    "context",
                    "set",
                    "here",
                    "--address",
                    admin.uri("").toString(),
                    "--token=" + TestAdmin.TOKEN)
                .exit())
        .isZero();
  }

  @AfterEach
  void stop() {
    System.setProperty("user.home", home);
    admin.close();
  }

  private record Said(int exit, String out, String err) {}

  private static Said run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = new CommandLine(CommandLine.Model.CommandSpec.create());
    ServiceLoader.load(CommandProvider.class).forEach(each -> line.addSubcommand(each.command()));
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    line.setExecutionExceptionHandler((failure, command, parsed) -> {
      command.getErr().println(failure.getMessage());
      return 1;
    });
    int exit = line.execute(arguments);
    return new Said(exit, out.toString(), err.toString());
  }

  @Test
  void contextsAreKeptForTheirOwnerOnly() throws IOException {
    Path file = folder.resolve(".config/penstock/contexts.json");
    assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    assertThat(run("context", "list").out()).contains("* here").doesNotContain(TestAdmin.TOKEN);
    assertThat(run("context", "use", "there").err()).contains("known: here");
    run("context", "remove", "here");
    assertThat(run("context", "list").out()).isEmpty();
  }

  @Test
  void overHttpsACertificateServesInsteadOfAToken() {
    admin.close();
    new TestCertificates(folder).make("site", "EC", "127.0.0.1").make("ops", "EC");
    admin =
        TestAdmin.start(
            folder,
            "routes: { hello: { match: { path: /hello }, respond: 204 } }\n",
            "state: state, clients: { \"CN=ops\": admin }, tls: { client-certificates: ca.pem,"
                + " certificates: [{ chain: site.pem, key: site.key }] }");
    assertThat(admin.announced()).as("a token, though CN=ops may do all").isEmpty();
    String address = admin.uri("").toString().replace("http:", "https:");
    String ca = folder.resolve("ca.pem").toString();
    String me = folder.resolve("ops").toString();
    run("context", "set", "unknown", "--address", address);
    assertThat(run("status").err()).contains("no https with 127.0.0.1", "--authority ca.pem");
    assertThat(run("context", "set", "tls", "--address", address, "--authority", ca + ".not").err())
        .contains("ca.pem.not");
    assertThat(
            run(
                    "context",
                    "set",
                    "tls",
                    "--address",
                    address,
                    "--authority",
                    ca,
                    "--certificate",
                    me + ".pem",
                    "--key",
                    me + ".key")
                .exit())
        .isZero();
    assertThat(run("context", "list").out()).contains("* tls", "(certificate)");
    assertThat(run("status").exit()).isZero();
  }

  @Test
  void statusShowsHowItIs() {
    Said said = run("status");
    assertThat(said.exit()).isZero();
    assertThat(said.out())
        .contains("ready")
        .contains("revision     1")
        .contains("listener     web on 127.0.0.1:");
  }

  @Test
  void deploysAConfigurationAndRollsItBack() throws IOException {
    Path file = folder.resolve("gateway.yaml");
    Path next =
        Files.writeString(
            folder.resolve("next.yaml"), Files.readString(file).replace("hello: {", "hi: {"));
    assertThat(run("deploy", next.toString(), "--dry-run").out())
        .contains("would be revision 2")
        .contains("+ routes.hi")
        .contains("- routes.hello")
        .contains("/hello: hello -> hi");
    assertThat(run("deploy", next.toString(), "--note", "renamed").out()).contains("revision 2");
    assertThat(admin.get("/api/v1/revisions").at("items.0.note")).isEqualTo("renamed");
    assertThat(run("rollback").out()).contains("revision 3").contains("+ routes.hello");
    assertThat(run("rollback", "77").err()).contains("there is no revision 77");
  }

  @Test
  void whatIsRefusedIsSaidWithPlaceAndRemedy() throws IOException {
    Path bad =
        Files.writeString(
            folder.resolve("bad.yaml"), "listeners: { web: \"127.0.0.1:0\" }\nrouts: {}\n");
    Said said = run("deploy", bad.toString());
    assertThat(said.exit()).isEqualTo(1);
    assertThat(said.err())
        .contains("gateway.yaml:2:1")
        .contains("there is no key \"routs\"")
        .contains("routes");
    assertThat(run("deploy", "nothing.js").err()).contains("there is no file");
  }

  @Test
  void aTokenGoesOnlyWhereItWasMeantFor() {
    Said said =
        run("status", "--address", admin.uri("").toString().replace("127.0.0.1", "localhost"));
    assertThat(said.exit()).isEqualTo(1);
    assertThat(said.err()).contains("A token is needed").contains("penstock context set");
  }

  @Test
  void topShowsTheBusiestRoutes() {
    assertThat(run("top", "--once").out()).contains("ROUTE").contains("hello").contains("respond");
  }

  @Test
  void nobodyThereIsASentence() {
    assertThat(run("status", "--address", "http://127.0.0.1:1").err())
        .contains("nothing answers at 127.0.0.1:1");
  }
}
