package dev.penstock.admin.cli;

import dev.penstock.engine.boot.Main.CommandProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

@Command(
    name = "logs",
    description = "Shows exchanges as they end; Ctrl-C ends it.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  penstock logs -f",
      "  penstock logs -f --status 5xx --route users",
      "  penstock logs -f --path '/users/*' --sample 0.01"
    })
final class LogsCommand implements Callable<Integer> {
  /** There is nothing but following; other tools want to be told. */
  @Option(
      names = {"-f", "--follow"},
      description = "goes on until it is stopped, which it does anyway")
  void follow(boolean ignored) {}

  @Option(names = "--route", paramLabel = "ID", description = "of this route")
  private @Nullable String route;

  @Option(names = "--status", paramLabel = "STATUS", description = "404, or 5xx")
  private @Nullable String status;

  @Option(names = "--path", paramLabel = "PATH", description = "a prefix where it ends in *")
  private @Nullable String path;

  @Option(names = "--host", paramLabel = "HOST", description = "a prefix where it ends in *")
  private @Nullable String host;

  @Option(names = "--slow", paramLabel = "MS", description = "that took so long at least")
  private @Nullable Long minMillis;

  @Option(names = "--sample", paramLabel = "SHARE", description = "0.01 for one in a hundred")
  private @Nullable Double sample;

  @Mixin private Api api = new Api();

  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  /** Found by ServiceLoader. */
  public static final class Provider implements CommandProvider {
    @Override
    public Object command() {
      return new LogsCommand();
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    StringJoiner query = new StringJoiner("&", "?", "");
    add(query, "route", route);
    add(query, "status", status);
    add(query, "path", path);
    add(query, "host", host);
    add(query, "minMillis", minMillis);
    add(query, "sample", sample);
    api.stream(
        "/api/v1/exchanges/tail" + query,
        (event, data) -> {
          if (event.equals("exchange")) out.println(line(data));
          if (event.equals("dropped"))
            out.println("(" + data.get("count") + " more were not shown)");
          out.flush();
        });
    return CommandLine.ExitCode.OK;
  }

  private static void add(StringJoiner query, String name, @Nullable Object value) {
    if (value != null) query.add(name + "=" + Api.escaped(value.toString()));
  }

  private static String line(Map<?, ?> of) {
    String error = of.get("error") == null ? "" : "  " + of.get("error");
    return "%s %s %s %s%s  %s -> %s  %s ms%s"
        .formatted(
            of.get("at"),
            of.get("status"),
            of.get("method"),
            of.get("host"),
            of.get("path"),
            of.get("route") == null ? "-" : of.get("route"),
            of.get("endpoint") == null ? "-" : of.get("endpoint"),
            of.get("durationMillis"),
            error);
  }
}
