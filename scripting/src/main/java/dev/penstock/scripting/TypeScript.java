package dev.penstock.scripting;

import dev.penstock.engine.spi.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.PolyglotAccess;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.IOAccess;
import org.jspecify.annotations.Nullable;

/**
 * TypeScript modules: their types are replaced by blanks, so that every line and column stays where
 * its author sees it; checking types is the editor's work.
 *
 * <p>Babel's parser finds them, in a JavaScript realm of its own, off the workers, made when the
 * first TypeScript file is read. Thread-safe: one file at a time.
 */
final class TypeScript {
  /** Used for {@code .ts} and {@code .mts} files while a bundle is read. */
  static final ScriptBundle.SourceRewriter REWRITER = TypeScript::strip;

  private static final String PARSER =
      "/META-INF/resources/_static/at/babel/babel-parser/%s/lib/index.js";
  private static final int REMEMBERED = 256;

  // Of a bundle that is read again, most files are as they were.
  private static final Map<String, String> KNOWN =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > REMEMBERED;
        }
      };

  private static SoftReference<@Nullable Value> stripper = new SoftReference<>(null);

  private TypeScript() {}

  /** Whether files with this name are TypeScript. */
  static boolean isTypeScript(String path) {
    return path.endsWith(".ts") || path.endsWith(".mts");
  }

  private static synchronized String strip(String path, String text) {
    String known = KNOWN.get(text);
    if (known != null) return known;
    Value made = stripper.get();
    if (made == null) stripper = new SoftReference<>(made = stripper());
    String code = code(made, path, text);
    KNOWN.put(text, code);
    return code;
  }

  private static String code(Value strip, String path, String text) {
    Value result;
    try {
      result = strip.execute(text);
    } catch (PolyglotException e) {
      throw new ConfigException(
          "cannot read the TypeScript: " + e.getMessage(), path.substring(1), e);
    }
    Value code = result.getMember("code");
    if (code != null) return code.asString();
    int line = result.getMember("line").asInt();
    int column = result.getMember("column").asInt();
    throw new ConfigException(
        result.getMember("problem").asString() + CodeFrame.of(text, line, column),
        path.substring(1) + ":" + line + ":" + column,
        null);
  }

  private static Value stripper() {
    Engine engine =
        Engine.newBuilder("js")
            .allowExperimentalOptions(true)
            .option("engine.WarnInterpreterOnly", "false")
            .build();
    Context context =
        Context.newBuilder("js")
            .engine(engine)
            .allowHostAccess(HostAccess.NONE)
            .allowPolyglotAccess(PolyglotAccess.NONE)
            .allowIO(IOAccess.NONE)
            .build();
    String library = resource(PARSER.formatted(version()));
    Value parser =
        context
            .eval(source("babel", "(function (exports) {" + library + "\nreturn exports; })"))
            .execute(context.eval("js", "({})"));
    return context
        .eval(source("strip", resource("/dev/penstock/scripting/strip-types.js")))
        .execute(parser);
  }

  private static Source source(String name, String text) {
    return Source.newBuilder("js", text, name).internal(true).buildLiteral();
  }

  private static String version() {
    String properties = resource("/META-INF/maven/org.mvnpm.at.babel/parser/pom.properties");
    return properties
        .lines()
        .filter(line -> line.startsWith("version="))
        .map(line -> line.substring("version=".length()).strip())
        .findFirst()
        .orElseThrow();
  }

  private static String resource(String name) {
    try (InputStream in = TypeScript.class.getResourceAsStream(name)) {
      if (in == null) throw new IllegalStateException("the class path lacks " + name);
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
