package dev.penstock.admin;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.control.AdminRole;
import dev.penstock.engine.control.ControlPlane;
import dev.penstock.engine.control.Registries;
import dev.penstock.engine.control.ScriptDoor;
import dev.penstock.engine.control.ScriptStore;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Extension;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Compiles and runs scripts beside the traffic. */
final class ScriptTries {
  private static final Pattern LOCATION = Pattern.compile("(.*?):(\\d+):(\\d+)");

  private final Gateway gateway;
  private final ScriptCatalogue catalogue;
  private final ScriptStore store;

  ScriptTries(Gateway gateway, ScriptCatalogue catalogue) {
    this.gateway = gateway;
    this.catalogue = catalogue;
    this.store = gateway.scripts();
  }

  List<Operation> operations() {
    return List.of(
        Operation.write(
            "POST",
            ScriptResource.VERSION + "/try",
            AdminRole.DEPLOYER,
            "script.try",
            "A made-up request to a version",
            this::tryVersion),
        Operation.write(
            "POST",
            "/api/v1/scripts/try",
            AdminRole.DEPLOYER,
            "script.try",
            "The same of files that are not kept",
            this::tryFiles));
  }

  /**
   * Compiles in a context of its own: what ran goes on, whatever comes of it.
   *
   * @throws Problem when it does not compile
   */
  void check(String name, SortedMap<String, byte[]> files) throws IOException {
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
      throw refused(e, name);
    } finally {
      store.forgetDraft(draft);
    }
  }

  private Answer tryVersion(Call call) throws IOException {
    String name = catalogue.known(call);
    String version = catalogue.find(name, call.path("version")).version();
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
      return Answer.json(ScriptTrials.run(door(), file, registries(), ScriptTrials.sample(body)));
    } catch (ConfigException e) {
      throw refused(e, null);
    }
  }

  /** With the plugins that are in force. */
  private Registries registries() {
    ControlPlane.Active active = gateway.control().active();
    return active == null ? gateway.registries() : active.registries();
  }

  private ScriptDoor door() {
    for (Extension each : gateway.extensions()) if (each instanceof ScriptDoor door) return door;
    throw new Problem(Problem.Kind.UNAVAILABLE, "nothing that runs scripts is loaded");
  }

  private static Problem refused(ConfigException thrown, @Nullable String name) {
    String[] parts = String.valueOf(thrown.getMessage()).split("\n", 2);
    String location = thrown.location();
    Matcher at = LOCATION.matcher(location == null ? "" : location);
    boolean isPlaced = at.matches();
    Fields error =
        Fields.of(
            "script", name,
            "file", isPlaced ? at.group(1) : location,
            "line", isPlaced ? Integer.valueOf(at.group(2)) : null,
            "column", isPlaced ? Integer.valueOf(at.group(3)) : null,
            "message", parts[0],
            "frame", parts.length > 1 ? parts[1] : null);
    return Problem.of(
        Problem.Kind.SCRIPT_REFUSED, "1 problem; nothing was changed", List.of(error));
  }
}
