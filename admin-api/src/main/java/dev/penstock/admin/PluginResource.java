package dev.penstock.admin;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.control.AdminRole;
import dev.penstock.engine.control.ConfigProblem;
import dev.penstock.engine.control.JsonSchema;
import dev.penstock.engine.control.PluginChange;
import dev.penstock.engine.control.PluginView;
import dev.penstock.engine.control.Registries;
import dev.penstock.engine.spi.BalancerFactory;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.FilterFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/** {@code /plugins}: JARs that join and leave a running gateway. */
final class PluginResource {
  private static final String ONE = "/api/v1/plugins/{id}";
  private static final long MOST_BYTES = 64L << 20;

  private final Gateway gateway;

  PluginResource(Gateway gateway) {
    this.gateway = gateway;
  }

  List<Operation> operations() {
    return List.of(
        Operation.get(
                "/api/v1/plugins",
                AdminRole.VIEWER,
                "Plugins",
                call -> Page.of(call, all(), this::shown))
            .paged(),
        Operation.get(ONE, AdminRole.VIEWER, "One plugin", call -> answer(find(call), 200)),
        Operation.get(
            ONE + "/schema",
            AdminRole.VIEWER,
            "JSON Schema of its filters and balancers",
            this::schema),
        Operation.write(
                "PUT", ONE, AdminRole.ADMIN, "plugin.install", "Installs or replaces it", this::put)
            .consuming("application/java-archive")
            .atMost(MOST_BYTES)
            .with("dry-run", "true: answers the same without doing it"),
        Operation.write(
                "DELETE", ONE, AdminRole.ADMIN, "plugin.remove", "Takes it away", this::remove)
            .with("dry-run", "true: answers the same without doing it"));
  }

  private List<PluginView> all() {
    return gateway.registries().plugins();
  }

  private @Nullable PluginView known(String id) {
    for (PluginView each : all()) if (each.id().equals(id)) return each;
    return null;
  }

  private PluginView find(Call call) {
    PluginView found = known(call.path("id"));
    if (found != null) return found;
    throw Problem.notFound("there is no plugin \"" + call.path("id") + "\"");
  }

  private static String etag(PluginView of) {
    return '"' + of.digest().substring(0, 16) + '"';
  }

  private Answer answer(PluginView of, int status) {
    return Answer.json(status, shown(of)).etag(etag(of));
  }

  private Fields shown(PluginView of) {
    return Fields.of(
        "id", of.id(),
        "version", of.version(),
        "api", of.api(),
        "digest", "sha256:" + of.digest(),
        "bytes", of.bytes(),
        "loadedAt", Fields.time(of.loadedAtMillis()),
        "state", of.state().name().toLowerCase(java.util.Locale.ROOT),
        "filters", of.filters(),
        "balancers", of.balancers(),
        "others", of.others(),
        "warnings", of.warnings(),
        "uses", uses(of),
        "details", of.details());
  }

  /** Where the document names what it offers. */
  private List<String> uses(PluginView of) {
    return Uses.of(
        gateway.ledger().state().document(),
        (kind, entry) ->
            (kind.equals("routes") ? of.filters() : of.balancers())
                .stream().anyMatch(name -> Uses.hasKeyOrValue(entry, name)));
  }

  private Answer schema(Call call) {
    PluginView of = find(call);
    Registries registries = gateway.registries();
    Fields filters = new Fields();
    for (FilterFactory<?> each : registries.filters())
      if (of.filters().contains(each.name()))
        filters.put(each.name(), JsonSchema.of(each.configType(), registries));
    Fields balancers = new Fields();
    for (BalancerFactory<?> each : registries.balancers())
      if (of.balancers().contains(each.name()))
        balancers.put(each.name(), JsonSchema.of(each.configType(), registries));
    return Answer.json(Fields.of("filters", filters, "balancers", balancers));
  }

  // ---- changes

  private Answer put(Call call) {
    String id = call.path("id");
    requireTag(call, id);
    byte[] jar = call.request().body();
    requireId(id, jar);
    boolean isNew = known(id) == null;
    boolean isDryRun = call.dryRun();
    change(new PluginChange.Install(jar), isDryRun);
    PluginView now = known(id);
    if (isDryRun || now == null) return Answer.json(Fields.of("dryRun", isDryRun));
    return answer(now, isNew ? 201 : 200);
  }

  /** Refuses a JAR that is another plugin's. */
  static void requireId(String id, byte[] jar) {
    String said = id(jar);
    if (!id.equals(said))
      throw Problem.malformed(
          "the manifest of the JAR names the plugin \"" + said + "\", not \"" + id + "\"");
  }

  private static String id(byte[] jar) {
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar))) {
      for (ZipEntry entry; (entry = in.getNextEntry()) != null; ) {
        if (!entry.getName().equals("META-INF/MANIFEST.MF")) continue;
        String id = new Manifest(in).getMainAttributes().getValue("Penstock-Plugin-Id");
        if (id != null) return id;
        break;
      }
    } catch (IOException | IllegalArgumentException e) {
      throw Problem.malformed("this is no JAR: " + e.getMessage());
    }
    throw Problem.malformed("this is no JAR with a Penstock-Plugin-Id in its manifest");
  }

  private Answer remove(Call call) {
    PluginView of = find(call);
    requireTag(call, of.id());
    List<String> uses = uses(of);
    if (!uses.isEmpty())
      throw new Problem(Problem.Kind.CONFLICT, "it is used by " + String.join(", ", uses));
    boolean isDryRun = call.dryRun();
    change(new PluginChange.Remove(of.id()), isDryRun);
    return isDryRun ? Answer.json(Fields.of("dryRun", true)) : Answer.empty(204);
  }

  private void requireTag(Call call, String id) {
    String match = call.header("If-Match");
    PluginView now = known(id);
    if (match == null || (now != null && match.contains(etag(now)))) return;
    throw new Problem(Problem.Kind.STALE, "it is another JAR now; look again")
        .header("ETag", now == null ? null : etag(now));
  }

  private void change(PluginChange change, boolean isDryRun) {
    List<ConfigProblem> problems;
    try {
      problems = gateway.change(change, isDryRun);
    } catch (ConfigException e) {
      throw new Problem(Problem.Kind.UNAVAILABLE, String.valueOf(e.getMessage()));
    }
    if (!problems.isEmpty())
      throw Problem.of(
          Problem.Kind.PLUGIN_REFUSED,
          "nothing was changed; what ran goes on",
          Problem.errors(problems));
  }
}
