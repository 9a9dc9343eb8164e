package dev.penstock.engine.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DocumentTest {
  private static final String TEXT =
      """
      # kept until the first edit
      listeners: { web: "127.0.0.1:0" }
      upstreams: { users: { endpoints: [ "a:1", "b:2" ], timeouts: { connect: 1s } } }
      routes: { "a/b": { respond: { status: 200, headers: { X-Version: 1.10 } } } }
      """;

  private static Document document() throws Exception {
    return Document.parse(TEXT, "gateway.yaml");
  }

  @Test
  void keepsTheTextUntilItIsEdited() throws Exception {
    assertThat(document().text()).isEqualTo(TEXT);
    assertThat(document().put(List.of("workers"), 2L).text())
        .doesNotContain("#")
        .contains("workers: 2");
  }

  @Test
  void anEditThatChangesNothingKeepsTheText() throws Exception {
    Document document = document();
    assertThat(document.put(List.of("listeners", "web"), "127.0.0.1:0")).isSameAs(document);
    assertThat(document.patch(List.of(), Map.of())).isSameAs(document);
  }

  @Test
  void whatIsWrittenReadsTheSame() throws Exception {
    Document edited =
        document()
            .put(List.of("x"), List.of("1.10", "true", "~", "", "null", "a: b", "1e3", "línea\n2"));
    assertThat(Document.parse(edited.text(), "again").tree()).isEqualTo(edited.tree());
    assertThat(edited.text()).contains("X-Version: 1.10");
  }

  @Test
  void findsKeysAndPlacesInLists() throws Exception {
    assertThat(document().find(List.of("upstreams", "users", "endpoints", "1"))).isEqualTo("b:2");
    assertThat(document().has(List.of("routes", "a/b"))).isTrue();
    assertThatThrownBy(() -> document().find(List.of("upstreams", "blue")))
        .isInstanceOf(Document.NoSuchPlaceException.class)
        .hasMessageContaining("/upstreams/blue")
        .hasMessageContaining("users");
  }

  @Test
  void setsReplacesAndAppends() throws Exception {
    List<String> endpoints = List.of("upstreams", "users", "endpoints");
    Document edited = document().put(List.of("upstreams", "users", "endpoints", "-"), "c:3");
    assertThat(edited.find(endpoints)).isEqualTo(List.of("a:1", "b:2", "c:3"));
    edited = edited.put(List.of("upstreams", "users", "endpoints", "0"), "z:9");
    edited = edited.delete(List.of("upstreams", "users", "endpoints", "1"));
    assertThat(edited.find(endpoints)).isEqualTo(List.of("z:9", "c:3"));
    assertThat(edited.put(List.of("new", "deep", "key"), true).find(List.of("new")))
        .isEqualTo(Map.of("deep", Map.of("key", true)));
    assertThatThrownBy(() -> document().put(List.of("listeners", "web", "bind"), "x"))
        .isInstanceOf(Document.NoSuchPlaceException.class);
    assertThatThrownBy(() -> document().put(List.of("upstreams", "users", "endpoints", "7"), "x"))
        .isInstanceOf(Document.NoSuchPlaceException.class);
    assertThatThrownBy(() -> document().delete(List.of("nothing")))
        .isInstanceOf(Document.NoSuchPlaceException.class);
  }

  /** The examples of RFC 7396, appendix A, as far as they are about mappings. */
  @Test
  void mergesAsTheRfcSays() throws Exception {
    String[][] table = {
      {"{a: b}", "{a: c}", "{a: c}"},
      {"{a: b}", "{b: c}", "{a: b, b: c}"},
      {"{a: b}", "{a: null}", "{}"},
      {"{a: b, b: c}", "{a: null}", "{b: c}"},
      {"{a: [b]}", "{a: c}", "{a: c}"},
      {"{a: c}", "{a: [b]}", "{a: [b]}"},
      {"{a: {b: c}}", "{a: {b: d, c: null}}", "{a: {b: d}}"},
      {"{a: [{b: c}]}", "{a: [1]}", "{a: [1]}"},
      {"{e: null}", "{a: 1}", "{e: null, a: 1}"},
      {"{}", "{a: {bb: {ccc: null}}}", "{a: {bb: {}}}"},
    };
    for (String[] each : table) {
      Document patched =
          Document.parse(each[0], "").patch(List.of(), Document.parse(each[1], "").tree());
      assertThat(patched.tree())
          .as(each[0] + " with " + each[1])
          .isEqualTo(Document.parse(each[2], "").tree());
    }
  }

  @Test
  void masksAreNoSecretsAndKeepThem() throws Exception {
    Document before =
        Document.parse("admin: { token: \"0123456789abcdef\", hosts: [ \"${NAME}\" ] }", "");
    List<List<String>> secrets = List.of(List.of("admin", "token"), List.of("admin", "hosts"));
    Document shown = Document.of(SecretMask.hide(before.tree(), secrets));
    assertThat(shown.text()).doesNotContain("0123456789abcdef").contains("${NAME}");
    Document back = SecretMask.restore(shown.put(List.of("workers"), 3L), before);
    assertThat(back.find(List.of("admin", "token"))).isEqualTo("0123456789abcdef");
  }
}
