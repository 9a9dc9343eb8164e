package dev.penstock.admin.cli;

import dev.penstock.engine.boot.Main.CommandProvider;
import java.io.IOException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "context",
    description = "Names gateways that other commands work on.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  penstock context set local --address http://127.0.0.1:9000 --token",
      "  penstock context use production",
      "  penstock context list",
      "",
      "PENSTOCK_ADDRESS and PENSTOCK_TOKEN win over the context."
    })
final class ContextCommand implements Runnable {
  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  /** Found by ServiceLoader. */
  public static final class Provider implements CommandProvider {
    @Override
    public Object command() {
      return new ContextCommand();
    }
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(name = "set", description = "Keeps a gateway, which is the current one from now on.")
  int set(
      @Parameters(paramLabel = "NAME") String name,
      @Option(
              names = "--address",
              required = true,
              paramLabel = "URL",
              description = "its admin address")
          String address,
      @Option(
              names = "--token",
              interactive = true,
              arity = "0..1",
              paramLabel = "TOKEN",
              description = "asks for the token, or takes it from here")
          @Nullable String token)
      throws IOException {
    String base = address.replaceFirst("/+$", "");
    Contexts.load(System::getenv).set(name, new Contexts.Context(base, token == null ? "" : token));
    return CommandLine.ExitCode.OK;
  }

  @Command(name = "use", description = "Makes a gateway the current one.")
  int use(@Parameters(paramLabel = "NAME") String name) throws IOException {
    Contexts.load(System::getenv).use(name);
    return CommandLine.ExitCode.OK;
  }

  @Command(name = "remove", description = "Forgets a gateway.")
  int remove(@Parameters(paramLabel = "NAME") String name) throws IOException {
    Contexts.load(System::getenv).remove(name);
    return CommandLine.ExitCode.OK;
  }

  @Command(name = "list", description = "Lists the gateways; tokens are not shown.")
  int list() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Contexts contexts = Contexts.load(System::getenv);
    contexts
        .all()
        .forEach((name, one) ->
            out.printf(
                "%s %-16s %s%s%n",
                name.equals(contexts.current()) ? "*" : " ",
                name,
                one.address(),
                one.token().isEmpty() ? "  (no token)" : ""));
    return CommandLine.ExitCode.OK;
  }
}
