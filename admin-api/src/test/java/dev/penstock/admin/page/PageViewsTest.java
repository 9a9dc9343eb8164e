package dev.penstock.admin.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each view, in both themes, full, empty and broken; and the way through them by keyboard. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PageViewsTest {
  private Chromium chromium;
  private CannedAdmin admin;
  private BrowserContext context;
  private Page page;
  private final List<String> complaints = new CopyOnWriteArrayList<>();

  @BeforeAll
  void open() {
    chromium = Chromium.open();
    PlaywrightAssertions.setDefaultAssertionTimeout(30_000);
  }

  @AfterAll
  void close() {
    if (chromium != null) chromium.close();
  }

  @BeforeEach
  void begin() throws IOException {
    admin = new CannedAdmin();
    page = newPage(ColorScheme.LIGHT);
  }

  @AfterEach
  void end() {
    if (context != null) context.close();
    if (admin != null) admin.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "tail",
        "tail?mode=now",
        "caches",
        "caches/default?address=http%3A%2F%2Fshop%2Fa",
        "runtime",
        "routes",
        "routes?explain=1",
        "routes/users",
        "upstreams",
        "upstreams/catalogue",
        "scripts",
        "scripts?new=1",
        "scripts/tenant",
        "scripts/tenant?tab=log",
        "scripts/tenant?tab=versions",
        "scripts/tenant?tab=canary",
        "plugins",
        "plugins/geo-fence",
        "config",
        "revisions",
        "audit",
        "tokens",
        "tokens?new=1",
        "nowhere"
      })
  void axeFindsNothingSeriousInAView(String view) throws IOException {
    for (ColorScheme theme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      context.close();
      page = newPage(theme);
      signIn("#/" + view);
      assertThat(page.getByRole(AriaRole.MAIN)).isVisible();
      boolean hasEditor = view.startsWith("config") || view.startsWith("scripts/tenant");
      if (hasEditor) page.locator(".monaco-editor .view-line").first().waitFor();
      assertThat(page.getByRole(AriaRole.HEADING).first()).isVisible();
      assertThat(page.locator(".bone")).hasCount(0);
      assertThat(axe()).as(view + ", " + theme).isEmpty();
    }
    assertThat(complaints).isEmpty();
  }

  @Test
  void axeFindsNothingSeriousOnTheSignInPageNorInTheSheets() throws IOException {
    page.navigate(admin.address());
    assertThat(page.getByLabel("Access token")).isFocused();
    assertThat(axe()).isEmpty();
    signIn("#/");
    page.reload(); // only the fragment had changed
    assertThat(heading("Overview")).isVisible();
    page.keyboard().press("Control+k");
    assertThat(page.getByRole(AriaRole.OPTION).first()).isVisible();
    assertThat(axe()).isEmpty();
  }

  @Test
  void aWrongTokenIsSaidToBeWrongAndARightOneOpensTheOverview() {
    page.navigate(admin.address());
    page.getByLabel("Access token").fill("pst_wrong");
    page.keyboard().press("Enter");
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("not known here");
    page.getByLabel("Access token").fill(CannedAdmin.TOKEN);
    page.keyboard().press("Enter");
    assertThat(heading("Overview")).isVisible();
    assertThat(page.evaluate("localStorage.getItem('penstock.token')")).isNull();
  }

  @Test
  void tenThousandRoutesAreSearchedAndScrolledWithFewOfThemInThePage() {
    admin.answerList("/routes", CannedAdmin.routes(10_000));
    signIn("#/routes");
    Locator rows = page.locator(".rows-all [role=row]");
    assertThat(rows.first()).isVisible();
    assertThat(rows.count()).isLessThan(80);
    page.getByLabel("Search routes").fill("r9999/");
    assertThat(rows).hasCount(1);
    assertThat(rows).containsText("route-9999");
    page.getByLabel("Search routes").fill("");
    assertThat(rows.nth(1)).isVisible();
    rows.first().focus();
    page.keyboard().press("End");
    assertThat(page.locator("[data-index='9999']")).isFocused();
    page.keyboard().press("Enter");
    assertThat(page).hasURL(admin.address() + "#/routes/route-9999");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "routes",
        "upstreams",
        "scripts",
        "plugins",
        "config",
        "revisions",
        "audit",
        "tokens",
        "tail?mode=now",
        "runtime",
        "routes/users",
        "upstreams/catalogue",
        "scripts/tenant"
      })
  void aBrokenGatewayIsSaidToBeBrokenAndTriedAgain(String view) {
    admin.isBroken = true;
    signIn("#/" + view);
    Locator alert = page.locator(".main [role=alert]").first();
    assertThat(alert).containsText("could not be read");
    assertThat(alert).containsText("r1");
    admin.isBroken = false;
    // Views that read again by themselves may have recovered already: then there is no such button.
    page.evaluate(
        "document.querySelectorAll('.main [role=alert] button').forEach(each => each.click())");
    assertThat(page.locator(".main").getByText("could not be read")).hasCount(0);
  }

  @Test
  void anEmptyGatewayIsToldWhatComesNext() {
    Map<String, String> sayings =
        Map.of(
            "routes", "No routes yet",
            "upstreams", "No upstreams",
            "scripts", "No scripts yet",
            "plugins", "No plugins",
            "audit", "Nothing was changed yet",
            "revisions", "No revision yet",
            "exchanges", "Nothing is under way");
    sayings.keySet().forEach(name -> admin.answerList("/" + name, List.of()));
    signIn("#/");
    sayings.forEach((name, saying) -> {
      page.evaluate(
          "hash => { location.hash = hash }",
          name.equals("exchanges") ? "#/tail?mode=now" : "#/" + name);
      assertThat(page.getByText(saying)).isVisible();
    });
  }

  @Test
  void theKeyboardReachesEverything() {
    signIn("#/");
    page.keyboard().press("Tab");
    assertThat(page.getByText("Skip to content")).isFocused();
    page.keyboard().press("Enter");
    assertThat(page.getByRole(AriaRole.MAIN)).isFocused();
    page.keyboard().press("g");
    page.keyboard().press("r");
    assertThat(heading("Routes")).isVisible();
    assertThat(page.getByRole(AriaRole.MAIN)).isFocused();
    assertThat(page.getByLabel("Search routes")).isVisible();
    page.keyboard().press("/");
    assertThat(page.getByLabel("Search routes")).isFocused();
    page.keyboard().press("Control+k");
    page.getByRole(AriaRole.COMBOBOX).fill("revis");
    page.keyboard().press("Enter");
    assertThat(heading("Revisions")).isVisible();
    page.keyboard().press("?");
    assertThat(page.getByRole(AriaRole.DIALOG)).containsText("Keyboard shortcuts");
    page.keyboard().press("Escape");
    assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
    page.keyboard().press("d");
    assertThat(page.locator("html")).hasAttribute("data-theme", "dark");
  }

  /** Issue 5: completion in the editor comes from penstock.d.ts, with what is said there. */
  @Test
  void theEditorOffersWhatTheTypesOfScriptsHave() {
    signIn("#/scripts/tenant");
    page.locator(".monaco-editor .view-line").first().click();
    page.keyboard().press("Control+a");
    page.keyboard()
        .insertText("/** @type {Penstock.OnRequest} */\nexport const onRequest = (exchange) => ");
    page.keyboard().type("exchange.request.he");
    Locator offered = page.locator(".suggest-widget.visible .monaco-list-row");
    offered.first().waitFor(); // after the editor has read all types, which takes a while
    assertThat(offered.first()).containsText("headers");
    double down =
        offered.first().locator(".label-name").boundingBox().y - offered.first().boundingBox().y;
    assertThat(down)
        .as("the name is within its row, which cuts off what is not")
        .isBetween(0.0, 8.0);
    page.keyboard().press("Control+Space");
    Locator details = page.locator(".suggest-details");
    assertThat(details).containsText("ExchangeRequest.headers: Headers");
    assertThat(details).containsText("Framing and hop-by-hop fields belong to the gateway");
  }

  private Locator heading(String name) {
    return page.getByRole(
        AriaRole.HEADING, new Page.GetByRoleOptions().setName(name).setExact(true).setLevel(1));
  }

  private Page newPage(ColorScheme theme) {
    context =
        chromium.browser.newContext(
            new Browser.NewContextOptions().setColorScheme(theme).setViewportSize(1440, 900));
    Page fresh = context.newPage();
    fresh.setDefaultTimeout(60_000);
    fresh.onPageError(complaints::add);
    fresh.onConsoleMessage(message -> {
      if (message.text().contains("Content Security Policy")) complaints.add(message.text());
    });
    return fresh;
  }

  private void signIn(String hash) {
    page.addInitScript("sessionStorage.setItem('penstock.token', '" + CannedAdmin.TOKEN + "')");
    page.navigate(admin.address() + hash);
  }

  /** What axe-core calls serious or critical, with where it is. */
  private List<?> axe() throws IOException {
    try (InputStream in = PageViewsTest.class.getResourceAsStream("/axe.min.js")) {
      page.evaluate(new String(in.readAllBytes(), StandardCharsets.UTF_8) + ";0");
    }
    return (List<?>)
        page.evaluate(
            """
            async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
              .filter(one => ['serious', 'critical'].includes(one.impact))
              .map(one => `${one.id}: ${one.nodes.map(node => `${node.target} ${node.failureSummary}`).join('; ')}`)
            """);
  }
}
