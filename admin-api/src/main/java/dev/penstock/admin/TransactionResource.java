package dev.penstock.admin;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.control.AdminRole;
import dev.penstock.engine.control.Document;
import dev.penstock.engine.control.PluginChange;
import dev.penstock.engine.control.ScriptStore;
import dev.penstock.engine.time.SystemClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** {@code /transactions}: edits of the document, scripts and plugins as one change. */
final class TransactionResource {
  private static final long MOST_BYTES = 96L << 20; // a plugin has 64 MiB, in Base64 a third more

  private final Edits edits;
  private final ScriptCatalogue catalogue;
  private final ScriptTries tries;
  private final ScriptStore store;

  /**
   * A script's new version.
   *
   * @param activates whether it runs afterwards
   */
  private record Deployed(
      String name, SortedMap<String, byte[]> files, String version, boolean activates) {}

  TransactionResource(Gateway gateway) {
    this.edits = new Edits(gateway);
    this.catalogue = new ScriptCatalogue(gateway);
    this.tries = new ScriptTries(gateway, catalogue);
    this.store = gateway.scripts();
  }

  List<Operation> operations() {
    return List.of(
        Operation.write(
                "POST",
                "/api/v1/transactions",
                AdminRole.DEPLOYER,
                "transaction",
                "Several edits, scripts and plugins as one change",
                this::transaction)
            .atMost(MOST_BYTES)
            .edits());
  }

  private Answer transaction(Call call) throws IOException {
    Call.Body body = call.object().only("edits", "scripts", "plugins");
    List<Call.Body> steps = steps(body);
    List<PluginChange> plugins = plugins(body);
    if (!plugins.isEmpty() && !call.token().role().mayAct(AdminRole.ADMIN))
      throw new Problem(Problem.Kind.FORBIDDEN, "plugins take the role admin");
    List<Deployed> scripts = scripts(body);
    if (steps.isEmpty() && scripts.isEmpty() && plugins.isEmpty())
      throw Problem.malformed("there is nothing to do: edits, scripts and plugins are empty");
    return Answer.json(make(call, steps, scripts, plugins));
  }

  private Fields make(
      Call call, List<Call.Body> steps, List<Deployed> scripts, List<PluginChange> plugins)
      throws IOException {
    boolean isDryRun = call.dryRun();
    List<Deployed> kept = new ArrayList<>();
    boolean isDone = false;
    try {
      // Kept before they are named: the edit compiles with them. What is refused is removed again.
      for (Deployed each : scripts) if (keep(call, each)) kept.add(each);
      Fields done =
          edits.make(
              call,
              before -> {
                Document document = before;
                for (Call.Body each : steps) document = apply(document, each);
                for (Deployed each : scripts)
                  if (each.activates)
                    document = ScriptPlaces.naming(document, each.name, each.version);
                return document;
              },
              plugins);
      isDone = !isDryRun;
      Fields versions = new Fields();
      for (Deployed each : scripts) {
        versions.put(each.name, each.version);
        if (isDone) store.prune(each.name, catalogue.used(each.name));
      }
      return versions.isEmpty() ? done : done.with("scripts", versions);
    } finally {
      if (!isDone) for (Deployed each : kept) store.remove(each.name, each.version);
    }
  }

  private boolean keep(Call call, Deployed script) throws IOException {
    return store.keep(
        script.name,
        script.files,
        call.token().name(),
        call.query("note", ""),
        SystemClock.INSTANCE.wallMillis());
  }

  // ---- edits

  private static List<Call.Body> steps(Call.Body body) {
    List<Call.Body> steps = body.objects("edits");
    for (Call.Body each : steps) {
      each.only("op", "path", "value");
      String op = each.required("op");
      if (!List.of("put", "patch", "delete").contains(op))
        throw Problem.malformed("op is put, patch or delete, not \"" + op + "\"");
      if (!op.equals("delete") && !each.has("value"))
        throw Problem.malformed(op + " takes a value");
      pointer(each);
    }
    return steps;
  }

  private static Document apply(Document document, Call.Body edit)
      throws Document.NoSuchPlaceException {
    List<String> path = pointer(edit);
    return switch (edit.required("op")) {
      case "put" -> document.put(path, edit.raw("value"));
      case "patch" -> document.patch(path, edit.raw("value"));
      default -> document.delete(path);
    };
  }

  private static List<String> pointer(Call.Body edit) {
    String text = edit.text("path");
    if (text == null || text.isEmpty()) return List.of();
    if (!text.startsWith("/")) throw Problem.malformed("path is a JSON Pointer: /routes/users");
    return Arrays.stream(text.substring(1).split("/", -1))
        .map(step -> step.replace("~1", "/").replace("~0", "~"))
        .toList();
  }

  // ---- scripts and plugins

  private List<Deployed> scripts(Call.Body body) throws IOException {
    Map<String, Deployed> all = new LinkedHashMap<>();
    for (Map.Entry<String, Call.Body> each : body.entries("scripts").entrySet()) {
      String name = each.getKey();
      ScriptBundles.requireName(name);
      Call.Body script = each.getValue().only("files", "activate");
      SortedMap<String, byte[]> files = ScriptBundles.files(script);
      boolean activates = script.flag("activate", true);
      all.put(name, new Deployed(name, files, ScriptStore.version(files), activates));
    }
    for (Deployed each : all.values()) tries.check(each.name, each.files);
    return List.copyOf(all.values());
  }

  private static List<PluginChange> plugins(Call.Body body) {
    List<PluginChange> all = new ArrayList<>();
    body.entries("plugins")
        .forEach((id, plugin) -> {
          plugin.only("base64", "remove");
          String jar = plugin.text("base64");
          if ((jar == null) != plugin.flag("remove", false))
            throw Problem.malformed("plugins." + id + " has either base64 or remove: true");
          if (jar == null) {
            all.add(new PluginChange.Remove(id));
            return;
          }
          byte[] bytes = decode(id, jar);
          PluginResource.requireId(id, bytes);
          all.add(new PluginChange.Install(bytes));
        });
    return all;
  }

  private static byte[] decode(String id, String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw Problem.malformed("plugins." + id + ".base64 is not Base64");
    }
  }
}
