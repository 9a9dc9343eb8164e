package dev.penstock.scripting;

import dev.penstock.engine.boot.Main.CommandProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
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
      "Example: penstock test scripts --junit report.xml"
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

  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (!Files.exists(path))
      throw new CommandLine.ParameterException(spec.commandLine(), "there is no " + path);
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
