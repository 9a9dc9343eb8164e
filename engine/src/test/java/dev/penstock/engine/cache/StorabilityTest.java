package dev.penstock.engine.cache;

import static dev.penstock.engine.cache.Heads.NOW;
import static dev.penstock.engine.cache.Heads.fields;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.http.HeaderMap;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is stored, and for how long it may be used (RFC 9111 §3, C1, C11, C13). */
final class StorabilityTest {
  private static @Nullable String refusal(CacheRequest request, int status, String... lines) {
    return Storability.of(request, status, fields(lines), NOW).refusal();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | max-age=60 | ",
        "200 | max-age=60, private | private",
        "200 | max-age=60, No-Store | no-store",
        "200 | max-age=60, private=\"a\" | ",
        "200 | max-age=0 | stale",
        "200 | public | stale",
        "206 | max-age=60 | status",
        "304 | max-age=60 | status",
        "404 | max-age=60 | ",
        "404 | public | stale",
        "503 | max-age=60 | ",
        "599 | max-age=60 | ",
        "599 | max-age=60, must-understand | status",
        "200 | max-age=60, no-store, must-understand | ",
        "200 | no-cache, max-age=60 | no-cache",
      })
  void directivesAndStatusDecide(int status, String control, @Nullable String refusal) {
    assertThat(refusal(Heads.request(), status, "Cache-Control: " + control)).isEqualTo(refusal);
  }

  @Test
  void whatCanBeAskedForAgainIsStoredThoughItIsStale() {
    assertThat(refusal(Heads.request(), 200, "Cache-Control: no-cache", "ETag: \"a\"")).isNull();
    assertThat(refusal(Heads.request(), 200, "Cache-Control: max-age=0", "ETag: \"a\"")).isNull();
    assertThat(refusal(Heads.request(), 200, "ETag: \"a\"")).isNull();
    assertThat(refusal(Heads.request(), 404, "ETag: \"a\"")).isEqualTo("stale");
  }

  @ParameterizedTest
  @CsvSource({
    "max-age=60, authorization",
    "'max-age=60, public',",
    "'max-age=60, must-revalidate',",
    "s-maxage=60,",
    "'max-age=60, proxy-revalidate', authorization"
  })
  void whoIsAuthorizedSharesOnlyWhatSaysSo(String control, @Nullable String refusal) {
    CacheRequest request = Heads.request("Authorization: Basic Zm9v");
    assertThat(refusal(request, 200, "Cache-Control: " + control)).isEqualTo(refusal);
  }

  @Test
  void aCookieIsNotSharedUnlessTheRouteSaysSo() {
    String[] lines = {"Cache-Control: max-age=60", "Set-Cookie: a=b", "X: y"};
    assertThat(refusal(Heads.request(), 200, lines)).isEqualTo("set-cookie");
    for (var rule : List.of(RouteCacheRules.SetCookie.STRIP, RouteCacheRules.SetCookie.STORE)) {
      CacheRequest request = Heads.request(Heads.get("/"), new RulesMaker().setCookie(rule).make());
      Storability judged = Storability.of(request, 200, fields(lines), NOW);
      assertThat(judged.isStored()).isTrue();
      assertThat(judged.stored(fields(lines), request.policy()).contains("Set-Cookie"))
          .isEqualTo(rule == RouteCacheRules.SetCookie.STORE);
    }
  }

  @Test
  void varyByAllIsNeverStored() {
    for (String vary : List.of("*", "*, *", ", *", "*, Foo", "Foo, *")) {
      assertThat(refusal(Heads.request(), 200, "Cache-Control: max-age=60", "Vary: " + vary))
          .as(vary)
          .isEqualTo("varies-by-all");
    }
  }

  @Test
  void fieldsOfOneConnectionOrOneMomentAreNotStored() {
    HeaderMap headers =
        fields(
            "Cache-Control: no-cache=\"a\", max-age=60",
            "A: 1",
            "B: 2",
            "Age: 5",
            "Content-Length: 9");
    Storability judged = Storability.of(Heads.request(), 200, headers, NOW);
    HeaderMap stored = judged.stored(headers, Heads.request().policy());
    assertThat(stored.contains("A")).isFalse();
    assertThat(stored.get("B")).isEqualTo("2");
    assertThat(stored.contains("Age")).isFalse();
    assertThat(stored.contains("Content-Length")).isFalse();
  }

  private static Reuse reuse(String client, StoredResponse stored, long afterSeconds) {
    return Reuse.of(
        CacheControl.of(fields(client.isEmpty() ? "" : "Cache-Control: " + client)),
        stored,
        NOW + afterSeconds * 1000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | max-age=10 | 9 | FRESH",
        "'' | max-age=10 | 10 | REVALIDATE",
        "'' | max-age=10, must-revalidate | 9 | FRESH",
        "no-cache | max-age=10 | 0 | REVALIDATE",
        "max-age=0 | max-age=10 | 0 | REVALIDATE",
        "max-age=5 | max-age=10 | 5 | FRESH",
        "max-age=5 | max-age=10 | 6 | REVALIDATE",
        "min-fresh=5 | max-age=10 | 5 | FRESH",
        "min-fresh=5 | max-age=10 | 6 | REVALIDATE",
        "max-stale | max-age=10 | 999 | STALE_ALLOWED",
        "max-stale=5 | max-age=10 | 15 | STALE_ALLOWED",
        "max-stale=5 | max-age=10 | 16 | REVALIDATE",
        "max-stale | max-age=10, must-revalidate | 11 | REVALIDATE",
        "max-stale | max-age=10, proxy-revalidate | 11 | REVALIDATE",
        "max-stale | s-maxage=10 | 11 | REVALIDATE",
        "'' | max-age=10, stale-while-revalidate=5 | 15 | STALE_WHILE_REVALIDATE",
        "'' | max-age=10, stale-while-revalidate=5 | 16 | REVALIDATE",
        "'' | s-maxage=10, stale-while-revalidate=5 | 15 | STALE_WHILE_REVALIDATE",
        "'' | max-age=10, stale-while-revalidate=5, must-revalidate | 11 | REVALIDATE",
        "max-age=12 | max-age=10, stale-while-revalidate=5 | 13 | REVALIDATE",
      })
  void aStoredResponseIsReused(String client, String response, long after, Reuse expected) {
    assertThat(reuse(client, Heads.stored(200, "Cache-Control: " + response), after))
        .isEqualTo(expected);
  }

  @Test
  void anErrorOfTheUpstreamMayBeHiddenWithinItsTime() {
    StoredResponse stored = Heads.stored(200, "Cache-Control: max-age=10, stale-if-error=5");
    assertThat(stored.isUsableOnError(NOW + 15_000)).isTrue();
    assertThat(stored.isUsableOnError(NOW + 16_000)).isFalse();
    assertThat(Heads.stored(200, "Cache-Control: max-age=10").isUsableOnError(NOW + 10_000))
        .isFalse();
    assertThat(
            Heads.stored(200, "Cache-Control: max-age=10, stale-if-error=5, must-revalidate")
                .isUsableOnError(NOW + 11_000))
        .isFalse();
  }

  @Test
  void theRouteGivesWindowsWhereTheResponseSaysNothing() {
    CacheRequest request =
        Heads.request(Heads.get("/"), new RulesMaker().staleIfError(Duration.ofSeconds(9)).make());
    HeaderMap plain = fields("Cache-Control: max-age=10");
    Storability judged = Storability.of(request, 200, plain, NOW);
    assertThat(judged.times(plain, NOW, NOW, request).staleIfError()).isEqualTo(9);
    HeaderMap shared = fields("Cache-Control: s-maxage=10");
    judged = Storability.of(request, 200, shared, NOW);
    assertThat(judged.times(shared, NOW, NOW, request).staleIfError())
        .isEqualTo(CacheControl.ABSENT);
  }

  @Test
  void aSoftPurgeMakesStaleAtOnce() {
    StoredResponse purged =
        Heads.stored(200, "Cache-Control: max-age=100, stale-while-revalidate=5")
            .softPurged(NOW + 10_000);
    assertThat(purged.ttl(NOW + 10_000)).isZero();
    assertThat(reuse("", purged, 15)).isEqualTo(Reuse.STALE_WHILE_REVALIDATE);
    assertThat(reuse("", purged, 16)).isEqualTo(Reuse.REVALIDATE);
  }

  @Test
  void tagsAreReadFromAllTheirFields() {
    assertThat(Storability.tags(fields("Surrogate-Key: a b", "Cache-Tag: c,d, a"), Heads.request()))
        .containsExactly("a", "b", "c", "d");
  }
}
