package dev.penstock.admin.cli;

import dev.penstock.engine.boot.Main.CommandProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

@Command(
    name = "status",
    description = "Shows how a running gateway is; ends with 1 when it is not ready.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Mixin private Api api = new Api();

  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  /** Found by ServiceLoader. */
  public static final class Provider implements CommandProvider {
    @Override
    public Object command() {
      return new StatusCommand();
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Map<?, ?> status = api.get("/api/v1/status");
    boolean isReady = Boolean.TRUE.equals(status.get("ready"));
    out.printf(
        "%-12s %s, up %s%n", "penstock", status.get("version"), time(status.get("uptimeMillis")));
    out.printf("%-12s %s%n", "state", isReady ? "ready" : "not ready");
    if (status.get("notice") != null) out.printf("%-12s %s%n", "notice", status.get("notice"));
    out.printf("%-12s %s%n", "revision", status.get("revision"));
    out.printf("%-12s %s%n", "routes", status.get("routes"));
    out.printf(
        "%-12s %s, %s of them down%n",
        "endpoints", status.get("endpoints"), status.get("endpointsDown"));
    out.printf("%-12s %s%n", "in flight", status.get("inFlight"));
    if (status.get("listeners") instanceof List<?> listeners)
      for (Object each : listeners)
        if (each instanceof Map<?, ?> listener)
          out.printf("%-12s %s on %s%n", "listener", listener.get("name"), listener.get("address"));
    out.flush();
    return isReady ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private static String time(Object millis) {
    long seconds = millis instanceof Number number ? number.longValue() / 1000 : 0;
    if (seconds < 120) return seconds + " s";
    if (seconds < 7200) return seconds / 60 + " min";
    return seconds < 172_800 ? seconds / 3600 + " h" : seconds / 86_400 + " days";
  }
}
