package dev.penstock.admin;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.control.CanaryMetrics;
import dev.penstock.engine.control.Document;
import dev.penstock.engine.control.GatewayConfig;
import dev.penstock.engine.control.Ledger;
import dev.penstock.engine.control.Revision;
import dev.penstock.engine.control.ScriptConfig;
import dev.penstock.engine.control.ScriptDoor;
import dev.penstock.engine.control.ScriptStore;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.time.SystemClock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code /scripts}: versions of scripts, and which of them the document says runs. */
final class ScriptResource {
  private static final String ONE = "/api/v1/scripts/{name}";
  private static final String VERSION = ONE + "/versions/{version}";
  private static final Pattern LOCATION = Pattern.compile("(.*?):(\\d+):(\\d+)");

  private final Gateway gateway;
  private final Edits edits;
  private final ScriptStore store;
  private final ScriptLog log;
  private final Map<Long, Map<String, String>> history = new ConcurrentHashMap<>();

  ScriptResource(Gateway gateway, ScriptLog log) {
    this.log = log;
    this.gateway = gateway;
    this.edits = new Edits(gateway);
    this.store = gateway.scripts();
  }

  List<Operation> operations() {
    return List.of(
        Operation.get("/api/v1/scripts", Role.VIEWER, "Scripts, by name", this::list)
            .with("search", "in names")
            .paged(),
        Operation.get(ONE, Role.VIEWER, "One script with its versions", this::get),
        Operation.write("PUT", ONE, Role.DEPLOYER, "script.deploy", "Deploys a version", this::put)
            .consuming(ScriptBundles.TYPES)
            .with("activate", "false: only keeps it")
            .with("canary", "a share: keeps it and gives it that")
            .edits(),
        Operation.write("DELETE", ONE, Role.DEPLOYER, "script.remove", "Removes it", this::remove)
            .edits(),
        Operation.write(
            "POST",
            VERSION + "/try",
            Role.DEPLOYER,
            "script.try",
            "A made-up request to a version",
            this::tryVersion),
        Operation.write(
            "POST",
            "/api/v1/scripts/try",
            Role.DEPLOYER,
            "script.try",
            "The same of files that are not kept",
            this::tryFiles),
        Operation.write(
                "PUT",
                ONE + "/canary",
                Role.DEPLOYER,
                "script.canary",
                "Gives a version a share of the traffic",
                this::putCanary)
            .edits(),
        Operation.write(
                "DELETE",
                ONE + "/canary",
                Role.DEPLOYER,
                "script.canary-end",
                "All traffic back to the version in force",
                this::endCanary)
            .edits(),
        Operation.get(
                ONE + "/log", Role.VIEWER, "Stream: what it writes, and how it fails", this::log)
            .with("since", "the id of the last event that the client has"),
        Operation.get(VERSION, Role.VIEWER, "One version with its files", this::version),
        Operation.write(
            "DELETE", VERSION, Role.DEPLOYER, "script.forget", "Forgets a version", this::forget),
        Operation.write(
                "POST",
                VERSION + "/activate",
                Role.DEPLOYER,
                "script.activate",
                "All traffic to it",
                this::activate)
            .edits(),
        Operation.write(
                "POST",
                ONE + "/rollback",
                Role.DEPLOYER,
                "script.rollback",
                "The version that ran before",
                this::rollback)
            .edits());
  }

  // ---- what there is

  private static List<String> place(String name) {
    return List.of("scripts", name);
  }

  private Ledger.State state() {
    return edits.ledger().state();
  }

  private Set<String> names() throws IOException {
    Set<String> names = new TreeSet<>(store.names());
    if (state().document().tree() instanceof Map<?, ?> map
        && map.get("scripts") instanceof Map<?, ?> scripts)
      for (Object each : scripts.keySet()) names.add(String.valueOf(each));
    return names;
  }

  private Answer list(Call call) throws IOException {
    String search = call.query("search", "").toLowerCase(Locale.ROOT);
    List<Fields> all = new ArrayList<>();
    for (String name : names()) if (name.contains(search)) all.add(shown(name, false));
    return Page.of(call, all, each -> each);
  }

  private String known(Call call) throws IOException {
    String name = call.path("name");
    if (names().contains(name)) return name;
    throw Problem.notFound(
        "there is no script \"" + name + "\"; known: " + String.join(", ", names()));
  }

  private Answer get(Call call) throws IOException {
    String name = known(call);
    return tagged(Answer.json(shown(name, true)), name);
  }

  private Answer tagged(Answer answer, String name) {
    String etag = edits.etag(state(), place(name));
    return etag == null ? answer : answer.etag(etag);
  }

  /** What the document says runs: {@code file} or {@code version}; null for neither. */
  private static @Nullable String running(Document document, String name, String key) {
    try {
      Object entry = document.find(place(name));
      if (entry instanceof Map<?, ?> map) return map.get(key) instanceof String text ? text : null;
      return key.equals("file") && entry instanceof String text ? text : null;
    } catch (Document.NoSuchPlaceException e) {
      return null;
    }
  }

  /** The version that has a share of the traffic; null for none. */
  private static @Nullable String trial(Document document, String name) {
    try {
      Object version = document.find(List.of("scripts", name, "canary", "version"));
      return version instanceof String text ? text : null;
    } catch (Document.NoSuchPlaceException e) {
      return null;
    }
  }

  private Fields shown(String name, boolean withVersions) throws IOException {
    Ledger.State state = state();
    String active = running(state.document(), name, "version");
    Fields shown =
        Fields.of(
            "name", name,
            "file", running(state.document(), name, "file"),
            "version", active,
            "previous", previous(name, active),
            "canary", canary(state, name),
            "uses", uses(state.document(), name));
    if (!withVersions) return shown;
    String trial = trial(state.document(), name);
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

  private static Fields shown(
      ScriptStore.Version of, @Nullable String active, @Nullable String canary) {
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
  private @Nullable String previous(String name, @Nullable String active) throws IOException {
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
        known = document == null ? Map.of() : versions(document);
        history.put(each.number(), known);
      }
      all.add(known);
    }
    history.keySet().removeIf(number -> number < revisions.getLast().number());
    return all;
  }

  private static Map<String, String> versions(Document document) {
    Map<String, String> versions = new HashMap<>();
    if (document.tree() instanceof Map<?, ?> map && map.get("scripts") instanceof Map<?, ?> scripts)
      for (Object name : scripts.keySet()) {
        String version = running(document, String.valueOf(name), "version");
        if (version != null) versions.put(String.valueOf(name), version);
      }
    return versions;
  }

  /** Where routes and upstreams name it. */
  private static List<String> uses(Document document, String name) {
    List<String> uses = new ArrayList<>();
    if (!(document.tree() instanceof Map<?, ?> map)) return uses;
    for (String kind : List.of("routes", "upstreams")) {
      if (!(map.get(kind) instanceof Map<?, ?> entries)) continue;
      entries.forEach((id, value) -> {
        if (names(value, "@" + name)) uses.add(kind.substring(0, kind.length() - 1) + " " + id);
      });
    }
    return uses;
  }

  private static boolean names(@Nullable Object value, String wanted) {
    return switch (value) {
      case Map<?, ?> map -> map.values().stream().anyMatch(each -> names(each, wanted));
      case List<?> list -> list.stream().anyMatch(each -> names(each, wanted));
      case null, default -> wanted.equals(value);
    };
  }

  private Answer version(Call call) throws IOException {
    String name = known(call);
    ScriptStore.Version found = find(name, call.path("version"));
    SortedMap<String, byte[]> files = store.files(name, found.version());
    Document document = state().document();
    Fields shown = shown(found, running(document, name, "version"), trial(document, name));
    Fields contents = new Fields();
    if (files != null)
      files.forEach((file, bytes) -> contents.put(file, ScriptBundles.shown(bytes)));
    return Answer.json(shown.with("files", contents));
  }

  private ScriptStore.Version find(String name, String version) throws IOException {
    for (ScriptStore.Version each : store.versions(name))
      if (each.version().equals(version)) return each;
    throw Problem.notFound("script \"" + name + "\" has no version " + version);
  }

  // ---- changes

  private Answer put(Call call) throws IOException {
    String name = call.path("name");
    if (!ScriptStore.isName(name))
      throw Problem.malformed(
          "a script is named with up to 64 lower-case letters, digits, - and _");
    Double share = share(call.query("canary"));
    boolean activates = call.flag("activate", true) && share == null;
    SortedMap<String, byte[]> files = ScriptBundles.read(call);
    check(files);
    String version = ScriptStore.version(files);
    boolean isDryRun = call.dryRun();
    boolean isNew = find(store.versions(name), version) == null;
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
          edits.make(
              call,
              place(name),
              before -> {
                if (share != null)
                  return canary(
                      before,
                      name,
                      new LinkedHashMap<>(Map.of("version", version, "weight", share)));
                return activates ? naming(before, name, version) : before;
              });
      isDone = !isDryRun;
      if (isDone) store.prune(name, used(name));
      done.with("script", shown(name, true)).with("version", version);
      return tagged(Answer.json(isNew && isDone ? 201 : 200, done), name);
    } finally {
      if (isKept && !isDone) store.remove(name, version);
    }
  }

  private static ScriptStore.@Nullable Version find(List<ScriptStore.Version> all, String version) {
    for (ScriptStore.Version each : all) if (each.version().equals(version)) return each;
    return null;
  }

  private static Document naming(Document before, String name, String version)
      throws Document.NoSuchPlaceException {
    return before.put(place(name), Map.of("version", version));
  }

  /** Versions that the document in force or a kept revision names. */
  private Set<String> used(String name) throws IOException {
    Set<String> used = new HashSet<>();
    for (Map<String, String> each : history()) {
      String version = each.get(name);
      if (version != null) used.add(version);
    }
    return used;
  }

  /** In a context of its own: what ran goes on, whatever comes of it. */
  private void check(SortedMap<String, byte[]> files) throws IOException {
    ScriptDoor door = door();
    Path draft;
    try {
      draft = store.draft(files);
    } catch (IOException e) {
      throw Problem.malformed(String.valueOf(e.getMessage()));
    }
    try {
      door.check(draft);
    } catch (ConfigException e) {
      throw refused(e);
    } finally {
      store.forgetDraft(draft);
    }
  }

  private Answer tryVersion(Call call) throws IOException {
    String name = known(call);
    String version = find(name, call.path("version")).version();
    return trial(store.find(name, version), call.object().only(ScriptTrials.FIELDS));
  }

  private Answer tryFiles(Call call) throws IOException {
    String[] fields = Arrays.copyOf(ScriptTrials.FIELDS, ScriptTrials.FIELDS.length + 1);
    fields[fields.length - 1] = "files";
    Call.Body body = call.object().only(fields);
    Path draft = store.draft(ScriptBundles.files(body));
    try {
      return trial(draft, body);
    } finally {
      store.forgetDraft(draft);
    }
  }

  private Answer trial(Path file, Call.Body body) {
    try {
      return Answer.json(ScriptTrials.run(door(), file, ScriptTrials.sample(body)));
    } catch (ConfigException e) {
      throw refused(e);
    }
  }

  private Answer log(Call call) throws IOException {
    return Answer.stream(log.open(known(call), call.number("since", 0, 0, Long.MAX_VALUE)));
  }

  private ScriptDoor door() {
    for (Extension each : gateway.extensions()) if (each instanceof ScriptDoor door) return door;
    throw new Problem(Problem.Kind.UNAVAILABLE, "nothing that runs scripts is loaded");
  }

  static Problem refused(ConfigException thrown) {
    String[] parts = String.valueOf(thrown.getMessage()).split("\n", 2);
    String location = thrown.location();
    Matcher at = LOCATION.matcher(location == null ? "" : location);
    boolean isPlaced = at.matches();
    Fields error =
        Fields.of(
            "file", isPlaced ? at.group(1) : location,
            "line", isPlaced ? Integer.valueOf(at.group(2)) : null,
            "column", isPlaced ? Integer.valueOf(at.group(3)) : null,
            "message", parts[0],
            "frame", parts.length > 1 ? parts[1] : null);
    return Problem.of(
        Problem.Kind.SCRIPT_REFUSED, "1 problem; nothing was changed", List.of(error));
  }

  private Answer activate(Call call) throws IOException {
    String name = known(call);
    String version = find(name, call.path("version")).version();
    return named(call, name, version);
  }

  private Answer named(Call call, String name, String version) throws IOException {
    Fields done = edits.make(call, place(name), before -> naming(before, name, version));
    return tagged(Answer.json(done.with("script", shown(name, true))), name);
  }

  private static @Nullable Double share(@Nullable String text) {
    try {
      if (text == null) return null;
      double share = Double.parseDouble(text);
      if (share >= 0 && share <= 1) return share;
    } catch (NumberFormatException e) {
      // said below
    }
    throw Problem.malformed("canary is a share from 0 to 1");
  }

  /** With a canary; what was said before of another one of its settings stays. */
  private static Document canary(Document before, String name, Map<String, Object> canary)
      throws Document.NoSuchPlaceException {
    if (!before.has(place(name)))
      throw new Problem(
          Problem.Kind.CONFLICT, "nothing of \"" + name + "\" runs yet; activate a version first");
    String file = running(before, name, "file");
    Map<String, Object> entry = new LinkedHashMap<>();
    if (file != null) entry.put("file", file);
    String version = running(before, name, "version");
    if (version != null) entry.put("version", version);
    entry.put("canary", canary);
    return before.put(place(name), entry);
  }

  private Answer putCanary(Call call) throws IOException {
    String name = known(call);
    Call.Body body = call.object().only("version", "weight", "key", "rollBack");
    String version = find(name, body.required("version")).version();
    Double weight = body.decimal("weight");
    if (weight == null) throw Problem.malformed("weight is missing");
    Map<String, Object> canary = new LinkedHashMap<>();
    canary.put("version", version);
    canary.put("weight", String.valueOf(share(weight.toString())));
    String key = body.text("key");
    if (key != null) canary.put("key", key);
    if (Boolean.FALSE.equals(body.raw("rollBack"))) canary.put("roll-back", false);
    else if (body.has("rollBack")) canary.put("roll-back", rules(body.object("rollBack")));
    Fields done = edits.make(call, place(name), before -> canary(before, name, canary));
    return tagged(Answer.json(done.with("script", shown(name, true))), name);
  }

  private static Map<String, Object> rules(Call.@Nullable Body of) {
    Map<String, Object> rules = new LinkedHashMap<>();
    if (of == null) return rules;
    of.only("errors", "p99Factor", "minRequests");
    Double errors = of.decimal("errors");
    if (errors != null) rules.put("errors", errors.toString());
    Double factor = of.decimal("p99Factor");
    if (factor != null) rules.put("p99-factor", factor.toString());
    Long least = of.whole("minRequests");
    if (least != null) rules.put("min-requests", least);
    return rules;
  }

  private Answer endCanary(Call call) throws IOException {
    String name = known(call);
    List<String> canary = List.of("scripts", name, "canary");
    Fields done = edits.make(call, place(name), before -> before.delete(canary));
    return tagged(Answer.json(done.with("script", shown(name, true))), name);
  }

  private Answer rollback(Call call) throws IOException {
    String name = known(call);
    String version = previous(name, running(state().document(), name, "version"));
    if (version == null)
      throw new Problem(
          Problem.Kind.CONFLICT, "no other version of \"" + name + "\" ran that is kept");
    return named(call, name, version);
  }

  private Answer forget(Call call) throws IOException {
    String name = known(call);
    String version = find(name, call.path("version")).version();
    Document document = state().document();
    if (version.equals(running(document, name, "version")) || version.equals(trial(document, name)))
      throw new Problem(
          Problem.Kind.CONFLICT, "version " + version + " runs; activate another one first");
    store.remove(name, version);
    return Answer.empty(204);
  }

  private Answer remove(Call call) throws IOException {
    String name = known(call);
    List<String> uses = uses(state().document(), name);
    if (!uses.isEmpty())
      throw new Problem(Problem.Kind.CONFLICT, "it is used by " + String.join(", ", uses));
    Fields done =
        edits.make(
            call,
            place(name),
            before -> before.has(place(name)) ? before.delete(place(name)) : before);
    if (!Boolean.TRUE.equals(done.get("dryRun"))) store.remove(name);
    return Answer.json(done);
  }
}
