package dev.penstock.admin;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.control.AdminRole;
import dev.penstock.engine.control.Ledger;
import dev.penstock.engine.control.Revision;
import java.io.IOException;
import java.util.List;

/** {@code /revisions}, {@code /rollback}. */
final class RevisionResource {
  private final Edits edits;

  RevisionResource(Gateway gateway) {
    this.edits = new Edits(gateway);
  }

  List<Operation> operations() {
    return List.of(
        Operation.get("/api/v1/revisions", AdminRole.VIEWER, "Revisions, newest first", this::list)
            .paged(),
        Operation.get(
            "/api/v1/revisions/{number}",
            AdminRole.VIEWER,
            "One revision with its document",
            this::get),
        Operation.get(
                "/api/v1/revisions/{number}/difference",
                AdminRole.VIEWER,
                "Lines that differ",
                this::difference)
            .with("from", "the other revision; absent: the one in force"),
        Operation.write(
                "POST",
                "/api/v1/rollback/{revision}",
                AdminRole.DEPLOYER,
                "rollback",
                "Puts a revision in force again",
                this::rollback)
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
    return Answer.json(edits.rollBack(call, to));
  }
}
