package dev.penstock.admin.cli;

import dev.penstock.engine.boot.Main.CommandProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

@Command(
    name = "top",
    description = "A live table of the busiest routes, every 2 s; Ctrl-C ends it.",
    mixinStandardHelpOptions = true)
final class TopCommand implements Callable<Integer> {
  private static final String CLEAR = "\033[H\033[2J";

  @Option(
      names = "--rows",
      defaultValue = "20",
      paramLabel = "N",
      description = "routes shown; default: 20")
  private int rows = 20;

  @Option(names = "--once", description = "one table, of all since the start")
  private boolean once;

  @Mixin private Api api = new Api();

  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();
  private final Map<String, Long> before = new HashMap<>();

  /** Found by ServiceLoader. */
  public static final class Provider implements CommandProvider {
    @Override
    public Object command() {
      return new TopCommand();
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    if (once) {
      out.print(table());
      out.flush();
      return CommandLine.ExitCode.OK;
    }
    api.stream(
        "/api/v1/series/live",
        (event, point) -> {
          if (!event.equals("point")) return;
          try {
            String text = CLEAR + head(point) + table();
            out.print(text);
            out.flush();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    return CommandLine.ExitCode.OK;
  }

  private static String head(Map<?, ?> point) {
    return "%s  %s requests/s  %s errors  p99 %s ms  in flight %s  connections %s  lag %s ms%n%n"
        .formatted(
            point.get("at"),
            point.get("requests") instanceof Number n ? n.longValue() / 2 : 0,
            point.get("errors"),
            point.get("p99Millis"),
            point.get("inFlight"),
            point.get("connections"),
            point.get("lagMillis"));
  }

  private String table() throws IOException, InterruptedException {
    StringBuilder text =
        new StringBuilder(
            "%-28s %12s %10s %10s %10s %10s  %s%n"
                .formatted("ROUTE", "REQUESTS", "NEW", "ERRORS", "P50 ms", "P99 ms", "TARGET"));
    Map<?, ?> page = api.get("/api/v1/routes?sort=requests&limit=" + rows);
    if (!(page.get("items") instanceof List<?> routes)) return text.toString();
    for (Object each : routes) {
      if (!(each instanceof Map<?, ?> route)
          || !(route.get("traffic") instanceof Map<?, ?> traffic)) continue;
      String id = String.valueOf(route.get("id"));
      long requests = traffic.get("requests") instanceof Number n ? n.longValue() : 0;
      Long known = before.put(id, requests);
      text.append(
          "%-28s %12d %10s %10s %10s %10s  %s%n"
              .formatted(
                  id,
                  requests,
                  known == null ? "" : "+" + (requests - known),
                  traffic.get("errors"),
                  traffic.get("p50Millis"),
                  traffic.get("p99Millis"),
                  route.get("target")));
    }
    return text.toString();
  }
}
