package dev.penstock.engine.boot;

import dev.penstock.engine.control.ConfigProblem;
import dev.penstock.engine.control.PluginView;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

@Command(
    name = "check",
    description =
        "Reads a configuration, its scripts and plugins, and says all that is wrong, without starting anything.",
    mixinStandardHelpOptions = true,
    footer = {"", "Exit code 65 when something is wrong.", "Example: penstock check gateway.yaml"})
final class CheckCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "the configuration")
  private Path file = Path.of("");

  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (Inspection inspection = Inspection.of(file)) {
      for (ConfigProblem warning : inspection.warnings())
        out.println("warning: " + warning.render());
      for (String warning : inspection.notes()) out.println("warning: " + warning);
      for (PluginView plugin : inspection.plugins()) {
        out.printf(
            "plugin %s %s from %s: %s%n",
            plugin.id(), plugin.version(), plugin.file(), offers(plugin));
        for (String warning : plugin.warnings())
          out.println("warning: plugin " + plugin.id() + ": " + warning);
      }
      out.printf(
          "%s is fine: %d listeners, %d routes, %d upstreams%n",
          file,
          inspection.config().listeners().size(),
          inspection.config().routes().size(),
          inspection.config().upstreams().size());
    }
    return Main.OK;
  }

  private static String offers(PluginView plugin) {
    List<String> all = new ArrayList<>();
    for (String filter : plugin.filters()) all.add("filter " + filter);
    for (String balancer : plugin.balancers()) all.add("balancer " + balancer);
    all.addAll(plugin.others());
    return all.isEmpty() ? "nothing that a configuration could name" : String.join(", ", all);
  }
}
