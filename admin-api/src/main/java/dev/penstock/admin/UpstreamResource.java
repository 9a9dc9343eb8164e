package dev.penstock.admin;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.control.AdminRole;
import dev.penstock.engine.control.ControlPlane;
import dev.penstock.engine.control.Document;
import dev.penstock.engine.control.Ledger;
import dev.penstock.engine.observe.UpstreamTraffic;
import dev.penstock.engine.time.SystemClock;
import dev.penstock.engine.upstream.EndpointEvent;
import dev.penstock.engine.upstream.EndpointRules;
import dev.penstock.engine.upstream.HealthView;
import dev.penstock.engine.upstream.Upstream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@code /upstreams}: health and load; endpoints are added, weighted, drained as edits of the
 * document.
 */
final class UpstreamResource {
  private static final String ENDPOINT = "/api/v1/upstreams/{name}/endpoints/{endpoint}";

  private final Gateway gateway;
  private final Edits edits;

  UpstreamResource(Gateway gateway) {
    this.gateway = gateway;
    this.edits = new Edits(gateway);
  }

  List<Operation> operations() {
    return List.of(
        Operation.get("/api/v1/upstreams", AdminRole.VIEWER, "Upstreams, by name", this::list)
            .with("search", "in names and addresses")
            .paged(),
        Operation.get("/api/v1/upstreams/{name}", AdminRole.VIEWER, "One upstream", this::get),
        Operation.write(
                "POST",
                "/api/v1/upstreams/{name}/endpoints",
                AdminRole.DEPLOYER,
                "endpoint.add",
                "Adds an endpoint",
                this::add)
            .edits(),
        Operation.write(
                "PATCH",
                ENDPOINT,
                AdminRole.DEPLOYER,
                "endpoint.weight",
                "Sets its weight",
                this::weigh)
            .edits(),
        Operation.write(
                "POST",
                ENDPOINT + "/drain",
                AdminRole.DEPLOYER,
                "endpoint.drain",
                "No new requests",
                call -> drain(call, true))
            .edits(),
        Operation.write(
                "POST",
                ENDPOINT + "/undrain",
                AdminRole.DEPLOYER,
                "endpoint.undrain",
                "The weight it had before",
                call -> drain(call, false))
            .edits(),
        Operation.write(
                "DELETE",
                ENDPOINT,
                AdminRole.DEPLOYER,
                "endpoint.remove",
                "Removes it",
                this::remove)
            .edits());
  }

  private Map<String, Upstream> all() {
    ControlPlane.Active active = gateway.control().active();
    if (active == null) throw new Problem(Problem.Kind.UNAVAILABLE, "the gateway is starting");
    return new TreeMap<>(active.snapshot().upstreams());
  }

  private Answer list(Call call) {
    String search = call.query("search", "").toLowerCase(Locale.ROOT);
    Map<String, UpstreamTraffic> traffic = traffic();
    List<Upstream> found =
        all().values().stream()
            .filter(each -> search.isEmpty() || text(each).contains(search))
            .toList();
    return Page.of(call, found, each -> shown(each, traffic));
  }

  private Map<String, UpstreamTraffic> traffic() {
    return gateway.metrics().upstreamTraffic(SystemClock.INSTANCE.nanoTime());
  }

  private static String text(Upstream of) {
    StringBuilder text = new StringBuilder(of.name());
    for (EndpointRules each : of.rules().endpoints())
      text.append(' ').append(each.label()).append(' ').append(each.address());
    return text.toString().toLowerCase(Locale.ROOT);
  }

  private Answer get(Call call) {
    Upstream upstream = find(call.path("name"));
    String etag = edits.etag(edits.ledger().state(), List.of("upstreams", upstream.name()));
    return Answer.json(shown(upstream, traffic())).etag(String.valueOf(etag));
  }

  private Upstream find(String name) {
    Map<String, Upstream> all = all();
    Upstream upstream = all.get(name);
    if (upstream == null)
      throw Problem.notFound(
          "there is no upstream \"" + name + "\"; known: " + String.join(", ", all.keySet()));
    return upstream;
  }

  private static Fields shown(Upstream of, Map<String, UpstreamTraffic> traffic) {
    HealthView health = of.health();
    Map<String, EndpointRules> rules = new LinkedHashMap<>();
    for (EndpointRules each : of.rules().endpoints()) rules.put(each.label(), each);
    UpstreamTraffic counted = traffic.getOrDefault(of.name(), new UpstreamTraffic(0, 0, 0));
    return Fields.of(
        "name", of.name(),
        "balancer", of.rules().balancerRules().name(),
        "panic", health.panic(),
        "inFlight", of.inFlight(),
        "waiting", of.waiting(),
        "endpoints",
            health.endpoints().stream().map(each -> shown(each, rules.get(each.name()))).toList(),
        "traffic",
            Fields.of(
                "requests", counted.requests(),
                "retries", counted.retries(),
                "rejected", counted.rejected()));
  }

  private static Fields shown(HealthView.EndpointHealth of, @Nullable EndpointRules rules) {
    return Fields.of(
        "name", of.name(),
        "address", rules == null ? of.name() : rules.address(),
        "addresses", of.addresses(),
        "weight", of.weight(),
        "effectiveWeight", of.effectiveWeight(),
        "backup", of.backup(),
        "healthy", of.healthy(),
        "ejected", of.ejected(),
        "ejectedForMillis", of.ejected() ? of.ejectedForNs() / 1_000_000 : null,
        "draining", of.weight() == 0,
        "inFlight", of.inFlight(),
        "connections", of.connections(),
        "requests", of.requests(),
        "failures", of.failures(),
        "latencyMillis", Fields.millis(of.latencyNs()),
        "history", of.history().stream().map(UpstreamResource::shown).toList());
  }

  private static Fields shown(EndpointEvent of) {
    return Fields.of(
        "at", Fields.time(of.atMillis()),
        "state", of.state().text(),
        "reason", of.reason().isEmpty() ? null : of.reason());
  }

  // ---- edits

  private static List<String> place(String upstream) {
    return List.of("upstreams", upstream);
  }

  /** The endpoints as the document has them: a list, or one of them alone. */
  private static List<@Nullable Object> written(Document document, String upstream)
      throws Document.NoSuchPlaceException {
    Object endpoints = document.find(List.of("upstreams", upstream, "endpoints"));
    List<@Nullable Object> all = new ArrayList<>();
    if (endpoints instanceof List<?> list) all.addAll(list);
    else all.add(endpoints);
    return all;
  }

  private static String label(@Nullable Object written) {
    if (!(written instanceof Map<?, ?> map)) return String.valueOf(written);
    return String.valueOf(map.get("name") == null ? map.get("address") : map.get("name"));
  }

  private Answer edit(Call call, String upstream, Ledger.Edit edit, int status) {
    Fields done = edits.make(call, place(upstream), edit);
    String etag = edits.etag(edits.ledger().state(), place(upstream));
    boolean isDryRun = Boolean.TRUE.equals(done.get("dryRun"));
    return Answer.json(isDryRun ? 200 : status, done).etag(String.valueOf(etag));
  }

  private Answer add(Call call) {
    Call.Body body = call.object().only("address", "weight", "backup", "name");
    body.required("address");
    body.whole("weight");
    body.flag("backup", false);
    body.text("name");
    Object added = body.fields().size() == 1 ? body.raw("address") : body.fields();
    String name = call.path("name");
    find(name);
    return edit(
        call,
        name,
        before -> {
          List<@Nullable Object> endpoints = written(before, name);
          for (Object each : endpoints)
            if (label(each).equals(label(added)))
              throw new Problem(
                  Problem.Kind.CONFLICT, "there is an endpoint \"" + label(added) + "\" already");
          endpoints.add(added);
          return before.put(List.of("upstreams", name, "endpoints"), endpoints);
        },
        201);
  }

  /** Replaces one endpoint, or removes it where {@code change} answers an empty mapping. */
  private Answer change(Call call, UnaryOperator<Map<String, Object>> change) {
    String name = call.path("name");
    String endpoint = call.path("endpoint");
    find(name);
    return edit(
        call,
        name,
        before -> {
          List<@Nullable Object> endpoints = written(before, name);
          for (int i = 0; i < endpoints.size(); i++) {
            if (!label(endpoints.get(i)).equals(endpoint)) continue;
            Map<String, Object> fields = change.apply(fields(endpoints.get(i)));
            if (fields.isEmpty()) endpoints.remove(i);
            else endpoints.set(i, fields.size() == 1 ? fields.get("address") : fields);
            return before.put(List.of("upstreams", name, "endpoints"), endpoints);
          }
          throw Problem.notFound(
              "upstream \"%s\" has no endpoint \"%s\"; known: %s"
                  .formatted(
                      name,
                      endpoint,
                      String.join(", ", endpoints.stream().map(UpstreamResource::label).toList())));
        },
        200);
  }

  private static Map<String, Object> fields(@Nullable Object written) {
    Map<String, Object> fields = new LinkedHashMap<>();
    if (written instanceof Map<?, ?> map)
      map.forEach((key, value) -> {
        if (value != null) fields.put(String.valueOf(key), value);
      });
    else fields.put("address", String.valueOf(written));
    return fields;
  }

  private static Map<String, Object> weighing(Map<String, Object> fields, long weight) {
    if (weight == 1) fields.remove("weight");
    else fields.put("weight", weight);
    return fields;
  }

  private Answer weigh(Call call) {
    Long weight = call.object().only("weight").whole("weight");
    if (weight == null || weight < 0 || weight > 1000)
      throw Problem.malformed("weight is a number from 0 to 1000");
    return change(call, fields -> weighing(fields, weight));
  }

  private Answer drain(Call call, boolean drains) {
    if (drains) return change(call, fields -> weighing(fields, 0));
    long before = weightBeforeDrain(call.path("name"), call.path("endpoint"));
    return change(
        call,
        fields -> Long.valueOf(0).equals(fields.get("weight")) ? weighing(fields, before) : fields);
  }

  /** Of the newest revision in which it was not 0; 1 where none is kept. */
  private long weightBeforeDrain(String upstream, String endpoint) {
    for (var revision : edits.ledger().revisions().reversed()) {
      try {
        Document document = edits.ledger().document(revision.number());
        if (document == null) continue;
        for (Object each : written(document, upstream)) {
          if (!label(each).equals(endpoint)) continue;
          Object weight = fields(each).get("weight");
          if (!(weight instanceof Number number)) return 1;
          if (number.longValue() != 0) return number.longValue();
        }
      } catch (Document.NoSuchPlaceException | java.io.IOException e) {
        // That revision does not know it; an older one may.
      }
    }
    return 1;
  }

  private Answer remove(Call call) {
    return change(call, fields -> Map.of());
  }
}
