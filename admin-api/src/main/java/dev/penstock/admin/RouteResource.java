package dev.penstock.admin;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.control.AdminRole;
import dev.penstock.engine.control.ControlPlane;
import dev.penstock.engine.control.Document;
import dev.penstock.engine.control.Ledger;
import dev.penstock.engine.control.RouteConfig;
import dev.penstock.engine.observe.Traffic;
import dev.penstock.engine.plan.CanonicalPath;
import dev.penstock.engine.plan.Explanation;
import dev.penstock.engine.plan.ProbeRequest;
import dev.penstock.engine.plan.Route;
import dev.penstock.engine.plan.RouteTable;
import dev.penstock.engine.plan.RouteTarget;
import dev.penstock.engine.plan.Snapshot;
import dev.penstock.engine.time.SystemClock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /routes}: what there is, how it does, and which one takes a request. */
final class RouteResource {
  private static final int MOST_LISTED = 50;

  private final Gateway gateway;

  RouteResource(Gateway gateway) {
    this.gateway = gateway;
  }

  List<Operation> operations() {
    return List.of(
        Operation.get(
                "/api/v1/routes",
                AdminRole.VIEWER,
                "Routes, in the order of the document",
                this::list)
            .with("search", "in id, hosts, paths, filters, target")
            .with("sort", "name, requests, errors or p99; absent: the document's order")
            .paged(),
        Operation.get(
            "/api/v1/routes/{id}", AdminRole.VIEWER, "One route with its configuration", this::get),
        new Operation(
            "POST",
            "/api/v1/routes/explain",
            AdminRole.VIEWER,
            "Which route takes a request, and why the others do not",
            "",
            Operation.JSON,
            Operation.MAX_BODY,
            List.of(),
            this::explain));
  }

  /** A route with what is needed to sort and search. */
  private record Row(Route route, RouteConfig config, Traffic traffic) {}

  private ControlPlane.Active active() {
    ControlPlane.Active active = gateway.control().active();
    if (active == null) throw new Problem(Problem.Kind.UNAVAILABLE, "the gateway is starting");
    return active;
  }

  private List<Row> rows(ControlPlane.Active active) {
    Map<String, Traffic> traffic = gateway.metrics().traffic(SystemClock.INSTANCE.nanoTime());
    List<Row> rows = new ArrayList<>();
    for (Route route : active.snapshot().routes()) {
      RouteConfig config = active.config().routes().get(route.id());
      if (config != null)
        rows.add(new Row(route, config, traffic.getOrDefault(route.id(), Traffic.NONE)));
    }
    return rows;
  }

  private Answer list(Call call) {
    ControlPlane.Active active = active();
    List<Row> rows = rows(active);
    String search = call.query("search", "").toLowerCase(Locale.ROOT);
    if (!search.isEmpty()) rows.removeIf(row -> !text(row).contains(search));
    Comparator<Row> order = order(call.query("sort"));
    if (order != null) rows.sort(order);
    return Page.of(call, rows, row -> shown(row, active));
  }

  private static @Nullable Comparator<Row> order(@Nullable String sort) {
    return switch (sort) {
      case null -> null;
      case "name" -> Comparator.comparing(row -> row.route.id());
      case "requests" -> Comparator.comparingLong((Row row) -> row.traffic.requests()).reversed();
      case "errors" -> Comparator.comparingLong((Row row) -> row.traffic.errors()).reversed();
      case "p99" -> Comparator.comparingLong((Row row) -> row.traffic.quantileNs(0.99)).reversed();
      default -> throw Problem.malformed("sort is name, requests, errors or p99");
    };
  }

  private static String text(Row row) {
    return String.join(
            " ",
            row.route.id(),
            String.join(" ", row.config.match().hosts()),
            String.join(" ", paths(row.config)),
            String.join(" ", row.route.filters().stream().map(each -> each.name()).toList()),
            target(row.route))
        .toLowerCase(Locale.ROOT);
  }

  private static List<String> paths(RouteConfig config) {
    List<String> paths = new ArrayList<>();
    String single = config.match().path();
    if (single != null) paths.add(single);
    paths.addAll(config.match().paths());
    return paths;
  }

  private static String target(Route route) {
    return switch (route.target()) {
      case RouteTarget.ToUpstream to -> "upstream " + to.upstream();
      case RouteTarget.Split split -> "split";
      case RouteTarget.Respond respond -> "respond";
      case RouteTarget.Redirect redirect -> "redirect";
      case RouteTarget.Files files -> "files";
      case RouteTarget.Filtered filtered ->
          route.filters().isEmpty() ? "filter" : route.filters().getLast().name();
    };
  }

  private static List<String> upstreams(RouteConfig config) {
    if (config.upstream() != null) return List.of(config.upstream());
    if (config.split() != null)
      return config.split().between().stream().map(RouteConfig.Part::upstream).toList();
    return List.of();
  }

  private static Fields shown(Row row, ControlPlane.Active active) {
    String at = "routes." + row.route.id() + ":";
    return Fields.of(
        "id", row.route.id(),
        "hosts", row.config.match().hosts(),
        "paths", paths(row.config),
        "methods", row.config.match().methods(),
        "priority", row.config.priority(),
        "filters", row.route.filters().stream().map(each -> each.name()).toList(),
        "target", target(row.route),
        "upstreams", upstreams(row.config),
        "traffic", Traffics.shown(row.traffic),
        "warnings", active.warnings().stream().filter(each -> each.startsWith(at)).toList());
  }

  private Answer get(Call call) throws Document.NoSuchPlaceException {
    ControlPlane.Active active = active();
    String id = call.path("id");
    Ledger.State state = gateway.ledger().state();
    for (Row row : rows(active)) {
      if (!row.route.id().equals(id)) continue;
      List<String> place = List.of("routes", id);
      Object config = Document.of(state.shown()).find(place);
      return Answer.json(shown(row, active).with("config", config))
          .etag(Edits.etag(state.document().find(place)));
    }
    throw Problem.notFound("there is no route \"" + id + "\"");
  }

  private Answer explain(Call call) {
    Call.Body body = call.object().only("method", "url", "headers", "client", "listener");
    List<Map.Entry<String, String>> fields = new ArrayList<>();
    Call.Body headers = body.object("headers");
    if (headers != null)
      headers
          .fields()
          .keySet()
          .forEach(name ->
              fields.add(Map.entry(String.valueOf(name), headers.required(String.valueOf(name)))));
    String method = body.text("method");
    String client = body.text("client");
    String listener = body.text("listener");
    ProbeRequest probe;
    try {
      probe =
          ProbeRequest.of(
              method == null ? "GET" : method,
              body.required("url"),
              fields,
              client == null ? "127.0.0.1" : client,
              listener == null ? "" : listener);
    } catch (IllegalArgumentException e) {
      throw Problem.malformed(String.valueOf(e.getMessage()));
    }
    Snapshot snapshot = active().snapshot();
    CanonicalPath.Result canonical = snapshot.canonical().apply(probe.head());
    if (!canonical.isOk())
      return Answer.json(
          Fields.of(
              "outcome",
              "refused",
              "because",
              canonical.sentence(),
              "text",
              "400: " + canonical.sentence()));
    Explanation why = snapshot.table().explain(probe.head(), probe.facts(), MOST_LISTED);
    Route winner =
        snapshot.routes().stream()
            .filter(each -> each.id().equals(why.winner()))
            .findFirst()
            .orElse(null);
    List<Fields> losers =
        why.losers().stream()
            .map(each -> Fields.of("route", each.route(), "reason", each.reason()))
            .toList();
    boolean isFound = why.outcome() == RouteTable.Outcome.FOUND;
    return Answer.json(
        Fields.of(
            "outcome",
            why.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'),
            "route",
            why.winner(),
            "because",
            isFound ? why.because() : null,
            "parameters",
            isFound ? why.parameters() : null,
            "allow",
            why.allow().isEmpty() ? null : why.allow(),
            "filters",
            winner == null ? null : winner.filters().stream().map(each -> each.name()).toList(),
            "target",
            winner == null ? null : target(winner),
            "losers",
            losers,
            "omitted",
            why.omitted(),
            "text",
            why.toString()));
  }
}
