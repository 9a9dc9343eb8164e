package dev.penstock.engine.boot;

import dev.penstock.engine.control.ConfigReference;
import dev.penstock.engine.control.JsonSchema;
import dev.penstock.engine.control.Registries;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

@Command(
    name = "schema",
    description = "Writes the JSON Schema of the configuration, for editors.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: penstock schema > gateway.schema.json"})
final class SchemaCommand implements Callable<Integer> {
  @Option(names = "--reference", description = "Writes the reference as Markdown instead.")
  private boolean reference;

  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    Registries registries = Gateway.registries(Gateway.extensionsOnClassPath());
    spec.commandLine()
        .getOut()
        .println(reference ? ConfigReference.of(registries) : JsonSchema.of(registries));
    return Main.OK;
  }
}
