package dev.penstock.admin;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.control.AdminConfig;
import dev.penstock.engine.control.AdminRole;
import dev.penstock.engine.control.ConfigDiff;
import dev.penstock.engine.control.Document;
import dev.penstock.engine.control.DurableFile;
import dev.penstock.engine.control.GatewayConfig;
import dev.penstock.engine.control.Json;
import dev.penstock.engine.control.Ledger;
import dev.penstock.engine.control.PluginChange;
import dev.penstock.engine.control.Revision;
import dev.penstock.engine.plan.OwnerChanges;
import dev.penstock.engine.spi.ConfigException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Edits of the document as the API makes them: who, under which condition, and what is answered.
 */
final class Edits {
  private final Gateway gateway;

  Edits(Gateway gateway) {
    this.gateway = gateway;
  }

  Ledger ledger() {
    return gateway.ledger();
  }

  /** What a part of the document is known by. */
  static String etag(@Nullable Object part) {
    String digest = DurableFile.digest(Json.line(part).getBytes(StandardCharsets.UTF_8));
    return '"' + digest.substring(0, 16) + '"';
  }

  /** The entity tag of what stands at {@code path} now; null when nothing does. */
  @Nullable String etag(Ledger.State state, List<String> path) {
    try {
      return etag(state.document().find(path));
    } catch (Document.NoSuchPlaceException e) {
      return null;
    }
  }

  /**
   * Makes an edit, if the call's preconditions hold for what stands at {@code path}.
   *
   * @return what it did, as the contract has it
   */
  Fields make(Call call, List<String> path, Ledger.Edit edit) {
    return make(call, path, author(call, Revision.Source.API, null), edit, List.of());
  }

  /** As {@link #make(Call, List, Ledger.Edit)} of the whole document, with plugins in it. */
  Fields make(Call call, Ledger.Edit edit, List<PluginChange> plugins) {
    return make(call, List.of(), author(call, Revision.Source.API, null), edit, plugins);
  }

  /** Puts the document of another revision in force. */
  Fields rollBack(Call call, Ledger.State to) {
    Revision.Author author = author(call, Revision.Source.ROLLBACK, to.revision().number());
    return make(call, List.of(), author, before -> to.document(), List.of());
  }

  private static Revision.Author author(Call call, Revision.Source source, @Nullable Long of) {
    String note = call.query("note", "");
    if (note.length() > 1000) throw Problem.malformed("note has at most 1000 characters");
    return new Revision.Author(call.token().name(), source, note, of);
  }

  private Fields make(
      Call call,
      List<String> path,
      Revision.Author author,
      Ledger.Edit edit,
      List<PluginChange> plugins) {
    boolean isDryRun = call.dryRun();
    requireCondition(call, isDryRun);
    try {
      Ledger.Outcome outcome =
          gateway.edit(
              author,
              before -> guarded(call, before, edit),
              plugins,
              now -> holds(call, now, path),
              isDryRun);
      Ledger.Change change = outcome.change();
      if (change == null) throw Problem.refused(outcome.problems());
      call.did(change.revision(), change.difference().toString());
      return shown(change, isDryRun);
    } catch (Ledger.StaleException e) {
      throw new Problem(Problem.Kind.STALE, "it is another version now; read it again")
          .header("ETag", etag(ledger().state(), path));
    } catch (Document.NoSuchPlaceException e) {
      throw Problem.notFound(String.valueOf(e.getMessage()));
    } catch (Document.MalformedException e) {
      throw Problem.malformed(e.problems());
    } catch (ConfigException e) {
      throw new Problem(Problem.Kind.UNAVAILABLE, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Who may not administer leaves the part {@code admin} as it is. */
  private static Document guarded(Call call, Document before, Ledger.Edit edit)
      throws Document.NoSuchPlaceException, Document.MalformedException, IOException {
    Document after = edit.apply(before);
    if (!call.token().role().mayAct(AdminRole.ADMIN)
        && !Objects.equals(admin(before), admin(after)))
      throw new Problem(Problem.Kind.FORBIDDEN, "the part admin takes the role admin");
    return after;
  }

  private static @Nullable Object admin(Document document) {
    return document.findOrNull(List.of("admin"));
  }

  private void requireCondition(Call call, boolean isDryRun) {
    GatewayConfig config = ledger().state().read().config();
    AdminConfig admin = config == null ? null : config.admin();
    boolean isRequired = admin != null && admin.requireIfMatch() && !isDryRun;
    if (isRequired && call.header("If-Match") == null && call.header("If-None-Match") == null)
      throw new Problem(
          Problem.Kind.PRECONDITION_REQUIRED,
          "admin.require-if-match is on: send the ETag of what you mean to change");
  }

  private boolean holds(Call call, Ledger.State now, List<String> path) {
    String etag = etag(now, path);
    String none = call.header("If-None-Match");
    if (none != null && (none.strip().equals("*") ? etag != null : lists(none, etag))) return false;
    String match = call.header("If-Match");
    if (match == null) return true;
    return match.strip().equals("*") ? etag != null : lists(match, etag);
  }

  private static boolean lists(String tags, @Nullable String etag) {
    for (String each : tags.split(",", -1)) if (each.strip().equals(etag)) return true;
    return false;
  }

  static Fields shown(Ledger.Change change, boolean isDryRun) {
    ConfigDiff difference = change.difference();
    List<Fields> owners = new ArrayList<>();
    for (OwnerChanges.Change each : change.owners().changes()) {
      Fields request = Fields.of("method", each.method(), "host", each.host(), "path", each.path());
      owners.add(Fields.of("request", request, "before", each.before(), "after", each.after()));
    }
    return Fields.of(
        "revision", change.revision(),
        "dryRun", isDryRun,
        "changed", change.isChanged(),
        "warnings", change.warnings(),
        "difference",
            Fields.of(
                "listeners", changes(difference.listeners()),
                "upstreams", changes(difference.upstreams()),
                "routes", changes(difference.routes()),
                "others", difference.others(),
                "owners", owners,
                "ownersTried", change.owners().tried()));
  }

  private static Fields changes(ConfigDiff.Changes of) {
    return Fields.of("added", of.added(), "removed", of.removed(), "changed", of.changed());
  }
}
