package dev.penstock.scripting;

import dev.penstock.engine.boot.Main.CommandProvider;
import dev.penstock.engine.control.FileWatcher;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock test}. */
@Command(
    name = "test",
    description = "Runs the tests of scripts: all *.test.js files below DIR, in the real runtime.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit code 1 when a test fails or there is none.",
      "Examples:",
      "  penstock test scripts --junit report.xml",
      "  penstock test scripts --watch"
    })
final class TestCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      description = "a folder or a test file; the current folder by default")
  private Path path = Path.of(".");

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description = "writes the results as JUnit XML too")
  private @Nullable Path junit;

  @Option(
      names = {"-w", "--watch"},
      description = "runs them again whenever a file below DIR changes")
  private boolean watch;

  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    if (!Files.exists(path))
      throw new CommandLine.ParameterException(spec.commandLine(), "there is no " + path);
    return watch ? runAtChanges() : runOnce();
  }

  /** Until interrupted; watches from before the first run, so that no change is missed. */
  private int runAtChanges() throws IOException {
    Semaphore changes = new Semaphore(0);
    int exit = 0;
    try (FileWatcher watcher = FileWatcher.start(files(), changes::release)) {
      while (true) {
        exit = runOnce();
        watcher.watch(files());
        changes.acquire();
        changes.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return exit;
    }
  }

  /** All below DIR but packages, which nobody edits. */
  private Set<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(path)) {
      return all.map(Path::toAbsolutePath)
          .filter(file -> !file.toString().contains("node_modules"))
          .collect(Collectors.toSet());
    }
  }

  private int runOnce() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    List<TestRunner.Result> results;
    try (ScriptRuntime runtime = new ScriptRuntime()) {
      results = new TestRunner(runtime, out).run(path);
    }
    if (junit != null) Files.writeString(junit, TestRunner.junit(results));
    if (results.isEmpty()) out.println("there are no *.test.js files below " + path);
    boolean passed =
        !results.isEmpty() && results.stream().allMatch(result -> result.problem() == null);
    return passed ? 0 : 1;
  }

  /** Puts it among the commands of the program. */
  public static final class Provider implements CommandProvider {
    @Override
    public Object command() {
      return new TestCommand();
    }
  }
}
