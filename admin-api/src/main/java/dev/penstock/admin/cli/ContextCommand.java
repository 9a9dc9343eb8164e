package dev.penstock.admin.cli;

import dev.penstock.engine.boot.Main.CommandProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
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
      "  penstock context set production --address https://gateway:9000 --authority ca.pem --certificate me.pem --key me.key",
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
          @Nullable String token,
      @Option(
              names = "--authority",
              paramLabel = "PEM",
              description = "whose certificates to believe over https")
          @Nullable Path authority,
      @Option(
              names = "--certificate",
              paramLabel = "PEM",
              description = "who you are over https, instead of a token")
          @Nullable Path certificate,
      @Option(names = "--key", paramLabel = "PEM", description = "the certificate's private key")
          @Nullable Path key)
      throws IOException {
    String base = address.replaceFirst("/+$", "");
    Identity identity = new Identity(absolute(authority), absolute(certificate), absolute(key));
    if (!identity.isNone()) identity.context(); // refuses files that cannot be used
    Contexts.load(System::getenv)
        .set(name, new Contexts.Context(base, token == null ? "" : token, identity));
    return CommandLine.ExitCode.OK;
  }

  private static @Nullable Path absolute(@Nullable Path file) {
    return file == null ? null : file.toAbsolutePath().normalize();
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
                one.identity().certificate() != null
                    ? "  (certificate)"
                    : one.token().isEmpty() ? "  (no token)" : ""));
    return CommandLine.ExitCode.OK;
  }
}
