package dev.penstock.engine.boot;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.ServiceLoader;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program {@code penstock}: its commands, and what they mean for the exit code. */
@Command(
    name = "penstock",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "A programmable proxy: JavaScript handlers and Java plugins on a fast core.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      RunCommand.class,
      CheckCommand.class,
      RoutesCommand.class,
      SchemaCommand.class,
      VersionCommand.class,
      GenerateCompletion.class
    },
    footer = {
      "",
      "Examples:",
      "  penstock run                        the sample gateway with demo upstreams",
      "  penstock run --watch gateway.yaml   yours, reloaded when it changes",
      "  penstock check gateway.yaml         says what is wrong with it",
      "  penstock routes gateway.yaml GET http://api.example.com/users/7",
      "",
      "Completion: source <(penstock generate-completion)",
      "",
      "Exit codes: 0 success, 1 failure at run time, 2 wrong usage, 65 bad configuration"
    })
public final class Main implements Runnable {
  /** Everything went well. */
  static final int OK = 0;

  /** It failed while running. */
  static final int FAILED = 1;

  /** The command line is wrong. */
  static final int USAGE = 2;

  /** The configuration is wrong (EX_DATAERR of sysexits.h). */
  static final int BAD_CONFIG = 65;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private Main(CommandLine.Model.CommandSpec spec) {
    this.spec = spec;
  }

  private Main() {
    this(CommandLine.Model.CommandSpec.create());
  }

  /** How other rooms add commands: found by {@link ServiceLoader}. */
  public interface CommandProvider {
    /** An object that picocli takes as a command. */
    Object command();
  }

  /** Runs the program and ends the process, unless a gateway goes on running. */
  public static void main(String[] arguments) {
    RunCommand plain = RunCommand.plain(arguments);
    int exit = plain == null ? commandLine().execute(arguments) : run(plain);
    // Buffered output would be lost: the process ends at once.
    System.exit(exit);
  }

  private static int run(RunCommand command) {
    try {
      return command.call();
    } catch (Exception failure) { // as picocli would catch it
      standardError().println(said(failure));
      return exitCode(failure);
    }
  }

  static PrintWriter standardOutput() {
    return new PrintWriter(
        new FileOutputStream(FileDescriptor.out), true, Charset.defaultCharset());
  }

  static PrintWriter standardError() {
    return new PrintWriter(
        new FileOutputStream(FileDescriptor.err), true, Charset.defaultCharset());
  }

  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Main());
    ServiceLoader.load(CommandProvider.class)
        .forEach(provider -> line.addSubcommand(provider.command()));
    line.setExecutionExceptionHandler((failure, command, parsed) -> {
      command.getErr().println(said(failure));
      return exitCode(failure);
    });
    line.setCaseInsensitiveEnumValuesAllowed(true);
    return line;
  }

  private static int exitCode(Exception failure) {
    return failure instanceof BadConfigException ? BAD_CONFIG : FAILED;
  }

  private static String said(Exception failure) {
    if (failure instanceof BadConfigException)
      return failure.getMessage() == null ? "" : failure.getMessage();
    return "penstock: "
        + (failure.getMessage() == null ? failure.toString() : failure.getMessage());
  }

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    spec.commandLine().usage(out);
  }
}
