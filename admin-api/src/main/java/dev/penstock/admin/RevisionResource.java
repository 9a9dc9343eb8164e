package dev.penstock.admin;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.control.Document;
import dev.penstock.engine.control.Ledger;
import dev.penstock.engine.control.Revision;
import java.io.IOException;
import java.util.List;

/** {@code /revisions}, {@code /rollback}, {@code /transactions}. */
final class RevisionResource {
  private final Edits edits;

  RevisionResource(Gateway gateway) {
    this.edits = new Edits(gateway);
  }

  List<Operation> operations() {
    return List.of(
        Operation.get("/api/v1/revisions", Role.VIEWER, "Revisions, newest first", this::list)
            .paged(),
        Operation.get(
            "/api/v1/revisions/{number}", Role.VIEWER, "One revision with its document", this::get),
        Operation.get(
                "/api/v1/revisions/{number}/difference",
                Role.VIEWER,
                "Lines that differ",
                this::difference)
            .with("from", "the other revision; absent: the one in force"),
        Operation.write(
                "POST",
                "/api/v1/rollback/{revision}",
                Role.DEPLOYER,
                "rollback",
                "Puts a revision in force again",
                this::rollback)
            .edits(),
        Operation.write(
                "POST",
                "/api/v1/transactions",
                Role.DEPLOYER,
                "transaction",
                "Several edits as one",
                this::transaction)
            .edits());
  }

  private Answer list(Call call) {
    long active = edits.ledger().state().revision().number();
    return Page.of(call, edits.ledger().revisions().reversed(), each -> shown(each, active));
  }

  private static Fields shown(Revision revision, long active) {
    return Fields.of(
        "number", revision.number(),
        "at", Fields.time(revision.atMillis()),
        "actor", revision.actor(),
        "source", revision.source().text(),
        "note", revision.note(),
        "bytes", revision.bytes(),
        "digest", revision.digest(),
        "active", revision.number() == active,
        "of", revision.of());
  }

  private Ledger.State find(String text) {
    Ledger.State now = edits.ledger().state();
    long number = -1;
    if (text.equals("previous")) {
      for (Revision each : edits.ledger().revisions())
        if (each.number() < now.revision().number()) number = each.number();
    } else if (text.matches("[0-9]{1,15}")) {
      number = Long.parseLong(text);
    } else {
      throw Problem.malformed("a revision is a number, or previous");
    }
    try {
      Ledger.State found = edits.ledger().revision(number);
      if (found != null) return found;
    } catch (IOException e) {
      throw new Problem(Problem.Kind.CONFLICT, String.valueOf(e.getMessage()));
    }
    List<Revision> all = edits.ledger().revisions();
    throw Problem.notFound(
        "there is no revision %s; kept are %d to %d"
            .formatted(text, all.getFirst().number(), all.getLast().number()));
  }

  private Answer get(Call call) {
    Ledger.State of = find(call.path("number"));
    if (call.prefersYaml()) return Answer.text("application/yaml", of.shownText());
    long active = edits.ledger().state().revision().number();
    return Answer.json(shown(of.revision(), active).with("document", of.shown()))
        .header("Vary", "Accept");
  }

  private Answer difference(Call call) {
    Ledger.State to = find(call.path("number"));
    String from = call.query("from");
    Ledger.State base = from == null ? edits.ledger().state() : find(from);
    return Answer.text(
        "text/x-diff; charset=utf-8",
        LineDifference.unified(
            "revision " + base.revision().number(),
            base.shownText(),
            "revision " + to.revision().number(),
            to.shownText()));
  }

  private Answer rollback(Call call) {
    Ledger.State to = find(call.path("revision"));
    Fields done =
        edits.make(
            call,
            List.of(),
            Revision.Source.ROLLBACK,
            to.revision().number(),
            before -> to.document());
    return Answer.json(done);
  }

  private Answer transaction(Call call) {
    Call.Body body = call.object().only("edits");
    List<Call.Body> steps = body.objects("edits");
    if (steps.isEmpty()) throw Problem.malformed("edits is empty");
    for (Call.Body each : steps) {
      each.only("op", "path", "value");
      String op = each.required("op");
      if (!List.of("put", "patch", "delete").contains(op))
        throw Problem.malformed("op is put, patch or delete, not \"" + op + "\"");
      if (!op.equals("delete") && !each.has("value"))
        throw Problem.malformed(op + " takes a value");
      pointer(each);
    }
    Fields done =
        edits.make(
            call,
            List.of(),
            before -> {
              Document document = before;
              for (Call.Body each : steps) document = apply(document, each);
              return document;
            });
    return Answer.json(done);
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
    return java.util.Arrays.stream(text.substring(1).split("/", -1))
        .map(step -> step.replace("~1", "/").replace("~0", "~"))
        .toList();
  }
}
