package dev.penstock.engine.boot;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

@Command(
    name = "version",
    description = "Says which build this is.",
    mixinStandardHelpOptions = true)
final class VersionCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    for (String line : new Version().getVersion()) spec.commandLine().getOut().println(line);
    return Main.OK;
  }
}
