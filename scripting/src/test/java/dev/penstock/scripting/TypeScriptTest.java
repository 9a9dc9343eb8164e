package dev.penstock.scripting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TypeScript handlers: types are taken out, places stay. */
class TypeScriptTest {
  @TempDir Path folder;

  private static String resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            TypeScriptTest.class.getResourceAsStream(
                "/dev/penstock/scripting/typescript/" + name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String stripped(String text) {
    return TypeScript.REWRITER.rewrite("/main.ts", text);
  }

  private static ConfigException refused(String text) {
    return catchThrowableOfType(ConfigException.class, () -> stripped(text));
  }

  @Test
  void everyKindOfTypeIsReplacedByBlanks() throws IOException {
    assertThat(stripped(resource("everything.ts"))).isEqualTo(resource("everything.js"));
  }

  @Test
  void linesAndColumnsStay() throws IOException {
    String text = resource("everything.ts").replace("\n", "\r\n");
    String code = stripped(text);
    assertThat(code).hasSameSizeAs(text);
    for (int i = 0; i < text.length(); i++) {
      char c = code.charAt(i);
      // Beside blanks only what keeps two lines apart, or parentheses that had to move.
      if (c != text.charAt(i)) assertThat(c).as("at %d", i).isIn(' ', ';', '(', ')');
      if (text.charAt(i) == '\n' || text.charAt(i) == '\r') assertThat(c).isEqualTo(text.charAt(i));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      textBlock =
          """
          let x: number = 1|let x         = 1
          import type A from './a'|;
          import { type X, y } from './a'|import {         y } from './a'
          f<string>(a)|f        (a)
          const f = <T>(x: T) => x|const f =    (x   ) => x
          function f(this: Foo, a?: B) {}|function f(           a    ) {}
          a = b as C;|a = b     ;
          a = b satisfies C;|a = b            ;
          a!.b!()|a .b ()
          class A { private x?: T }|class A {         x ;   }
          abstract class A {}|         class A {}
          export abstract class A {}|export          class A {}
          class A<T> extends B<T> implements C {}|class A    extends B                 {}
          catch_: try {} catch (e: any) {}|catch_: try {} catch (e     ) {}
          """)
  void typesBecomeBlanks(String text, String code) {
    assertThat(stripped(text).stripTrailing()).isEqualTo(code.stripTrailing());
  }

  @Test
  void linesDoNotRunTogetherWhenATypeKeptThemApart() {
    try (Rig rig = new Rig(folder)) {
      rig.file(
          "main.ts",
          """
          const seen: string[] = [];
          let a = 'x' as string
          (function () { seen.push('own statement') })()
          type T = 1
          ;(() => { seen.push('after a type') })()
          class C {
            x = 1 as number
            [Symbol.iterator] = 2
            get: number = 3
            private *gen(): Generator<number> { yield this.x }
          }
          const later = async <
            A
          >(x: A): Promise<
            A
          > => x
          export function onRequest(exchange: { request: { path: string } }): Response {
            const [n] = [...new C().gen()];
            return new Response(`${a} ${seen} ${n} ${new C().get} ${typeof later}` as string);
          }
          """);
      rig.use(ScriptRules.of("main.ts"));
      assertThat(rig.answer(rig.request(FakeExchange.get("/"))))
          .isEqualTo("x own statement,after a type 1 3 function");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          let a = 1; enum E { A }          | 1:12 | enums make code
          const enum E { A }               | 1:1  | enums make code
          namespace N { export let x = 1 } | 1:1  | namespaces with values make code
          class A { constructor(private x: string) {} } | 1:23 | parameter properties make code
          import fs = require('fs')        | 1:1  | write `import … from`
          export = 1                       | 1:1  | write `export default`
          @dec class A {}                  | 1:1  | decorators make code
          class A { @dec m() {} }          | 1:11 | decorators make code
          let a = <string>b                | 1:9  | write `value as Type`
          let a: = 1                       | 1:8  | SyntaxError: Unexpected token
          """)
  void whatMakesCodeIsRefusedWithItsPlace(String text, String place, String why) {
    ConfigException refused = refused(text);
    assertThat(refused).hasMessageContaining(why).hasMessageContaining("    1 | " + text);
    assertThat(refused.location()).isEqualTo("main.ts:" + place);
    String frame = String.valueOf(refused.getMessage());
    int column = Integer.parseInt(place.substring(2));
    assertThat(frame.substring(frame.lastIndexOf('\n') + 1))
        .isEqualTo("      | " + " ".repeat(column - 1) + "^");
  }

  @Test
  void failuresNameThePlaceInTheTypeScript() {
    try (Rig rig = new Rig(folder)) {
      rig.file(
          "lib/tool.ts",
          "export interface Tool { x: string }\nexport function use(t: Tool): never { throw new Error(t.x as string); }\n");
      rig.file(
          "main.ts",
          "import { use, type Tool } from './lib/tool.ts';\nexport function onRequest(): void {\n  const t: Tool = { x: 'bad' }; use(t as Tool);\n}\n");
      rig.use(ScriptRules.of("main.ts"));
      try (LogLines log = new LogLines()) {
        assertThat(rig.request(FakeExchange.get("/"))).isInstanceOf(Verdict.Reject.class);
        assertThat(String.join("\n", log.all()))
            .contains("Error: bad", "at use (./lib/tool.ts:2:45)", "at onRequest (main.ts:3:33)");
      }
    }
  }

  @Test
  void theFrameOfARefusalShowsWhatWasWritten() {
    try (Rig rig = new Rig(folder)) {
      rig.file(
          "main.ts",
          "const x: number = 1;\nmissing(x as number);\nexport const onRequest = () => {};\n");
      ConfigException refused =
          catchThrowableOfType(ConfigException.class, () -> rig.use(ScriptRules.of("main.ts")));
      assertThat(refused).hasMessageContaining("    2 | missing(x as number);\n      | ^");
      assertThat(refused.location()).isEqualTo("main.ts:2:1");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "./part.js",
        "./part.ts",
        "./part",
        "./dir",
        "./dir/index.js",
        "./m.mjs",
        "./m.mts"
      })
  void importsNameTypeScriptAsPeopleWriteIt(String specifier) {
    try (Rig rig = new Rig(folder)) {
      rig.file("part.ts", "export const v: number = 7;");
      rig.file("dir/index.ts", "export const v = 7 as const;");
      rig.file("m.mts", "export const v: 7 = 7;");
      rig.file(
          "main.mts",
          "import { v } from '%s';\nexport const onRequest = () => new Response(String(v as number));"
              .formatted(specifier));
      rig.use(ScriptRules.of("main.mts"));
      assertThat(rig.answer(rig.request(FakeExchange.get("/")))).isEqualTo("7");
    }
  }

  @Test
  void importsOfTypesLoadNothing() {
    try (Rig rig = new Rig(folder)) {
      rig.file(
          "main.ts",
          "import type { A } from './nowhere';\nimport type B from 'no-package';\nexport type { C } from './none.ts';\n"
              + "export const onRequest = (e: A & B) => new Response('fine');");
      rig.use(ScriptRules.of("main.ts"));
      assertThat(rig.answer(rig.request(FakeExchange.get("/")))).isEqualTo("fine");
    }
  }

  @Test
  void aTypeImportedAsAValueIsExplained() {
    try (Rig rig = new Rig(folder)) {
      rig.file("types.ts", "export interface A { x: string }");
      rig.file(
          "main.ts", "import { A } from './types.ts';\nexport const onRequest = (a: A) => {};");
      assertThat(
              catchThrowableOfType(ConfigException.class, () -> rig.use(ScriptRules.of("main.ts"))))
          .hasMessageContaining("import type");
    }
  }
}
