package dev.penstock.scripting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.penstock.scripting.web.WebApiNames;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.logging.log4j.LogManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code penstock.d.ts} against TypeScript's compiler, the samples, and what there is at run time.
 */
@Timeout(240)
class TypesTest {
  private static final Path TYPES = Path.of("types/penstock.d.ts").toAbsolutePath();
  private static final String COMPILER = "/META-INF/resources/webjars/typescript/";

  /** What TypeScript's own library has no place for, or calls otherwise. */
  private static final Set<String> UNTYPED = Set.of("Navigator", "ReadableStream.from");

  @TempDir Path folder;

  @Test
  void theSamplesFitTheTypes() throws Exception {
    assertThat(tsc(Path.of("../samples/scripts/jsconfig.json").toAbsolutePath())).isEmpty();
  }

  @Test
  void eachPartOfTheContractCanBeWrittenAndWhatIsWrongIsRefused() throws Exception {
    String contract = read("types/contract.ts");
    assertThat(contract).contains("@ts-expect-error");
    Files.writeString(folder.resolve("contract.ts"), contract);
    assertThat(tsc(project("contract.ts"))).isEmpty();
  }

  @Test
  void everyWebApiOfTheRuntimeHasAType() throws Exception {
    StringBuilder uses = new StringBuilder("export {};\n");
    List<String> names = WebApiNames.all();
    assertThat(names).contains("URL.canParse", "Request.prototype.textStream", "atob");
    for (String name : names) {
      if (UNTYPED.stream().noneMatch(u -> name.equals(u) || name.startsWith(u + ".")))
        uses.append("void ").append(name).append(";\n");
    }
    Files.writeString(folder.resolve("uses.ts"), uses);
    assertThat(tsc(project("uses.ts"))).isEmpty();
  }

  /** Declared members are there, and what is there is declared. */
  @Test
  void theObjectsOfHandlersHaveTheDeclaredMembers() throws IOException {
    String script =
        """
        const names = (o) => [...new Set([o, Object.getPrototypeOf(o)].flatMap((x) => Object.getOwnPropertyNames(x)))]
          .filter((n) => n !== "constructor" && n !== "toString").sort().join(" ");
        export async function onRequest(exchange, env) {
          return new Response([
            `Exchange ${names(exchange)}`,
            `ExchangeRequest ${names(exchange.request)}`,
            `Log ${names(exchange.log)}`,
            `Kv ${names(env.store)}`,
          ].join("\\n"));
        }
        """;
    ScriptRules.KvRules store = new ScriptRules.KvRules(null, 10, 1024, null);
    ScriptRules.EnvRules env =
        new ScriptRules.EnvRules(
            Map.of(), Map.of(), List.of(), Map.of("store", store), Map.of(), Map.of());
    try (Rig rig = Rig.of(folder, script, Rig.env(env))) {
      String answer = rig.answer(rig.request(new FakeExchange("GET", "/")));
      for (String line : answer.split("\n")) {
        String[] words = line.split(" ");
        Set<String> found = new TreeSet<>(List.of(words).subList(1, words.length));
        Set<String> declared = declared(words[0]);
        if (words[0].equals("Exchange")) declared.add("upstreamRequest");
        assertThat(found).as(words[0]).isEqualTo(declared);
      }
    }
  }

  private static Set<String> declared(String name) throws IOException {
    Matcher body =
        Pattern.compile("\\n  interface " + name + "\\b[^{]*\\{\\n(.*?)\\n  }", Pattern.DOTALL)
            .matcher(Files.readString(TYPES));
    assertThat(body.find()).as(name).isTrue();
    Set<String> names = new TreeSet<>();
    Matcher member =
        Pattern.compile("^ {4}(?:readonly |get |set )?(\\w+)[?(<:]", Pattern.MULTILINE)
            .matcher(body.group(1));
    while (member.find()) names.add(member.group(1));
    return names;
  }

  private static String read(String name) throws IOException {
    try (var in = TypesTest.class.getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  private Path project(String file) throws IOException {
    Path project = folder.resolve("tsconfig.json");
    Files.writeString(
        project,
        """
        { "compilerOptions": { "strict": true, "noEmit": true, "target": "esnext", "module": "preserve", "types": [],
            "lib": [ "esnext", "webworker", "webworker.iterable", "webworker.asynciterable" ],
            "allowImportingTsExtensions": true, "noUncheckedIndexedAccess": true, "erasableSyntaxOnly": true },
          "files": [ "%s", "%s" ] }
        """
            .formatted(file, TYPES));
    return project;
  }

  /** Runs the compiler; what it has to say. */
  private static String tsc(Path project) throws Exception {
    Path compiler = compiler().resolve("_tsc.js");
    Process process;
    try {
      process =
          new ProcessBuilder(
                  "node", compiler.toString(), "--pretty", "false", "-p", project.toString())
              .redirectErrorStream(true)
              .start();
    } catch (IOException noNode) {
      String text = "SKIPPED, node is needed to run TypeScript's compiler: " + noNode.getMessage();
      LogManager.getLogger(TypesTest.class).warn(text);
      return abort(text);
    }
    String said;
    try (var reader = process.inputReader()) {
      said = String.join("\n", reader.lines().toList());
    }
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    if (process.exitValue() != 0) assertThat(said).isNotEmpty();
    return said;
  }

  /** TypeScript's {@code lib} folder, unpacked beside the classes once. */
  private static Path compiler() throws Exception {
    Path lib = Path.of("target", "typescript", "lib").toAbsolutePath();
    if (Files.exists(lib.resolve(".complete"))) return lib;
    URL jar = TypesTest.class.getResource(COMPILER);
    assertThat(jar).as("the jar org.webjars.npm:typescript").isNotNull();
    URI uri = jar.toURI();
    Files.createDirectories(lib);
    try (FileSystem zip = FileSystems.newFileSystem(uri, Map.of());
        Stream<Path> all = Files.walk(zip.getPath(COMPILER))) {
      List<Path> wanted = new ArrayList<>();
      for (Path file : all.toList()) {
        String name = file.getFileName().toString();
        if (name.equals("_tsc.js") || (name.startsWith("lib.") && name.endsWith(".d.ts")))
          wanted.add(file);
      }
      assertThat(wanted).hasSizeGreaterThan(50);
      for (Path file : wanted) {
        Path target = lib.resolve(file.getFileName().toString());
        if (!Files.exists(target)) Files.copy(file, target);
      }
    }
    Files.createFile(lib.resolve(".complete"));
    return lib;
  }
}
