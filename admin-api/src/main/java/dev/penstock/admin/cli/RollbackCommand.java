package dev.penstock.admin.cli;

import dev.penstock.engine.boot.Main.CommandProvider;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "rollback",
    description = "Puts an earlier revision in force again, or an earlier version of one script.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  penstock rollback                   the revision before",
      "  penstock rollback 41 --dry-run      what that would change",
      "  penstock rollback --script tenant   the version of that script that ran before"
    })
final class RollbackCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "REVISION",
      description = "its number; absent: the one before")
  private String revision = "previous";

  @Option(names = "--script", paramLabel = "NAME", description = "of this script only")
  private @Nullable String script;

  @Option(names = "--dry-run", description = "says what would change, and changes nothing")
  private boolean dryRun;

  @Mixin private Api api = new Api();

  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  /** Found by ServiceLoader. */
  public static final class Provider implements CommandProvider {
    @Override
    public Object command() {
      return new RollbackCommand();
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    String path =
        script == null
            ? "/api/v1/rollback/" + Api.escaped(revision)
            : "/api/v1/scripts/" + Api.escaped(script) + "/rollback";
    Changes.print(api.post(path + "?dry-run=" + dryRun), spec.commandLine().getOut());
    return CommandLine.ExitCode.OK;
  }
}
