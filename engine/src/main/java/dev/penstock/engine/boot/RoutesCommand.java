package dev.penstock.engine.boot;

import dev.penstock.engine.plan.CanonicalPath;
import dev.penstock.engine.plan.Explanation;
import dev.penstock.engine.plan.ProbeRequest;
import dev.penstock.engine.plan.Route;
import dev.penstock.engine.plan.RouteTarget;
import dev.penstock.engine.plan.Snapshot;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "routes",
    description =
        "Lists the routes of a configuration, or says which one would serve a request and why the others lost.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  penstock routes gateway.yaml",
      "  penstock routes gateway.yaml GET http://api.example.com/users/7",
      "  penstock routes gateway.yaml -H 'X-Beta: 1' GET /users/7"
    })
final class RoutesCommand implements Callable<Integer> {
  private static final int LIST_ALL = 50;

  @Parameters(index = "0", paramLabel = "FILE", description = "the configuration")
  private Path file = Path.of("");

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "METHOD",
      description = "the request's method")
  private @Nullable String method;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "URL",
      description = "its URL, or its path alone")
  private @Nullable String url;

  @Option(
      names = {"-H", "--header"},
      paramLabel = "FIELD",
      description = "a header field, as with curl")
  private List<String> headers = new ArrayList<>();

  @Option(
      names = "--client",
      paramLabel = "ADDRESS",
      description = "the client's address, 127.0.0.1 by default")
  private String client = "127.0.0.1";

  @Option(names = "--listener", paramLabel = "NAME", description = "the listener it comes through")
  private String listener = "";

  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (method != null && url == null) {
      spec.commandLine()
          .getErr()
          .println("METHOD and URL belong together: penstock routes FILE GET /path");
      return Main.USAGE;
    }
    try (Inspection inspection = Inspection.of(file)) {
      if (method == null || url == null) list(inspection.snapshot(), out);
      else return explain(inspection.snapshot(), method, url, out);
    }
    return Main.OK;
  }

  private static void list(Snapshot snapshot, PrintWriter out) {
    for (Route route : snapshot.routes()) {
      StringBuilder filters = new StringBuilder();
      route.filters().forEach(filter -> filters.append(filter.name()).append(" -> "));
      out.printf("%-24s %s%s%n", route.id(), filters, target(route));
    }
  }

  private static String target(Route route) {
    return switch (route.target()) {
      case RouteTarget.ToUpstream to -> "upstream " + to.upstream();
      case RouteTarget.Split split -> "split";
      case RouteTarget.Respond respond -> "respond";
      case RouteTarget.Redirect redirect -> "redirect";
      case RouteTarget.Files files -> "files";
      case RouteTarget.Filtered filtered -> "(the last filter answers)";
    };
  }

  private int explain(Snapshot snapshot, String withMethod, String to, PrintWriter out) {
    ProbeRequest probe;
    try {
      List<Map.Entry<String, String>> fields = new ArrayList<>();
      for (String field : headers) {
        int colon = field.indexOf(':');
        if (colon <= 0)
          throw new IllegalArgumentException("a header is written NAME: VALUE, not " + field);
        fields.add(Map.entry(field.substring(0, colon), field.substring(colon + 1).strip()));
      }
      probe = ProbeRequest.of(withMethod, to, fields, client, listener);
    } catch (IllegalArgumentException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return Main.USAGE;
    }
    CanonicalPath.Result canonical = snapshot.canonical().apply(probe.head());
    if (!canonical.isOk()) {
      out.println("400: " + canonical.sentence());
      return Main.OK;
    }
    Explanation explanation = snapshot.table().explain(probe.head(), probe.facts(), LIST_ALL);
    out.println(explanation);
    return Main.OK;
  }
}
