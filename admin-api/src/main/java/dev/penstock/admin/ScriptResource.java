package dev.penstock.admin;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.control.AdminRole;
import dev.penstock.engine.control.Document;
import dev.penstock.engine.control.ScriptStore;
import dev.penstock.engine.time.SystemClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/** {@code /scripts}: versions of scripts, and which of them the document says runs. */
final class ScriptResource {
  static final String ONE = "/api/v1/scripts/{name}";
  static final String VERSION = ONE + "/versions/{version}";

  private final ScriptCatalogue catalogue;
  private final ScriptTries tries;
  private final ScriptCanaries canaries;
  private final ScriptStore store;
  private final ScriptLog log;

  ScriptResource(Gateway gateway, ScriptLog log) {
    this.catalogue = new ScriptCatalogue(gateway);
    this.tries = new ScriptTries(gateway, catalogue);
    this.canaries = new ScriptCanaries(catalogue);
    this.store = gateway.scripts();
    this.log = log;
  }

  List<Operation> operations() {
    List<Operation> all = new ArrayList<>(own());
    all.addAll(tries.operations());
    all.addAll(canaries.operations());
    return all;
  }

  private List<Operation> own() {
    return List.of(
        Operation.get("/api/v1/scripts", AdminRole.VIEWER, "Scripts, by name", this::list)
            .with("search", "in names")
            .paged(),
        Operation.get(ONE, AdminRole.VIEWER, "One script with its versions", this::get),
        Operation.write(
                "PUT", ONE, AdminRole.DEPLOYER, "script.deploy", "Deploys a version", this::put)
            .consuming(ScriptBundles.TYPES)
            .with("activate", "false: only keeps it")
            .with("canary", "a share: keeps it and gives it that")
            .edits(),
        Operation.write(
                "DELETE", ONE, AdminRole.DEPLOYER, "script.remove", "Removes it", this::remove)
            .edits(),
        Operation.get(
                ONE + "/log",
                AdminRole.VIEWER,
                "Stream: what it writes, and how it fails",
                this::log)
            .with("since", "the id of the last event that the client has"),
        Operation.get(VERSION, AdminRole.VIEWER, "One version with its files", this::version),
        Operation.write(
            "DELETE",
            VERSION,
            AdminRole.DEPLOYER,
            "script.forget",
            "Forgets a version",
            this::forget),
        Operation.write(
                "POST",
                VERSION + "/activate",
                AdminRole.DEPLOYER,
                "script.activate",
                "All traffic to it",
                this::activate)
            .edits(),
        Operation.write(
                "POST",
                ONE + "/rollback",
                AdminRole.DEPLOYER,
                "script.rollback",
                "The version that ran before",
                this::rollback)
            .edits());
  }

  // ---- what there is

  private Answer list(Call call) throws IOException {
    String search = call.query("search", "").toLowerCase(Locale.ROOT);
    List<Fields> all = new ArrayList<>();
    for (String name : catalogue.names())
      if (name.contains(search)) all.add(catalogue.shown(name, false));
    return Page.of(call, all, each -> each);
  }

  private Answer get(Call call) throws IOException {
    String name = catalogue.known(call);
    return catalogue.tagged(Answer.json(catalogue.shown(name, true)), name);
  }

  private Answer version(Call call) throws IOException {
    String name = catalogue.known(call);
    ScriptStore.Version found = catalogue.find(name, call.path("version"));
    SortedMap<String, byte[]> files = store.files(name, found.version());
    Document document = catalogue.state().document();
    Fields shown =
        ScriptCatalogue.shown(
            found,
            ScriptPlaces.running(document, name, "version"),
            ScriptPlaces.trial(document, name));
    Fields contents = new Fields();
    if (files != null)
      files.forEach((file, bytes) -> contents.put(file, ScriptBundles.shown(bytes)));
    return Answer.json(shown.with("files", contents));
  }

  // ---- changes

  private Answer put(Call call) throws IOException {
    String name = call.path("name");
    ScriptBundles.requireName(name);
    Double share = ScriptCanaries.share(call.query("canary"));
    boolean activates = call.flag("activate", true) && share == null;
    SortedMap<String, byte[]> files = ScriptBundles.read(call);
    tries.check(name, files);
    String version = ScriptStore.version(files);
    boolean isDryRun = call.dryRun();
    boolean isNew = catalogue.kept(name, version) == null;
    // Kept before it is named: the edit compiles with it. What a refused edit leaves is removed.
    boolean isKept =
        store.keep(
            name,
            files,
            call.token().name(),
            call.query("note", ""),
            SystemClock.INSTANCE.wallMillis());
    boolean isDone = false;
    try {
      Fields done =
          catalogue.edit(
              call,
              name,
              before -> {
                if (share != null)
                  return ScriptPlaces.canary(
                      before,
                      name,
                      new LinkedHashMap<>(Map.of("version", version, "weight", share)));
                return activates ? ScriptPlaces.naming(before, name, version) : before;
              });
      isDone = !isDryRun;
      if (isDone) store.prune(name, catalogue.used(name));
      done.with("script", catalogue.shown(name, true)).with("version", version);
      return catalogue.tagged(Answer.json(isNew && isDone ? 201 : 200, done), name);
    } finally {
      if (isKept && !isDone) store.remove(name, version);
    }
  }

  private Answer log(Call call) throws IOException {
    return Answer.stream(
        log.open(catalogue.known(call), call.number("since", 0, 0, Long.MAX_VALUE)));
  }

  private Answer activate(Call call) throws IOException {
    String name = catalogue.known(call);
    String version = catalogue.find(name, call.path("version")).version();
    return named(call, name, version);
  }

  private Answer named(Call call, String name, String version) throws IOException {
    return catalogue.answer(
        catalogue.edit(call, name, before -> ScriptPlaces.naming(before, name, version)), name);
  }

  private Answer rollback(Call call) throws IOException {
    String name = catalogue.known(call);
    String version =
        catalogue.previous(
            name, ScriptPlaces.running(catalogue.state().document(), name, "version"));
    if (version == null)
      throw new Problem(
          Problem.Kind.CONFLICT, "no other version of \"" + name + "\" ran that is kept");
    return named(call, name, version);
  }

  private Answer forget(Call call) throws IOException {
    String name = catalogue.known(call);
    String version = catalogue.find(name, call.path("version")).version();
    Document document = catalogue.state().document();
    if (version.equals(ScriptPlaces.running(document, name, "version"))
        || version.equals(ScriptPlaces.trial(document, name)))
      throw new Problem(
          Problem.Kind.CONFLICT, "version " + version + " runs; activate another one first");
    store.remove(name, version);
    return Answer.empty(204);
  }

  private Answer remove(Call call) throws IOException {
    String name = catalogue.known(call);
    List<String> uses = ScriptPlaces.uses(catalogue.state().document(), name);
    if (!uses.isEmpty())
      throw new Problem(Problem.Kind.CONFLICT, "it is used by " + String.join(", ", uses));
    List<String> place = ScriptPlaces.place(name);
    Fields done =
        catalogue.edit(call, name, before -> before.has(place) ? before.delete(place) : before);
    if (!Boolean.TRUE.equals(done.get("dryRun"))) store.remove(name);
    return Answer.json(done);
  }
}
