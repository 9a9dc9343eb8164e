package dev.penstock.admin;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.control.AdminRole;
import dev.penstock.engine.control.Document;
import dev.penstock.engine.control.JsonSchema;
import dev.penstock.engine.control.Ledger;
import dev.penstock.engine.control.Revision;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /config}: the document, whole and by path. */
final class ConfigResource {
  private static final String BASE = "/api/v1/config";
  private static final String YAML = "application/yaml";
  private static final String MERGE_PATCH = "application/merge-patch+json";

  private final Gateway gateway;
  private final Edits edits;

  ConfigResource(Gateway gateway) {
    this.gateway = gateway;
    this.edits = new Edits(gateway);
  }

  List<Operation> operations() {
    String part = BASE + "/{path…}";
    return List.of(
        Operation.get(BASE, AdminRole.VIEWER, "The configuration", this::get),
        Operation.get(part, AdminRole.VIEWER, "A part of the configuration", this::get),
        Operation.write(
                "PUT", BASE, AdminRole.DEPLOYER, "config.put", "Sets the configuration", this::put)
            .consuming("application/json", YAML)
            .edits(),
        Operation.write("PUT", part, AdminRole.DEPLOYER, "config.put", "Sets a part", this::put)
            .edits(),
        Operation.write(
                "PATCH", BASE, AdminRole.DEPLOYER, "config.patch", "JSON Merge Patch", this::patch)
            .consuming(MERGE_PATCH, "application/json")
            .edits(),
        Operation.write(
                "PATCH",
                part,
                AdminRole.DEPLOYER,
                "config.patch",
                "JSON Merge Patch of a part",
                this::patch)
            .consuming(MERGE_PATCH, "application/json")
            .edits(),
        Operation.write(
                "DELETE", part, AdminRole.DEPLOYER, "config.delete", "Removes a part", this::delete)
            .edits(),
        new Operation(
            "POST",
            "/api/v1/validate",
            AdminRole.VIEWER,
            "Whether a whole document would be taken",
            "",
            java.util.Set.of("application/json", YAML),
            Operation.MAX_BODY,
            List.of(),
            this::validate),
        Operation.get(
            "/api/v1/config-schema",
            AdminRole.VIEWER,
            "JSON Schema of the document",
            call -> Answer.text("application/schema+json", JsonSchema.of(gateway.registries()))));
  }

  /** The way to a part, from the request line: what is escaped in a key stays in its step. */
  static List<String> path(Call call) {
    String target = call.request().target();
    int query = target.indexOf('?');
    String raw = query < 0 ? target : target.substring(0, query);
    if (raw.length() <= BASE.length() + 1) return List.of();
    List<String> path = new ArrayList<>();
    for (String step : raw.substring(BASE.length() + 1).split("/", -1)) {
      try {
        String name = URLDecoder.decode(step.replace("+", "%2B"), StandardCharsets.UTF_8);
        path.add(name.replace("~1", "/").replace("~0", "~"));
      } catch (IllegalArgumentException e) {
        throw Problem.malformed("the path cannot be read: " + e.getMessage());
      }
    }
    return path;
  }

  private Answer get(Call call) {
    Ledger.State state = edits.ledger().state();
    List<String> path = path(call);
    Object part;
    try {
      state.document().find(path);
      part = Document.of(state.shown()).find(path);
    } catch (Document.NoSuchPlaceException e) {
      throw Problem.notFound(String.valueOf(e.getMessage()));
    }
    String etag = edits.etag(state, path);
    Answer answer;
    if (isListed(call.header("If-None-Match"), etag)) answer = Answer.empty(304);
    else if (call.prefersYaml())
      answer = Answer.text(YAML, path.isEmpty() ? state.shownText() : Document.of(part).text());
    else answer = Answer.json(part);
    return answer
        .etag(String.valueOf(etag))
        .header("Vary", "Accept")
        .header("X-Revision", Long.toString(state.revision().number()));
  }

  private static boolean isListed(@Nullable String tags, @Nullable String etag) {
    return tags != null && etag != null && tags.contains(etag);
  }

  private Answer put(Call call) {
    List<String> path = path(call);
    boolean isNew = !edits.ledger().state().document().has(path);
    Fields done;
    if (call.request().type().equals(YAML)) {
      String text = call.text();
      done = edits.make(call, path, before -> Document.parse(text, "body"));
    } else {
      Object value = call.json();
      done = edits.make(call, path, before -> before.put(path, value));
    }
    return answer(done, path, isNew ? 201 : 200);
  }

  private Answer patch(Call call) {
    List<String> path = path(call);
    boolean isNew = !edits.ledger().state().document().has(path);
    Object patch = call.json();
    Fields done = edits.make(call, path, before -> before.patch(path, patch));
    return answer(done, path, isNew ? 201 : 200);
  }

  private Answer delete(Call call) {
    List<String> path = path(call);
    return answer(edits.make(call, path, before -> before.delete(path)), path, 200);
  }

  private Answer answer(Fields done, List<String> path, int status) {
    boolean isDryRun = Boolean.TRUE.equals(done.get("dryRun"));
    Ledger.State now = edits.ledger().state();
    Answer answer = Answer.json(isDryRun ? 200 : status, done);
    String etag = edits.etag(now, path);
    if (etag != null) answer.etag(etag);
    return answer.header("X-Revision", Long.toString(now.revision().number()));
  }

  /** Reads and compiles, and changes nothing. */
  private Answer validate(Call call) throws Exception {
    String text = call.text();
    Object tree = call.request().type().equals(YAML) ? null : call.json();
    Document document;
    try {
      document = tree == null ? Document.parse(text, "body") : Document.of(tree);
    } catch (Document.MalformedException e) {
      throw Problem.malformed(e.problems());
    }
    Revision.Author author =
        new Revision.Author(call.token().name(), Revision.Source.API, "", null);
    Ledger.Outcome outcome = edits.ledger().edit(author, before -> document, now -> true, true);
    Ledger.Change change = outcome.change();
    if (change == null) throw Problem.refused(outcome.problems());
    return Answer.json(Fields.of("valid", true, "warnings", change.warnings()));
  }
}
