package dev.penstock.engine.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** U21. */
class StickyCookieTest {
  private final TestGateway gateway = new TestGateway();

  @Test
  void aClientStaysWhereItWasFirst() {
    UpstreamWorker worker = gateway.worker(serve(StickyRules.DEFAULT, 1, 1, 1));
    UpstreamEndpoint first = choose(worker, TestExchange.get("/"));
    String cookie = cookieOf(worker, TestExchange.get("/"), first);
    for (int i = 0; i < 20; i++) {
      TestExchange next = TestExchange.get("/").with("Cookie", "theme=dark; " + cookie);
      assertThat(choose(worker, next)).isSameAs(first);
      assertThat(worker.setCookie(next, first)).as("it has it already").isNull();
    }
  }

  @Test
  void theCookieIsGuardedAndTellsNothing() {
    Upstream upstream = serve(StickyRules.DEFAULT, 1, 1, 1);
    UpstreamWorker worker = gateway.worker(upstream);
    String set = worker.setCookie(TestExchange.get("/"), upstream.view().get(0));
    assertThat(set)
        .matches("penstock-sticky=[A-Za-z0-9_-]{22}; Path=/; Secure; HttpOnly; SameSite=Lax");
    byte[] value = Base64.getUrlDecoder().decode(set.substring(16, 38));
    assertThat(new String(value, java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain("a")
        .doesNotContain("127");
  }

  @Test
  void rulesShapeTheCookie() {
    StickyRules rules =
        new StickyRules(
            "srv",
            "0123456789abcdef",
            Duration.ofHours(1),
            "/app",
            false,
            StickyRules.SameSite.STRICT);
    Upstream upstream = serve(rules, 1, 1);
    assertThat(gateway.worker(upstream).setCookie(TestExchange.get("/"), upstream.view().get(0)))
        .matches("srv=[A-Za-z0-9_-]{22}; Path=/app; Max-Age=3600; HttpOnly; SameSite=Strict");
  }

  /**
   * Attack: values that nobody gave out choose no endpoint; the balancer does, and a true cookie is
   * set.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "127.0.0.1:9001",
        "AAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAA",
        "../../../etc/passwd",
        "\"\"",
        "=",
      })
  void forgedCookiesAreIgnored(String forged) {
    Upstream upstream = serve(StickyRules.DEFAULT, 1, 1, 1);
    UpstreamWorker worker = gateway.worker(upstream);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      TestExchange exchange = TestExchange.get("/").with("Cookie", "penstock-sticky=" + forged);
      UpstreamEndpoint chosen = choose(worker, exchange);
      names.add(chosen.name());
      assertThat(worker.setCookie(exchange, chosen)).isNotNull();
    }
    assertThat(names).containsOnly("a", "b", "c");
  }

  /**
   * Attack: a cookie of another upstream, or made with another key, or changed by one bit, is a
   * forged one.
   */
  @Test
  void cookiesOfOtherKeysAndUpstreamsAreIgnored() {
    StickyRules mine = keyed("0123456789abcdef");
    Upstream upstream = serve(mine, 1, 1, 1);
    UpstreamWorker worker = gateway.worker(upstream);
    UpstreamEndpoint b = upstream.view().get(1);
    String mineForB = cookieOf(worker, TestExchange.get("/"), b);
    Upstream otherKey = serve(keyed("fedcba9876543210"), 1, 1, 1);
    String otherForB =
        cookieOf(gateway.worker(otherKey), TestExchange.get("/"), otherKey.view().get(1));
    UpstreamRules rules = TestGateway.rules(TestGateway.endpoints(1, 1, 1), r -> r.sticky(mine));
    Upstream otherName = gateway.upstreams.prepare("v", rules, TestGateway.template(rules));
    String nameForB =
        cookieOf(gateway.worker(otherName), TestExchange.get("/"), otherName.view().get(1));
    char last = mineForB.charAt(20);
    String changed = mineForB.substring(0, 20) + (last == 'A' ? 'B' : 'A') + mineForB.substring(21);
    assertThat(List.of(mineForB, otherForB, nameForB, changed)).doesNotHaveDuplicates();
    for (String forged : List.of(otherForB, nameForB, changed)) {
      TestExchange exchange = TestExchange.get("/").with("Cookie", forged);
      assertThat(worker.setCookie(exchange, b)).as(forged).isEqualTo(setCookie(worker, b));
    }
    TestExchange genuine = TestExchange.get("/").with("Cookie", mineForB);
    assertThat(choose(worker, genuine)).isSameAs(b);
  }

  @Test
  void gatewaysWithTheSameSecretAgree() {
    StickyRules rules = keyed("0123456789abcdef");
    Upstream here = serve(rules, 1, 1);
    TestGateway other = new TestGateway();
    Upstream there =
        other.serve(TestGateway.rules(TestGateway.endpoints(1, 1), r -> r.sticky(rules)));
    assertThat(setCookie(gateway.worker(here), here.view().get(1)))
        .isEqualTo(setCookie(other.worker(there), there.view().get(1)));
  }

  @Test
  void aDrainingEndpointKeepsItsSessionsAndGetsNoNewOnes() {
    Upstream before = serve(StickyRules.DEFAULT, 1, 1);
    String cookie = cookieOf(gateway.worker(before), TestExchange.get("/"), before.view().get(0));
    UpstreamWorker worker = gateway.worker(serve(StickyRules.DEFAULT, 0, 1));
    assertThat(choose(worker, TestExchange.get("/").with("Cookie", cookie)).name()).isEqualTo("a");
    for (int i = 0; i < 10; i++) {
      assertThat(choose(worker, TestExchange.get("/")).name()).isEqualTo("b");
    }
  }

  @Test
  void aClientMovesWhenItsEndpointFails() {
    Upstream upstream = serve(StickyRules.DEFAULT, 1, 1);
    UpstreamWorker worker = gateway.worker(upstream);
    UpstreamEndpoint a = upstream.view().get(0);
    TestExchange bound =
        TestExchange.get("/").with("Cookie", cookieOf(worker, TestExchange.get("/"), a));
    upstream.reportHealth(a, false);
    UpstreamEndpoint chosen = choose(worker, bound);
    assertThat(chosen.name()).isEqualTo("b");
    assertThat(worker.setCookie(bound, chosen)).isEqualTo(setCookie(worker, chosen));
    upstream.reportHealth(a, true);
    TriedEndpoints tried = new TriedEndpoints();
    tried.add(a);
    assertThat(worker.choose(bound, tried, 0).name()).as("a retry goes elsewhere").isEqualTo("b");
  }

  @Test
  void rulesThatBrowsersOrAttackersWouldDefeatAreRefused() {
    assertThatThrownBy(() -> keyed("short")).hasMessageContaining("16 characters");
    assertThatThrownBy(
            () -> new StickyRules("a b", null, Duration.ZERO, "/", true, StickyRules.SameSite.LAX))
        .hasMessageContaining("token");
    assertThatThrownBy(
            () -> new StickyRules("c", null, Duration.ZERO, "/;x", true, StickyRules.SameSite.LAX))
        .hasMessageContaining("path");
    assertThatThrownBy(
            () -> new StickyRules("c", null, Duration.ZERO, "/", false, StickyRules.SameSite.NONE))
        .hasMessageContaining("secure");
  }

  private static StickyRules keyed(String secret) {
    return new StickyRules(
        "penstock-sticky", secret, Duration.ZERO, "/", true, StickyRules.SameSite.LAX);
  }

  private Upstream serve(StickyRules rules, int... weights) {
    return gateway.serve(TestGateway.rules(TestGateway.endpoints(weights), r -> r.sticky(rules)));
  }

  private static UpstreamEndpoint choose(UpstreamWorker worker, TestExchange exchange) {
    return worker.choose(exchange, new TriedEndpoints(), 0);
  }

  private static String setCookie(UpstreamWorker worker, UpstreamEndpoint endpoint) {
    return worker.setCookie(TestExchange.get("/"), endpoint);
  }

  private static String cookieOf(
      UpstreamWorker worker, TestExchange exchange, UpstreamEndpoint endpoint) {
    String set = worker.setCookie(exchange, endpoint);
    return set.substring(0, set.indexOf(';'));
  }
}
