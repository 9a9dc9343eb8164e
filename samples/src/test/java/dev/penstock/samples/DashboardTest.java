package dev.penstock.samples;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.penstock.admin.page.Chromium;
import dev.penstock.engine.boot.Gateway;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way of an edit: from a browser through the admin API to what the proxy answers. */
final class DashboardTest {
  private static final String TOKEN = "pst_for-tests-0123456789";

  @TempDir Path folder;
  private Chromium chromium;
  private Gateway gateway;
  private Page page;
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<String> complaints = new CopyOnWriteArrayList<>();

  @BeforeEach
  void open() throws IOException, InterruptedException {
    chromium = Chromium.open();
    Files.writeString(
        folder.resolve("hello.js"),
        "export default { fetch() { return new Response('from the file'); } };\n");
    Path file = folder.resolve("gateway.yaml");
    Files.writeString(
        file,
        """
        listeners: { web: "127.0.0.1:0" }
        workers: 1
        access-log: { to: off }
        shutdown: { pre-stop: 0s, grace: 1s }
        scripts: { hello: hello.js }
        routes:
          hello: { match: { path: /hello }, script: "@hello" }
        admin: { bind: "127.0.0.1:0", token: "%s", state: state }
        """
            .formatted(TOKEN));
    gateway = Gateway.start(file);
    deploy("export default { fetch() { return new Response('the first'); } };\n");
    page = chromium.newPage();
    page.setDefaultTimeout(60_000);
    page.onPageError(complaints::add);
    page.onConsoleMessage(message -> {
      if (message.text().contains("Content Security Policy")) complaints.add(message.text());
    });
  }

  @AfterEach
  void close() {
    if (gateway != null) gateway.close();
    if (chromium != null) chromium.close();
  }

  @Test
  void aScriptIsEditedRefusedRepairedDeployedAndRolledBack()
      throws IOException, InterruptedException {
    page.navigate(admin("/"));
    page.getByLabel("Access token").fill(TOKEN);
    button("Sign in").click();
    assertThat(heading("Overview")).isVisible();
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Scripts").setExact(true))
        .click();
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("hello").setExact(true))
        .first()
        .click();
    assertThat(page.locator(".view-lines")).containsText("the first");
    assertThat(ask("/hello")).isEqualTo("the first");

    write("export default { fetch() { retrun new Response('the second'); } };\n");
    Locator state = page.locator(".bench-state");
    assertThat(state).containsText("The script is refused");
    assertThat(state).containsText("main.js:1:");
    assertThat(ask("/hello")).isEqualTo("the first");

    write("export default { fetch() { return new Response('the second'); } };\n");
    assertThat(state).containsText("Compiles.");
    button("Deploy").click();
    page.getByLabel("Note").fill("the second one");
    Locator dialog = page.getByRole(AriaRole.DIALOG);
    assertThat(dialog).containsText("It compiles.");
    dialog.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Deploy")).click();
    assertThat(dialog).hasCount(0);
    assertThat(state).containsText("As in force");
    assertThat(ask("/hello")).isEqualTo("the second");

    button("Roll back").click();
    dialog.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Roll back")).click();
    assertThat(dialog).hasCount(0);
    assertThat(page.locator(".view-lines")).containsText("the first");
    assertThat(ask("/hello")).isEqualTo("the first");
    assertThat(complaints).isEmpty();
  }

  @Test
  void everyViewShowsWhatTheGatewayAnswers() throws IOException, InterruptedException {
    ask("/hello");
    page.addInitScript("sessionStorage.setItem('penstock.token', '" + TOKEN + "')");
    for (String view :
        List.of(
            "",
            "tail",
            "tail?mode=now",
            "runtime",
            "routes",
            "routes/hello",
            "upstreams",
            "scripts",
            "scripts/hello",
            "plugins",
            "config",
            "revisions",
            "audit",
            "tokens")) {
      page.navigate(admin("/#/" + view));
      page.reload();
      assertThat(page.getByRole(AriaRole.HEADING).first()).isVisible();
      assertThat(page.locator(".bone")).hasCount(0);
      assertThat(page.locator(".main [role=alert]")).hasCount(0);
      assertThat(page.locator(".main h1")).isVisible();
    }
    assertThat(complaints).isEmpty();
  }

  private void write(String text) {
    page.locator(".monaco-editor .view-line").first().click();
    page.keyboard().press("Control+a");
    page.keyboard().insertText(text);
  }

  private Locator button(String name) {
    return page.locator("main")
        .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(name).setExact(true));
  }

  private Locator heading(String name) {
    return page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName(name).setLevel(1));
  }

  private String admin(String path) {
    InetSocketAddress address = Objects.requireNonNull(gateway.adminAddress());
    return "http://127.0.0.1:" + address.getPort() + path;
  }

  private String ask(String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + gateway.address("web").getPort() + path);
    return send(HttpRequest.newBuilder(uri).build()).body();
  }

  private void deploy(String text) throws IOException, InterruptedException {
    HttpResponse<String> response =
        send(
            HttpRequest.newBuilder(URI.create(admin("/api/v1/scripts/hello")))
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", "text/javascript")
                .PUT(HttpRequest.BodyPublishers.ofString(text))
                .build());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
