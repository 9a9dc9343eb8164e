package dev.penstock.scripting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.engine.spi.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Modules, what they may import, and how a version is refused. */
class BundleTest {
  @TempDir Path folder;

  private static final String ANSWERS =
      "export function onRequest() { return new Response(String(%s)); }\n";

  private String answerOf(Rig rig, String file) {
    rig.use(ScriptRules.of(file));
    return rig.answer(rig.request(FakeExchange.get("/")));
  }

  @Test
  void modulesImportEachOther() {
    try (Rig rig = new Rig(folder)) {
      rig.file("lib/a.js", "import { two } from '../two.js'; export const x = 40 + two;")
          .file("two.js", "export const two = 2;");
      rig.file("data.json", "{\"y\": 1}").file("page.html", "<p>\"hi\"</p>");
      rig.file(
          "main.js",
          "import { x } from './lib/a.js'; import data from './data.json' with { type: 'json' }; import page from './page.html';\n"
              + ANSWERS.formatted("x + data.y + page"));
      assertThat(answerOf(rig, "main.js")).isEqualTo("43<p>\"hi\"</p>");
      assertThat(rig.watched)
          .extracting(p -> p.getFileName().toString())
          .contains("main.js", "a.js", "two.js", "data.json", "page.html");
    }
  }

  @Test
  void packagesAreFoundInNodeModulesByTheirExports() {
    try (Rig rig = new Rig(folder)) {
      rig.file("app/package.json", "{\"main\": \"./src/entry.js\"}");
      rig.file(
          "app/src/entry.js",
          "import { a } from 'pkg'; import { s } from 'pkg/sub/one'; import { o } from '@scope/old';\n"
              + ANSWERS.formatted("[a, s, o]"));
      rig.file(
          "app/node_modules/pkg/package.json",
          "{\"exports\": {\".\": {\"require\": \"./no.cjs\", \"import\": \"./a.mjs\"}, \"./sub/*\": \"./deep/*.js\"}}");
      rig.file(
          "app/node_modules/pkg/a.mjs", "import { n } from 'nested'; export const a = 'a' + n;");
      rig.file("app/node_modules/pkg/deep/one.js", "export const s = 's';");
      rig.file("app/node_modules/pkg/node_modules/nested/package.json", "{\"module\": \"m.js\"}");
      rig.file("app/node_modules/pkg/node_modules/nested/m.js", "export const n = 'inner';");
      rig.file("app/node_modules/nested/package.json", "{\"module\": \"m.js\"}");
      rig.file("app/node_modules/nested/m.js", "export const n = 'outer';");
      rig.file("app/node_modules/@scope/old/package.json", "{\"main\": \"index\"}");
      rig.file("app/node_modules/@scope/old/index.js", "export { n as o } from 'nested';");
      assertThat(answerOf(rig, "app")).isEqualTo("ainner,s,outer");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../secret.js",
        "../../../../../../etc/passwd",
        "/etc/passwd",
        "file:///etc/passwd",
        "http://127.0.0.1/x.js",
        "https://example.com/x.js",
        "data:text/javascript,export default 1",
        "node:fs",
        "fs",
        "./link.js",
        "./dir/inside.js",
        "#internal",
        "",
        "./nul\\u0000.js"
      })
  void importsNeverLeaveTheBundle(String specifier) throws IOException {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Files.writeString(outside.resolve("inside.js"), "export const secret = 's3cret';");
    try (Rig rig = new Rig(folder)) {
      rig.file("secret.js", "export const secret = 's3cret';")
          .file("b/ok.js", "export const fine = 1;");
      Files.createSymbolicLink(folder.resolve("b/link.js"), folder.resolve("secret.js"));
      Files.createSymbolicLink(folder.resolve("b/dir"), outside);
      rig.file(
          "b/main.js", "import * as m from '" + specifier + "';\n" + ANSWERS.formatted("m.secret"));
      assertThatThrownBy(() -> rig.use(ScriptRules.of("b/main.js")))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith("cannot import");
      rig.file(
          "b/main.js",
          "export async function onRequest() { try { const m = await import('"
              + specifier
              + "'); return new Response('IN ' + m.secret); } catch (e) { return new Response('refused'); } }");
      assertThat(answerOf(rig, "b/main.js")).isEqualTo("refused");
    }
  }

  @Test
  void aSyntaxErrorSaysFileLineColumnAndShowsTheLine() {
    ConfigException e = refused("export function onRequest(exchange) {\n  const x = ;\n}\n");
    assertThat(e.location()).isEqualTo("main.js:2:13");
    assertThat(e)
        .hasMessage(
            """
            SyntaxError: Expected an operand but found ;
                1 | export function onRequest(exchange) {
                2 |   const x = ;
                  |             ^\
            """);
  }

  @Test
  void anErrorAtTheTopLevelSaysWhere() {
    ConfigException e = refused("export function onRequest() {}\nconst a = undefined;\na.b.c;\n");
    assertThat(e.location()).isEqualTo("main.js:3:1");
    assertThat(e.getMessage()).contains("TypeError", "3 | a.b.c;");
  }

  @Test
  void aMissingExportOfAnotherModuleIsALinkError() {
    try (Rig rig = new Rig(folder)) {
      rig.file("a.js", "export const one = 1;")
          .file("main.js", "import { two } from './a.js';\nexport function onRequest() {}\n");
      assertThatThrownBy(() -> rig.use(ScriptRules.of("main.js")))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith(
              "SyntaxError: The requested module './a.js' does not provide an export named 'two'");
    }
  }

  @Test
  void misspeltPhasesAreRefusedWithASuggestion() {
    assertThat(refused("export function onRequst() {}"))
        .hasMessage("there is no phase \"onRequst\"; did you mean \"onRequest\"?");
    assertThat(refused("export function onrequest() {}"))
        .hasMessageContaining("did you mean \"onRequest\"?");
    assertThat(refused("export function onResponseBdy() {}"))
        .hasMessageContaining("did you mean \"onResponseBody\"?");
    assertThat(refused("export function onRequest() {}\nexport function onUpstreamTimeout() {}"))
        .hasMessageContaining("there is no phase \"onUpstreamTimeout\"");
    assertThat(refused("export function fetch() {}"))
        .hasMessageContaining("did you mean \"export default { fetch }\"?");
  }

  @Test
  void exportsThatAreNoHandlersAreRefused() {
    assertThat(refused("export const onRequest = 5;"))
        .hasMessage("export onRequest must be a function, not number");
    assertThat(refused("export default 5;"))
        .hasMessageContaining(
            "export default must be an object with a fetch(request, env, ctx) function, not number");
    assertThat(refused("export const helper = 1;"))
        .hasMessageContaining(
            "the module exports no handler (but helper); it may export onRequest,");
    assertThat(refused("const a = 1;"))
        .hasMessageContaining("the module exports no handler; it may export onRequest,");
    assertThat(refused("export function selectEndpoint() {}"))
        .hasMessageContaining("use it as a balancer");
  }

  @Test
  void otherExportsBesideHandlersAreFine() {
    try (Rig rig =
        Rig.of(
            folder,
            "export const version = 3; export const config = {};\n"
                + ANSWERS.formatted("version"))) {
      assertThat(rig.answer(rig.request(FakeExchange.get("/")))).isEqualTo("3");
    }
  }

  @Test
  void anEndlessTopLevelIsRefused() {
    assertThat(refused("export function onRequest() {}\nwhile (true);"))
        .hasMessageContaining("limits.startup");
  }

  @Test
  void aTopLevelAwaitThatCannotEndIsRefused() {
    assertThat(refused("await new Promise(() => {}); export function onRequest() {}"))
        .hasMessageContaining("waits at its top level");
  }

  @Test
  void aTopLevelAwaitThatEndsIsFine() {
    try (Rig rig =
        Rig.of(folder, "const x = await Promise.resolve(7);\n" + ANSWERS.formatted("x"))) {
      assertThat(rig.answer(rig.request(FakeExchange.get("/")))).isEqualTo("7");
    }
  }

  @Test
  void whatIsMissingIsSaid() {
    try (Rig rig = new Rig(folder)) {
      assertThatThrownBy(() -> rig.use(ScriptRules.of("none.js")))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith("there is no file ");
      rig.file("empty/readme", "");
      assertThatThrownBy(() -> rig.use(ScriptRules.of("empty")))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("has no entry: add index.js");
      rig.file("bad/package.json", "{ oops");
      assertThatThrownBy(() -> rig.use(ScriptRules.of("bad")))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("no JSON");
    }
  }

  @Test
  void theVersionIsTheHashOfAllThatIsImported() {
    try (Rig rig = new Rig(folder)) {
      rig.file("a.js", "export const a = 1;")
          .file("main.js", "import './a.js'; export function onRequest() {}")
          .file("unrelated.js", "1");
      String first = Rig.RUNTIME.check(folder.resolve("main.js"));
      rig.file("unrelated.js", "2");
      assertThat(Rig.RUNTIME.check(folder.resolve("main.js")))
          .isEqualTo(first)
          .startsWith("main.js@");
      rig.file("a.js", "export const a = 2;");
      assertThat(Rig.RUNTIME.check(folder.resolve("main.js"))).isNotEqualTo(first);
    }
  }

  private ConfigException refused(String script) {
    try (Rig rig = new Rig(folder)) {
      rig.file("main.js", script);
      ConfigException e =
          catchThrowableOfType(ConfigException.class, () -> rig.use(ScriptRules.of("main.js")));
      assertThat(e).as("refusal of " + script).isNotNull();
      return e;
    }
  }
}
