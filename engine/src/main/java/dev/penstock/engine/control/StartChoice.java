package dev.penstock.engine.control;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** What a gateway starts with, when there are a file and revisions (decision 014). */
public enum StartChoice {
  /** The file if it was edited since the newest revision, otherwise that revision. */
  NEWEST,
  /** The newest revision, whatever the file says. */
  RESUME,
  /** The file, whatever the revisions say. */
  FRESH;

  private static final Logger LOG = LogManager.getLogger(StartChoice.class);

  /**
   * Something to start with.
   *
   * @param kept the revision whose text this is; null for the file's
   * @param name stands for the file in messages
   * @param folder relative files are sought there
   * @param notice to be shown while this is in force, when it is the first that can be; null for
   *     none
   */
  public record Candidate(
      ReadResult read,
      @Nullable Revision kept,
      Revision.Source source,
      String name,
      Path folder,
      @Nullable String notice) {

    /** What to show when this runs since {@code refused}, which was to be tried before, cannot. */
    String noticeInsteadOf(Candidate refused, ConfigProblem why) {
      return "%s is refused, so %s runs: %s%s"
          .formatted(
              refused.told(),
              kept == null ? told() : "the last good " + told(),
              why.render(),
              refused.read.config() == null ? "; `penstock check` says all that is wrong" : "");
    }

    private String told() {
      return kept == null ? name : "revision " + kept.number();
    }
  }

  /** Candidates, the one to be tried first in front; never empty. */
  public List<Candidate> candidates(
      ReadResult file, String name, Path folder, RevisionStore store, ConfigReader reader) {
    Revision newest = store.current();
    if (newest == null)
      return List.of(new Candidate(file, null, Revision.Source.START, name, folder, null));
    boolean isEdited = !Ledger.digest(file).equals(newest.fileDigest());
    Candidate ofFile = new Candidate(file, null, Revision.Source.FILE, name, folder, null);
    List<Candidate> all = new ArrayList<>();
    if (this == FRESH || (this == NEWEST && isEdited)) {
      if (file.config() != null) Ledger.warnOfOverwriting(newest, name);
      all.add(ofFile);
      kept(newest, file, name, folder, store, reader, null, all);
      return all;
    }
    String notice =
        this == RESUME && isEdited
            ? "revision "
                + newest.number()
                + " runs, as --resume says; "
                + name
                + " says something else"
            : null;
    kept(newest, file, name, folder, store, reader, notice, all);
    all.add(ofFile);
    return all;
  }

  private static void kept(
      Revision revision,
      ReadResult file,
      String name,
      Path folder,
      RevisionStore store,
      ConfigReader reader,
      @Nullable String notice,
      List<Candidate> into) {
    try {
      String text = store.text(revision.number());
      // As a rule nobody has edited the file: it need not be read twice on the way up.
      ReadResult read = text.equals(file.text()) ? file : reader.read(text, name, folder);
      into.add(new Candidate(read, revision, Revision.Source.START, name, folder, notice));
    } catch (IOException e) {
      LOG.error("revision {} cannot be started: {}", revision.number(), e.getMessage());
    }
  }
}
