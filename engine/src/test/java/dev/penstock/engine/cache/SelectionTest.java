package dev.penstock.engine.cache;

import static dev.penstock.engine.cache.Heads.NOW;
import static dev.penstock.engine.cache.Heads.fields;
import static dev.penstock.engine.cache.Heads.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.http.ByteRanges;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which stored response belongs to which request: keys, Vary, conditions, ranges (C4 to C10). */
final class SelectionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Foo | Foo: 1 | Foo: 1 | true",
        "Foo | Foo: 1 | Foo: 2 | false",
        "Foo | Foo: 1 | '' | false",
        "Foo | '' | Foo: 1 | false",
        "Foo | Foo: 1;Other: 2 | Foo: 1;Other: 3 | true",
        "Foo, Bar | Foo: 1;Bar: a | Bar: a;Foo: 1 | true",
        "Foo, Bar | Foo: 1;Bar: a | Foo: 1 | false",
        "Foo | Foo: 1, 2 | Foo: 1;Foo: 2 | true",
        "Foo | Foo: 1,2 | Foo:  1, 2 | true",
        "Foo | Foo: a b | Foo: ab | false",
        "Foo | Foo: \"a, b\" | Foo: \"a,b\" | false",
        "Accept-Language | Accept-Language: en, de | Accept-Language: dE, En | true",
        "Accept-Language | Accept-Language: en, de;q=0.5 | Accept-Language: en;q=0.5, de | false",
        "Accept-Encoding | Accept-Encoding: gzip, br | Accept-Encoding: br;q=0.8, x-gzip, gzip | true",
        "Accept-Encoding | Accept-Encoding: gzip | Accept-Encoding: gzip;q=0 | false",
        "Accept-Encoding | Accept-Encoding: gzip | '' | false",
      })
  void varyComparesWhatTheFieldsMean(String vary, String first, String second, boolean matches) {
    HeaderMap response = fields("Vary: " + vary);
    List<String> names = VaryFields.namesOf(response, Heads.request().policy());
    assertThat(names).isNotNull();
    VaryFields made = VaryFields.of(names, fields(first.split(";(?=[A-Z])")), response);
    assertThat(made.matches(fields(second.split(";(?=[A-Z])")))).isEqualTo(matches);
  }

  @Test
  void theLanguageOfAResponseServesWhoeverWantsThatOneMost() {
    HeaderMap response = fields("Vary: Accept-Language", "Content-Language: de");
    VaryFields made =
        VaryFields.of(List.of("accept-language"), fields("Accept-Language: en, de"), response);
    assertThat(made.matches(fields("Accept-Language: fr;q=0.5, de;q=1.0"))).isTrue();
    assertThat(made.matches(fields("Accept-Language: fr, de;q=0.5"))).isFalse();
  }

  @Test
  void aRouteCanLeaveVaryFieldsAside() {
    CachePolicy policy = new CachePolicy(new RulesMaker().ignoreVary("User-Agent").make());
    assertThat(VaryFields.namesOf(fields("Vary: User-Agent, Foo"), policy)).containsExactly("foo");
  }

  private static StoredResponse stored(String partition, String foo) {
    StoredResponse any = Heads.stored(200, "Cache-Control: max-age=10");
    HeaderMap response = fields("Vary: Foo");
    return new StoredResponse(
        200,
        any.headers(),
        any.body(),
        null,
        new StoredResponse.Selector(
            partition, VaryFields.of(List.of("foo"), fields("Foo: " + foo), response)),
        any.times(),
        List.of());
  }

  @Test
  void aBucketKeepsSoManyVariantsTheLatestFirst() { // C4
    Bucket bucket = Bucket.empty();
    for (int i = 0; i < 5; i++) bucket = bucket.with(stored("r", "" + i), 3);
    assertThat(bucket.size()).isEqualTo(3);
    assertThat(bucket.find("r", fields("Foo: 4"))).isNotNull();
    assertThat(bucket.find("r", fields("Foo: 1"))).isNull();
    assertThat(bucket.find("other", fields("Foo: 4"))).isNull();
    Bucket again = bucket.with(stored("r", "4"), 3);
    assertThat(again.size()).isEqualTo(3);
    assertThat(again.find("r", fields("Foo: 4"))).isSameAs(again.response(0));
  }

  @Test
  void aNoteThatNothingCanBeStoredEndsWithItsTimeOrWithAResponse() {
    Bucket bucket = Bucket.empty().passing("r", NOW + 1000);
    assertThat(bucket.isPassed("r", NOW)).isTrue();
    assertThat(bucket.isPassed("r", NOW + 1000)).isFalse();
    assertThat(bucket.isPassed("other", NOW)).isFalse();
    assertThat(bucket.with(stored("r", "1"), 3).isPassed("r", NOW)).isFalse();
  }

  // ---- keys

  private static String key(RequestHead head, CacheKeyRules rules) {
    return CacheKey.of(head, "http", rules);
  }

  private static RequestHead at(String host, String target) {
    RequestHead head = get(target);
    byte[] bytes = host.getBytes(StandardCharsets.US_ASCII);
    head.authority().point(bytes, 0, bytes.length);
    return head;
  }

  @Test
  void aKeyIsTheAddressInOneForm() { // C10
    assertThat(key(at("A.Test:80", "/x?b=1&a=2"), CacheKeyRules.DEFAULTS))
        .isEqualTo("http://a.test/x?b=1&a=2");
    assertThat(key(at("a.test:8080", "/x"), CacheKeyRules.DEFAULTS))
        .isEqualTo("http://a.test:8080/x");
    assertThat(CacheKey.of(at("a.test:443", "/"), "https", CacheKeyRules.DEFAULTS))
        .isEqualTo("https://a.test/");
    assertThat(key(at("a.test", "/x?"), CacheKeyRules.DEFAULTS)).isEqualTo("http://a.test/x?");
  }

  @Test
  void aRouteSaysWhichParametersCount() {
    RequestHead head = at("a.test", "/x?b=1&utm=9&a=2&b=0");
    assertThat(key(head, new CacheKeyRules(List.of("all"), true, List.of(), List.of())))
        .isEqualTo("http://a.test/x?a=2&b=1&b=0&utm=9");
    assertThat(key(head, new CacheKeyRules(List.of("a", "b"), false, List.of(), List.of())))
        .isEqualTo("http://a.test/x?b=1&a=2&b=0");
    assertThat(key(head, new CacheKeyRules(List.of("none"), false, List.of(), List.of())))
        .isEqualTo("http://a.test/x");
  }

  @Test
  void headersAndCookiesCanCount() {
    CacheKeyRules rules = new CacheKeyRules(List.of("all"), false, List.of("X-T"), List.of("lang"));
    String one = partition(rules, "X-T: 1", "Cookie: a=b; lang=de");
    assertThat(one).isEqualTo(partition(rules, "X-T: 1", "Cookie: lang=de; a=c"));
    assertThat(one).isNotEqualTo(partition(rules, "X-T: 2", "Cookie: lang=de"));
    assertThat(one).isNotEqualTo(partition(rules, "X-T: 1", "Cookie: lang=en"));
    assertThat(one).isNotEqualTo(partition(rules, "X-T: 1"));
  }

  private static String partition(CacheKeyRules rules, String... lines) {
    return Heads.request(get("/", lines), new RulesMaker().key(rules).make()).partition();
  }

  @Test
  void fieldsByWhichARequestPosesAsAnotherAreTakenOut() { // C10
    RequestHead head = get("/", "X-Original-URL: /admin", "X-HTTP-Method-Override: DELETE", "X: y");
    var _ = Heads.request(head, RouteCacheRules.DEFAULTS);
    assertThat(head.headers().size()).isEqualTo(1);
  }

  @Test
  void whatATrustedProxyTellsCounts() { // C10
    CachePolicy policy = new CachePolicy(RouteCacheRules.DEFAULTS);
    String one =
        CacheRequest.of(
                get("/", "X-Forwarded-Host: evil"),
                "http",
                "r",
                true,
                false,
                policy,
                new CacheWishes())
            .partition();
    String other =
        CacheRequest.of(
                get("/", "X-Forwarded-Host: good"),
                "http",
                "r",
                true,
                false,
                policy,
                new CacheWishes())
            .partition();
    assertThat(one).isNotEqualTo(other);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/b | http://a.test/b",
        "b?c | http://a.test/d/b?c",
        "../b | http://a.test/b",
        "./ | http://a.test/d/",
        "?q | http://a.test/d/x?q",
        "http://A.test:80/b#f | http://a.test/b",
        "//a.test/b | http://a.test/b",
        "https://a.test/b | ",
        "http://b.test/b | ",
        "//b.test/b | ",
      })
  void aLocationOfTheSameSiteHasAKey(String location, String key) { // C6
    assertThat(CacheKey.sameSite("http://a.test/d/x?old", location)).isEqualTo(key);
  }

  @Test
  void someRequestsAreNotForTheCache() {
    RouteCacheRules rules =
        new RulesMaker().bypass(List.of("X-Preview"), List.of("session")).make();
    assertThat(Heads.request(get("/"), rules).bypass()).isNull();
    for (String line :
        List.of(
            "X-Preview: 1",
            "Cookie: a=b; session=1",
            "Cache-Control: no-store",
            "If-Match: \"a\"",
            "If-Unmodified-Since: Mon, 01 Jan 2024 00:00:00 GMT")) {
      assertThat(Heads.request(get("/", line), rules).bypass())
          .as(line)
          .isEqualTo(CacheRequest.Bypass.REQUEST);
    }
    RequestHead post = get("/");
    post.method("POST");
    assertThat(Heads.request(post, rules).bypass()).isEqualTo(CacheRequest.Bypass.METHOD);
    assertThat(
            Heads.request(
                    get("/", "Cache-Control: no-store"), new RulesMaker().ignoringClients().make())
                .bypass())
        .isNull();
  }

  // ---- conditions

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "If-None-Match: \"a\" | true",
        "If-None-Match: W/\"a\" | true",
        "If-None-Match: \"x\", \"a\" | true",
        "If-None-Match: \"x,\", \"y\" | false",
        "If-None-Match: \"a,\" | false",
        "If-None-Match: * | true",
        "If-None-Match: \"b\" | false",
        "If-Modified-Since: Mon, 01 Jan 2024 00:00:00 GMT | true",
        "If-Modified-Since: Mon, 01 Jan 2024 00:00:01 GMT | true",
        "If-Modified-Since: Monday, 01-Jan-24 00:00:00 GMT | true",
        "If-Modified-Since: Sun, 31 Dec 2023 23:59:59 GMT | false",
        "If-Modified-Since: nonsense | false",
      })
  void aClientThatHasItIsToldSo(String condition, boolean hasIt) { // C5
    HeaderMap response = fields("ETag: \"a\"", "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT");
    assertThat(Validators.isNotModified(fields(condition), response, NOW / 1000)).isEqualTo(hasIt);
  }

  @Test
  void aTagGoesBeforeADate() { // C5
    HeaderMap response = fields("ETag: \"a\"", "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT");
    HeaderMap request =
        fields("If-None-Match: \"b\"", "If-Modified-Since: Mon, 01 Jan 2024 00:00:00 GMT");
    assertThat(Validators.isNotModified(request, response, NOW / 1000)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "\"a\" | true",
        "W/\"a\" | false",
        "\"b\" | false",
        "Mon, 01 Jan 2024 00:00:00 GMT | true",
        "Mon, 01 Jan 2024 00:00:01 GMT | false"
      })
  void ifRangeIsStrong(String condition, boolean allows) { // C9
    HeaderMap response =
        fields(
            "ETag: \"a\"",
            "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT",
            "Date: Mon, 01 Jan 2024 00:01:00 GMT");
    assertThat(Validators.allowsRange(fields("If-Range: " + condition), response, NOW / 1000))
        .isEqualTo(allows);
    HeaderMap weak = fields("ETag: W/\"a\"");
    assertThat(Validators.allowsRange(fields("If-Range: W/\"a\""), weak, NOW / 1000)).isFalse();
  }

  // ---- ranges

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bytes=0-1 | [Part[first=0, last=1]]",
        "Bytes=1- | [Part[first=1, last=9]]",
        "bytes=-1 | [Part[first=9, last=9]]",
        "bytes=-99 | [Part[first=0, last=9]]",
        "bytes=8-99 | [Part[first=8, last=9]]",
        "bytes=8-99999999999999999999 | [Part[first=8, last=9]]",
        "bytes=10- | []",
        "bytes=-0 | []",
        "bytes=0-0, 5-6 | [Part[first=0, last=0], Part[first=5, last=6]]",
        "bytes=0-0, 50-60 | [Part[first=0, last=0]]",
      })
  void rangesAreReadForALength(String field, String parts) { // C9
    assertThat(ByteRanges.parse(field, 10).parts().toString()).isEqualTo(parts);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "items=0-1",
        "bytes=",
        "bytes=-",
        "bytes=2-1",
        "bytes=a-b",
        "bytes=0-5, 5-6",
        "bytes=0-0,1-1,2-2,3-3,4-4,5-5",
        "bytes=0-4,5-9",
        "bytes=1"
      })
  void oddAndGreedyRangesGetTheWhole(String field) { // C9, CVE-2011-3192
    assertThat(ByteRanges.parse(field, 10)).isSameAs(ByteRanges.WHOLE);
  }

  // ---- 304

  @Test
  void anAnswerThatNothingChangedUpdatesTheFields() { // C5
    StoredResponse stored =
        Heads.stored(
            200,
            "Cache-Control: max-age=1",
            "ETag: \"a\"",
            "X-Test: old",
            "Other: kept",
            "Content-Encoding: gzip",
            "Content-Type: text/plain");
    HeaderMap answer =
        fields(
            "Cache-Control: max-age=100",
            "ETag: \"b\"",
            "X-Test: new",
            "Content-Encoding: br",
            "Content-Length: 99",
            "Content-Type: text/html",
            "Age: 7",
            "Date: Mon, 01 Jan 2024 00:00:50 GMT");
    long later = NOW + 50_000;
    StoredResponse updated = Revalidation.update(stored, answer, Heads.request(), later, later);
    assertThat(updated).isNotNull();
    HeaderMap now = updated.headers();
    assertThat(now.get("X-Test")).isEqualTo("new");
    assertThat(now.get("Other")).isEqualTo("kept");
    assertThat(now.get("ETag")).isEqualTo("\"a\"");
    assertThat(now.get("Content-Encoding")).isEqualTo("gzip");
    assertThat(now.get("Content-Type")).isEqualTo("text/html");
    assertThat(now.contains("Content-Length")).isFalse();
    assertThat(updated.age(later)).isEqualTo(7);
    assertThat(updated.ttl(later)).isEqualTo(93);
  }

  @Test
  void anAnswerThatMakesItPrivateEndsItsStay() {
    StoredResponse stored = Heads.stored(200, "Cache-Control: max-age=1", "ETag: \"a\"");
    assertThat(
            Revalidation.update(
                stored, fields("Cache-Control: private"), Heads.request(), NOW, NOW))
        .isNull();
  }

  @Test
  void askingPutsOurConditionsInPlaceOfTheClients() {
    HeaderMap request =
        fields("If-None-Match: \"mine\"", "Range: bytes=0-1", "If-Range: \"mine\"", "X: y");
    Revalidation.ask(
        request,
        Heads.stored(
            200,
            "Cache-Control: max-age=1",
            "ETag: \"a\"",
            "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT"));
    assertThat(request.all("If-None-Match")).containsExactly("\"a\"");
    assertThat(request.all("If-Modified-Since")).hasSize(1);
    assertThat(request.contains("Range")).isFalse();
    assertThat(request.contains("If-Range")).isFalse();
  }
}
