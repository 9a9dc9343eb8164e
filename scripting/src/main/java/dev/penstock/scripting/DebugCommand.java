package dev.penstock.scripting;

import dev.penstock.engine.boot.Main.CommandProvider;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock debug}. */
@Command(
    name = "debug",
    description = {
      "Serves one route of a configuration under Chrome DevTools: on a port of its own on loopback, in development mode.",
      "A gateway that runs already goes on undisturbed."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Open the printed address in Chrome, or attach VS Code to the WebSocket, set a breakpoint, and send a request.",
      "While the script stands at a breakpoint, other requests to this port wait.",
      "Example: penstock debug users gateway.yaml --port 8081"
    })
final class DebugCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "ROUTE", description = "name of the route")
  private String route = "";

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      arity = "0..1",
      description = "the configuration; gateway.yaml by default")
  private Path file = Path.of("gateway.yaml");

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "where the route is served; by default, the system chooses")
  private int port;

  @Option(
      names = "--inspect",
      paramLabel = "PORT",
      defaultValue = "9229",
      description = "where DevTools connect; 9229 by default, 0 lets the system choose")
  private int inspectPort;

  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    if (!Files.exists(file))
      throw new CommandLine.ParameterException(spec.commandLine(), "there is no " + file);
    PrintWriter out = spec.commandLine().getOut();
    CountDownLatch asked = new CountDownLatch(1);
    try (DebugGateway gateway = DebugGateway.start(file, route, port, inspectPort)) {
      Runtime.getRuntime().addShutdownHook(new Thread(asked::countDown, "debug-end"));
      out.printf("route      %s%n", gateway.address());
      out.printf("DevTools   %s%n", gateway.inspector().devTools());
      out.printf("WebSocket  %s%n%n", gateway.inspector().webSocket());
      out.println("Stop with Ctrl-C.");
      out.flush();
      asked.await();
    }
    return 0;
  }

  /** Puts it among the commands of the program. */
  public static final class Provider implements CommandProvider {
    @Override
    public Object command() {
      return new DebugCommand();
    }
  }
}
