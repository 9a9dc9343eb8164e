package dev.penstock.perf.load;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code ./penstock bench}: starts an origin and a gateway, runs Gatling suites against it, keeps
 * their reports, and judges what they measured.
 */
@Command(
    name = "penstock bench",
    mixinStandardHelpOptions = true,
    description = "Runs load suites against a gateway that it starts.",
    footer = {
      "",
      "Examples:",
      "  penstock bench                            all suites",
      "  penstock bench plain scripted --seconds 30",
      "",
      "Exit codes: 0 all rules hold, 1 one does not, 2 wrong usage"
    })
public final class Bench implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "SUITE",
      description = "plain, scripted, plugin, transfer, websocket, mixed, reload; default: all")
  private List<Suite> suites = List.of(Suite.values());

  @Option(
      names = "--seconds",
      defaultValue = "15",
      description = "length of each part of a suite (${DEFAULT-VALUE})")
  private int seconds;

  @Option(
      names = "--users",
      defaultValue = "32",
      description = "users of the closed model (${DEFAULT-VALUE})")
  private int users;

  @Option(
      names = "--rate",
      defaultValue = "1000",
      description = "requests a second of the open model (${DEFAULT-VALUE})")
  private int rate;

  @Option(
      names = "--home",
      required = true,
      hidden = true,
      description = "a distribution: bin/penstock beside lib")
  private Path home;

  @Option(
      names = "--handlers",
      required = true,
      hidden = true,
      description = "folder with rewrite.js")
  private Path handlers;

  @Option(names = "--out", required = true, hidden = true, description = "folder for the reports")
  private Path out;

  private final PrintStream console = System.err;

  private Bench() {}

  public static void main(String[] arguments) {
    CommandLine line = new CommandLine(new Bench()).setCaseInsensitiveEnumValuesAllowed(true);
    System.exit(line.execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Path folder = Files.createTempDirectory("penstock-bench");
    List<String> broken = new ArrayList<>();
    Files.copy(handlers.resolve("rewrite.js"), folder.resolve("rewrite.js"));
    try (Origin origin = new Origin();
        GatewayProcess gateway =
            GatewayProcess.start(home, folder, config(origin.address()), ownClasses())) {
      for (Suite suite : suites) run(suite, gateway.address(), folder, broken);
    } finally {
      delete(folder);
    }
    broken.forEach(rule -> console.println("NOT KEPT  " + rule));
    console.println(broken.isEmpty() ? "all rules hold" : broken.size() + " rules do not hold");
    return broken.isEmpty() ? 0 : 1;
  }

  private void run(Suite suite, String address, Path folder, List<String> broken)
      throws IOException, InterruptedException {
    Path reports = out.resolve(suite.id());
    delete(reports);
    Files.createDirectories(reports);
    Path log = out.resolve(suite.id() + ".log");
    Path times = out.resolve(suite.id() + ".times");
    Files.deleteIfExists(times);
    int code =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dbench.gateway=" + address,
                "-Dbench.folder=" + folder,
                "-Dbench.times=" + times,
                "-Dbench.seconds=" + seconds,
                "-Dbench.users=" + users,
                "-Dbench.rate=" + rate,
                "io.gatling.app.Gatling",
                "-s",
                suite.simulation().getName(),
                "-rf",
                reports.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    Path report = newest(reports);
    if (report == null) {
      broken.add(suite.id() + ": it made no report; see " + log);
      return;
    }
    if (code != 0)
      broken.add(suite.id() + ": requests failed; see " + report.resolve("index.html"));
    List<Stopwatch.Row> rows = Stopwatch.read(times);
    print(suite, report, rows);
    judge(suite, rows, broken);
  }

  private static void judge(Suite suite, List<Stopwatch.Row> rows, List<String> broken) {
    for (Suite.Rule rule : suite.rules()) {
      double ms = percentile(rows, rule.request(), rule.percentile());
      double besideMs = percentile(rows, rule.beside(), rule.besidePercentile());
      if (!rule.holds(ms, besideMs))
        broken.add(
            "%s: %s, but it is %.2f ms beside %.2f ms".formatted(suite.id(), rule, ms, besideMs));
    }
  }

  private static double percentile(List<Stopwatch.Row> rows, String name, int percentile) {
    for (Stopwatch.Row row : rows) if (row.name().equals(name)) return row.millis().get(percentile);
    throw new IllegalStateException("no times of \"" + name + "\" were written; there are " + rows);
  }

  private void print(Suite suite, Path report, List<Stopwatch.Row> rows) {
    console.printf("%n%s  %s%n", suite.id(), report.resolve("index.html"));
    console.printf("  %-18s %9s %8s %8s %8s ms%n", "request", "count", "p50", "p95", "p99");
    for (Stopwatch.Row row : rows)
      console.printf(
          "  %-18s %9d %8.2f %8.2f %8.2f%n",
          row.name(),
          row.count(),
          row.millis().get(50),
          row.millis().get(95),
          row.millis().get(99));
  }

  private static String config(String origin) {
    return """
    listeners:
      web: { bind: "127.0.0.1:0", limits: { max-requests: 1000000000 } }
    upstreams:
      origin: { endpoints: [ "%s" ], pool: { max-idle: 256 } }
    routes:
      plain: { match: { path: /plain/** }, rewrite: { path: { strip-prefix: /plain } }, upstream: origin }
      script: { match: { path: /script/** }, filters: [ script: rewrite.js ], upstream: origin }
      filter: { match: { path: /filter/** }, filters: [ compare-rewrite: {} ], upstream: origin }
    access-log: { to: file, file: access.log, format: combined }
    admin: { bind: "127.0.0.1:0" }
    """
        .formatted(origin);
  }

  /** Where the filter of this room lies. */
  private static String ownClasses() throws IOException {
    Path here = Path.of(Bench.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    return here.resolveSibling("classes").toRealPath().toString();
  }

  private static Path newest(Path reports) throws IOException {
    try (Stream<Path> each = Files.list(reports)) {
      return each.filter(Files::isDirectory).max(Comparator.naturalOrder()).orElse(null);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) return;
    try (Stream<Path> each = Files.walk(folder)) {
      for (Path path : each.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
    }
  }
}
