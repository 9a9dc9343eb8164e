package dev.penstock.admin;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.control.CanaryMetrics;
import dev.penstock.engine.control.Document;
import dev.penstock.engine.control.GatewayConfig;
import dev.penstock.engine.control.Ledger;
import dev.penstock.engine.control.Revision;
import dev.penstock.engine.control.ScriptConfig;
import dev.penstock.engine.control.ScriptStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which scripts and versions there are, which ran when, and how they are shown. */
final class ScriptCatalogue {
  private final Gateway gateway;
  private final Edits edits;
  private final ScriptStore store;
  private final Map<Long, Map<String, String>> history = new ConcurrentHashMap<>();

  ScriptCatalogue(Gateway gateway) {
    this.gateway = gateway;
    this.edits = new Edits(gateway);
    this.store = gateway.scripts();
  }

  Ledger.State state() {
    return edits.ledger().state();
  }

  Set<String> names() throws IOException {
    Set<String> names = new TreeSet<>(store.names());
    names.addAll(ScriptPlaces.names(state().document()));
    return names;
  }

  String known(Call call) throws IOException {
    String name = call.path("name");
    if (names().contains(name)) return name;
    throw Problem.notFound(
        "there is no script \"" + name + "\"; known: " + String.join(", ", names()));
  }

  ScriptStore.Version find(String name, String version) throws IOException {
    ScriptStore.Version found = kept(name, version);
    if (found != null) return found;
    throw Problem.notFound("script \"" + name + "\" has no version " + version);
  }

  /** Null when it is not kept. */
  ScriptStore.@Nullable Version kept(String name, String version) throws IOException {
    for (ScriptStore.Version each : store.versions(name))
      if (each.version().equals(version)) return each;
    return null;
  }

  // ---- what is answered

  /** Edits the document at the script's place. */
  Fields edit(Call call, String name, Ledger.Edit edit) {
    return edits.make(call, ScriptPlaces.place(name), edit);
  }

  /** What an edit did, with the script as it is now. */
  Answer answer(Fields done, String name) throws IOException {
    return tagged(Answer.json(done.with("script", shown(name, true))), name);
  }

  Answer tagged(Answer answer, String name) {
    String etag = edits.etag(state(), ScriptPlaces.place(name));
    return etag == null ? answer : answer.etag(etag);
  }

  Fields shown(String name, boolean withVersions) throws IOException {
    Ledger.State state = state();
    String active = ScriptPlaces.running(state.document(), name, "version");
    Fields shown =
        Fields.of(
            "name", name,
            "file", ScriptPlaces.running(state.document(), name, "file"),
            "version", active,
            "previous", previous(name, active),
            "canary", canary(state, name),
            "uses", ScriptPlaces.uses(state.document(), name));
    if (!withVersions) return shown;
    String trial = ScriptPlaces.trial(state.document(), name);
    List<Fields> versions = new ArrayList<>();
    for (ScriptStore.Version each : store.versions(name)) versions.add(shown(each, active, trial));
    return shown.with("versions", versions);
  }

  private @Nullable Fields canary(Ledger.State state, String name) {
    GatewayConfig config = state.read().config();
    ScriptConfig script = config == null ? null : config.scripts().get(name);
    ScriptConfig.Canary canary = script == null ? null : script.canary();
    if (canary == null) return null;
    ScriptConfig.RollBack rules = canary.rollBack();
    CanaryMetrics.Pair counts = gateway.control().canaries().find(name);
    return Fields.of(
        "version",
        canary.version(),
        "weight",
        canary.weight(),
        "key",
        canary.key(),
        "rollBack",
        rules.enabled()
            ? Fields.of(
                "errors", rules.errors(),
                "p99Factor", rules.p99Factor(),
                "minRequests", rules.minRequests())
            : false,
        "traffic",
        counts == null ? null : Traffics.shown(counts.canary().traffic()),
        "stableTraffic",
        counts == null ? null : Traffics.shown(counts.stable().traffic()));
  }

  static Fields shown(ScriptStore.Version of, @Nullable String active, @Nullable String canary) {
    return Fields.of(
        "version", of.version(),
        "createdAt", Fields.time(of.createdMillis()),
        "actor", of.actor(),
        "note", of.note(),
        "bytes", of.bytes(),
        "fileNames", of.fileNames(),
        "state",
            of.version().equals(active)
                ? "active"
                : of.version().equals(canary) ? "canary" : "idle");
  }

  /** The version that ran before {@code active}, of those kept; null when none did. */
  @Nullable String previous(String name, @Nullable String active) throws IOException {
    Set<String> kept = new HashSet<>();
    for (ScriptStore.Version each : store.versions(name)) kept.add(each.version());
    for (Map<String, String> each : history()) {
      String version = each.get(name);
      if (version != null && !version.equals(active) && kept.contains(version)) return version;
    }
    return null;
  }

  /**
   * Which versions ran by name, newest revision first. A revision never changes: it is read once.
   */
  private List<Map<String, String>> history() throws IOException {
    List<Revision> revisions = edits.ledger().revisions().reversed();
    List<Map<String, String>> all = new ArrayList<>();
    for (Revision each : revisions) {
      Map<String, String> known = history.get(each.number());
      if (known == null) {
        Document document = edits.ledger().document(each.number());
        known = document == null ? Map.of() : ScriptPlaces.versions(document);
        history.put(each.number(), known);
      }
      all.add(known);
    }
    history.keySet().removeIf(number -> number < revisions.getLast().number());
    return all;
  }

  /** Versions that the document in force or a kept revision names. */
  Set<String> used(String name) throws IOException {
    Set<String> used = new HashSet<>();
    for (Map<String, String> each : history()) {
      String version = each.get(name);
      if (version != null) used.add(version);
    }
    return used;
  }
}
