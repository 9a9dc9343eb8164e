package dev.penstock.scripting;

import dev.penstock.engine.spi.ConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/** Runs {@code *.test.js} files in the real runtime, each in a realm of its own. */
public final class TestRunner {
  private final ScriptRuntime runtime;
  private final PrintWriter out;
  private final List<Result> results = new ArrayList<>();

  public TestRunner(ScriptRuntime runtime, PrintWriter out) {
    this.runtime = runtime;
    this.out = out;
  }

  /**
   * How one test went.
   *
   * @param problem null when it passed
   */
  public record Result(String file, String name, long millis, @Nullable String problem) {}

  /** Runs all test files below {@code path}, or the one that it is. Prints as it goes. */
  public List<Result> run(Path path) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(path)) {
      files = all.filter(TestRunner::isTest).sorted().toList();
    }
    for (Path file : files) runFile(path, file);
    long failed = results.stream().filter(result -> result.problem() != null).count();
    out.printf("%n%d passed, %d failed%n", results.size() - failed, failed);
    out.flush();
    return List.copyOf(results);
  }

  private static boolean isTest(Path file) {
    String name = String.valueOf(file.getFileName());
    boolean isInside = file.toString().contains("node_modules");
    return !isInside
        && (name.endsWith(".test.js") || name.endsWith(".test.mjs") || name.endsWith(".test.ts"));
  }

  private void runFile(Path root, Path file) {
    String shown =
        root.equals(file) ? String.valueOf(file.getFileName()) : root.relativize(file).toString();
    out.println(shown);
    Path parent = file.toAbsolutePath().getParent();
    TestHost host = new TestHost(parent == null ? Path.of("").toAbsolutePath() : parent);
    TestLoop loop = new TestLoop();
    ScriptWorker worker = runtime.workerOf(loop);
    try {
      ScriptBundle bundle =
          ScriptBundle.read(file, TypeScript.REWRITER)
              .with("/penstock:test", text("test-module.js"));
      long startup = 30_000_000_000L;
      ScriptVersion version = ScriptVersion.unchecked(runtime, bundle, startup);
      Guest guest =
          Guest.build(
              version,
              runtime.engine(),
              worker.turn(),
              startup,
              web -> web.use(Guest.source("testing.js")).executeVoid(host));
      ScriptContext context = new ScriptContext(worker, version, guest);
      context.retain();
      host.context(context);
      for (int i = 0; i < host.tests().size(); i++) runTest(shown, host, i, loop, context);
      if (host.tests().isEmpty())
        add(new Result(shown, "(no tests)", 0, "the file declares no test"));
      host.close();
      context.release();
      version.release();
    } catch (ConfigException e) {
      add(
          new Result(
              shown,
              "(load)",
              0,
              (e.location() == null ? "" : e.location() + ": ") + e.getMessage()));
    } finally {
      host.close();
      runtime.forget(loop);
    }
  }

  private void runTest(
      String file, TestHost host, int number, TestLoop loop, ScriptContext context) {
    TestHost.Declared test = host.tests().get(number);
    long start = runtime.meter().nanoTime();
    Value body = test.body;
    boolean began =
        context.run(
            null, ScriptLimits.of(ScriptRules.unhurried("")), () -> body.executeVoid(number));
    boolean ended = began && loop.runUntil(() -> test.isOver, context.worker());
    String problem = test.problem;
    if (!began && problem == null) problem = "it was stopped: more than a minute of CPU time";
    else if (!ended && problem == null) problem = "it waits for something that never comes";
    add(new Result(file, test.name, (runtime.meter().nanoTime() - start) / 1_000_000, problem));
  }

  private void add(Result result) {
    results.add(result);
    String problem = result.problem();
    if (problem == null) {
      out.printf("  ok    %s (%d ms)%n", result.name(), result.millis());
    } else {
      out.printf("  FAIL  %s (%d ms)%n", result.name(), result.millis());
      out.println(problem.strip().indent(8).stripTrailing());
    }
    out.flush();
  }

  /** The results as JUnit's XML, which CI systems read. */
  public static String junit(List<Result> results) {
    StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    long failed = results.stream().filter(result -> result.problem() != null).count();
    xml.append(
        "<testsuite name=\"penstock\" tests=\"%d\" failures=\"%d\">%n"
            .formatted(results.size(), failed));
    for (Result result : results) {
      xml.append(
          "  <testcase classname=\"%s\" name=\"%s\" time=\"%.3f\""
              .formatted(escaped(result.file()), escaped(result.name()), result.millis() / 1000.0));
      String problem = result.problem();
      if (problem == null) xml.append("/>\n");
      else xml.append("><failure>").append(escaped(problem)).append("</failure></testcase>\n");
    }
    return xml.append("</testsuite>\n").toString();
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder();
    for (char c : text.toCharArray()) {
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        default -> out.append(c < 0x20 && c != '\n' && c != '\t' ? '?' : c);
      }
    }
    return out.toString();
  }

  private static String text(String name) {
    return Guest.source(name).getCharacters().toString();
  }
}
