package dev.penstock.engine.control;

import dev.penstock.engine.control.ControlPlane.Active;
import dev.penstock.engine.control.ControlPlane.Applied;
import dev.penstock.engine.control.Document.MalformedException;
import dev.penstock.engine.control.Document.NoSuchPlaceException;
import dev.penstock.engine.control.Revision.Author;
import dev.penstock.engine.control.Revision.Source;
import dev.penstock.engine.plan.OwnerChanges;
import dev.penstock.engine.plan.Snapshot;
import dev.penstock.engine.time.NanoClock;
import dev.penstock.engine.upstream.Upstreams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The one document, its revisions, and what runs: edits from all doors come through here, one at a
 * time, and the newest that was accepted is in force (decision 014). Thread-safe.
 */
public final class Ledger {
  private static final Logger LOG = LogManager.getLogger(Ledger.class);

  private final ConfigReader reader;
  private final ControlPlane control;
  private final Upstreams upstreams;
  private final RevisionStore store;
  private final ScriptStore scripts;
  private final NanoClock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable State state;

  public Ledger(
      ConfigReader reader,
      ControlPlane control,
      Upstreams upstreams,
      RevisionStore store,
      ScriptStore scripts,
      NanoClock clock) {
    this.scripts = scripts;
    this.reader = reader;
    this.control = control;
    this.upstreams = upstreams;
    this.store = store;
    this.clock = clock;
  }

  /**
   * What is in force.
   *
   * @param read what reading the document gave
   * @param name stands for the file in messages
   * @param folder relative files are sought there
   * @param notice why this is not what the file says; null when it is, or was until it was edited
   */
  public record State(
      Document document,
      Revision revision,
      ReadResult read,
      String name,
      Path folder,
      @Nullable String notice) {
    /** The document as it may be shown: literal secrets masked. */
    public @Nullable Object shown() {
      return SecretMask.hide(document.tree(), read.positions().secrets());
    }

    /** As {@link #shown}, as text: what was written, unless that holds secrets. */
    public String shownText() {
      Document masked = Document.of(shown());
      return masked.text().contains(SecretMask.MASK) ? masked.text() : document.text();
    }
  }

  /**
   * What an edit did, or would do.
   *
   * @param revision in force afterwards
   * @param isChanged whether the document says something else than before
   */
  public record Change(
      long revision,
      boolean isChanged,
      ConfigDiff difference,
      OwnerChanges owners,
      List<String> warnings) {}

  /**
   * How it went.
   *
   * @param change null exactly when there are problems
   */
  public record Outcome(@Nullable Change change, List<ConfigProblem> problems) {
    static Outcome refused(List<ConfigProblem> problems) {
      return new Outcome(null, problems);
    }
  }

  /** Somebody has changed what the author of this edit had seen. */
  public static final class StaleException extends Exception {
    private static final long serialVersionUID = 1L;

    StaleException() {
      super("the document has been changed since");
    }
  }

  /** Makes another document of the one in force. */
  @FunctionalInterface
  public interface Edit {
    Document apply(Document before) throws NoSuchPlaceException, MalformedException, IOException;
  }

  /** Is told of changes, one at a time, on the thread of the author. */
  public interface Listener {
    void onApplied(Author author, State now, Active active, Change change);

    void onRefused(Author author, List<ConfigProblem> problems);
  }

  public void listen(Listener listener) {
    listeners.add(listener);
  }

  public void unlisten(Listener listener) {
    listeners.remove(listener);
  }

  /** What is in force. */
  public State state() {
    State now = state;
    if (now == null) throw new IllegalStateException("nothing is in force yet");
    return now;
  }

  public boolean isBegun() {
    return state != null;
  }

  /** Oldest first. */
  public List<Revision> revisions() {
    lock.lock();
    try {
      return store.all();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The document of a revision as it was written, secrets included.
   *
   * @return null when it is not kept
   * @throws IOException when its file is broken
   */
  public @Nullable Document document(long number) throws IOException {
    String text;
    lock.lock();
    try {
      if (store.find(number) == null) return null;
      text = store.text(number);
    } finally {
      lock.unlock();
    }
    try {
      return Document.parse(text, state().name);
    } catch (MalformedException e) {
      throw new IOException("revision " + number + " is broken", e);
    }
  }

  /**
   * A revision as a state, decoded.
   *
   * @return null when it is not kept
   * @throws IOException when its file is broken
   */
  public @Nullable State revision(long number) throws IOException {
    Document document = document(number);
    Revision revision;
    lock.lock();
    try {
      revision = store.find(number);
    } finally {
      lock.unlock();
    }
    if (document == null || revision == null) return null;
    State now = state();
    ReadResult read = reader.read(document.text(), now.name, now.folder);
    return new State(document, revision, read, now.name, now.folder, null);
  }

  /**
   * Puts the first candidate in force that can be.
   *
   * @return the problems of the first when none can
   */
  public List<ConfigProblem> begin(List<StartChoice.Candidate> candidates) {
    lock.lock();
    try {
      StartChoice.Candidate first = candidates.getFirst();
      List<ConfigProblem> refused = begin(first, first.notice());
      for (StartChoice.Candidate next : candidates.subList(1, candidates.size())) {
        if (refused.isEmpty()) return List.of();
        String notice = next.noticeInsteadOf(first, refused.getFirst());
        if (begin(next, notice).isEmpty()) return List.of();
      }
      return refused;
    } finally {
      lock.unlock();
    }
  }

  private List<ConfigProblem> begin(StartChoice.Candidate candidate, @Nullable String notice) {
    ReadResult read = candidate.read();
    GatewayConfig config = read.config();
    if (config == null) return read.problems();
    Revision revision = candidate.kept();
    boolean isNew = revision == null;
    try {
      if (revision == null)
        revision =
            store.keep(
                Author.self(candidate.source()), read.text(), digest(read), clock.wallMillis());
      Applied applied = control.apply(read, candidate.folder());
      if (!applied.isApplied()) {
        if (isNew) store.drop(revision.number());
        return applied.problems();
      }
      if (isNew) store.inForce(revision);
      Document document = Document.parse(read.text(), candidate.name());
      if (notice != null) LOG.error("{}", notice);
      tell(
          Author.self(candidate.source()),
          new State(document, revision, read, candidate.name(), candidate.folder(), notice),
          applied,
          new Change(
              revision.number(),
              true,
              ConfigDiff.between(config, config),
              new OwnerChanges(List.of(), 0),
              warnings(read, applied.warnings())));
      return List.of();
    } catch (IOException | MalformedException e) {
      return List.of(
          read.positions()
              .problem("", "the revision cannot be kept: " + e.getMessage(), "see admin.state"));
    }
  }

  /**
   * The file was read again: it wins if it was edited, otherwise the document in force is read anew
   * with all it refers to.
   */
  public Outcome reload(ReadResult file, Path folder, boolean always) {
    lock.lock();
    try {
      State now = state();
      boolean isEdited = always || !digest(file).equals(now.revision.fileDigest());
      Author author = Author.self(Source.FILE);
      if (!isEdited) {
        ReadResult again = reader.read(now.document.text(), now.name, folder);
        return take(
            author, now, now.document, again, folder, now.revision.fileDigest(), Beside.FILES);
      }
      if (file.config() == null) return refuse(author, file.problems());
      warnOfOverwriting(now.revision, now.name);
      Document document = Document.parse(file.text(), now.name);
      // The same text may mean something else: a script or a plugin was replaced.
      Beside beside = document.equals(now.document) ? Beside.FILES : null;
      return take(author, now, document, file, folder, digest(file), beside);
    } catch (MalformedException e) {
      return Outcome.refused(e.problems());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Edits the document, or says what that would do.
   *
   * @param expected what the author takes for granted of the document in force
   * @throws StaleException when {@code expected} does not hold; nothing was done
   */
  public Outcome edit(Author author, Edit edit, Predicate<State> expected, boolean isDryRun)
      throws StaleException, NoSuchPlaceException, MalformedException, IOException {
    return edit(author, edit, expected, null, isDryRun);
  }

  /**
   * As {@link #edit(Author, Edit, Predicate, boolean)}.
   *
   * @param beside what changes with the document; null for nothing
   */
  public Outcome edit(
      Author author,
      Edit edit,
      Predicate<State> expected,
      @Nullable Beside beside,
      boolean isDryRun)
      throws StaleException, NoSuchPlaceException, MalformedException, IOException {
    lock.lock();
    try {
      State now = state();
      if (!expected.test(now)) throw new StaleException();
      Document after = SecretMask.restore(edit.apply(now.document), now.document);
      ConfigReader with = beside == null ? reader : beside.reader.apply(reader);
      ReadResult read = with.read(after.text(), now.name, now.folder);
      if (isDryRun) return rehearse(now, after, read);
      String fileDigest = writesBack(read.config()) ? digest(read) : now.revision.fileDigest();
      Outcome outcome = take(author, now, after, read, now.folder, fileDigest, beside);
      if (outcome.change != null && outcome.change.isChanged && writesBack(read.config()))
        WriteBack.write(Path.of(now.name), after.text());
      return outcome;
    } finally {
      lock.unlock();
    }
  }

  /** Makes what was tried last. */
  @FunctionalInterface
  public interface Keeping {
    void keep() throws IOException;
  }

  /**
   * What changes beside the document, such as plugins.
   *
   * @param reader reads the document as if it had changed
   * @param keeping makes it last; when that fails, all is as it was
   */
  public record Beside(UnaryOperator<ConfigReader> reader, Keeping keeping) {
    /** What the document refers to may have changed by itself. */
    private static final Beside FILES = new Beside(UnaryOperator.identity(), () -> {});
  }

  private static boolean writesBack(@Nullable GatewayConfig config) {
    return config != null && config.admin() != null && config.admin().writeBack();
  }

  private Outcome rehearse(State now, Document after, ReadResult read) {
    GatewayConfig config = read.config();
    if (config == null) return Outcome.refused(read.problems());
    ControlPlane.Inspected made =
        ControlPlane.inspect(
            config, read.positions(), now.folder, read.registries(), upstreams, scripts);
    try {
      Snapshot snapshot = made.snapshot();
      if (snapshot == null) return Outcome.refused(made.problems());
      boolean isChanged = !after.equals(now.document);
      return new Outcome(
          change(
              now,
              control.active(),
              config,
              snapshot,
              now.revision.number() + (isChanged ? 1 : 0),
              isChanged,
              warnings(read, made.warnings())),
          List.of());
    } finally {
      made.close().run();
    }
  }

  private static List<String> warnings(ReadResult read, List<String> compiled) {
    List<String> all = new ArrayList<>();
    for (ConfigProblem each : read.warnings()) all.add(each.path() + ": " + each.message());
    all.addAll(compiled);
    return all;
  }

  /**
   * @param active what ran before; null for nothing
   * @param snapshot what runs now, or would; null for nothing
   */
  private static Change change(
      State before,
      @Nullable Active active,
      GatewayConfig config,
      @Nullable Snapshot snapshot,
      long number,
      boolean isChanged,
      List<String> warnings) {
    GatewayConfig old = before.read.config();
    return new Change(
        number,
        isChanged,
        ConfigDiff.between(old == null ? config : old, config),
        active == null || snapshot == null
            ? new OwnerChanges(List.of(), 0)
            : OwnerChanges.between(active.snapshot(), snapshot),
        warnings);
  }

  /**
   * @param beside what changes with the document, which is applied then even if it is the same;
   *     null for nothing
   */
  private Outcome take(
      Author author,
      State before,
      Document after,
      ReadResult read,
      Path folder,
      String fileDigest,
      @Nullable Beside beside) {
    GatewayConfig config = read.config();
    if (config == null) return refuse(author, read.problems());
    Active active = control.active();
    boolean isSame = after.equals(before.document);
    if (isSame
        && beside == null
        && active != null
        && fileDigest.equals(before.revision.fileDigest()))
      return new Outcome(
          change(
              before,
              active,
              config,
              active.snapshot(),
              before.revision.number(),
              false,
              List.of()),
          List.of());
    Revision revision = before.revision;
    try {
      if (!isSame || beside == null)
        revision = store.keep(author, after.text(), fileDigest, clock.wallMillis());
      Applied applied = control.apply(read, folder);
      if (!applied.isApplied()) {
        if (revision != before.revision) store.drop(revision.number());
        return refuse(author, applied.problems());
      }
      try {
        // Before the revision is named as the one in force: who starts after a crash finds all.
        if (beside != null) beside.keeping.keep();
        if (revision != before.revision) store.inForce(revision);
      } catch (IOException e) {
        control.apply(reader.read(before.document.text(), before.name, before.folder), folder);
        if (revision != before.revision) store.drop(revision.number());
        throw e;
      }
      Active now = applied.active();
      Change change =
          change(
              before,
              active,
              config,
              now == null ? null : now.snapshot(),
              revision.number(),
              !isSame,
              warnings(read, applied.warnings()));
      tell(author, new State(after, revision, read, before.name, folder, null), applied, change);
      return new Outcome(change, List.of());
    } catch (IOException e) {
      LOG.error("a change cannot be kept", e);
      return refuse(
          author,
          List.of(
              read.positions()
                  .problem("", "it cannot be kept: " + e.getMessage(), "see admin.state")));
    }
  }

  private Outcome refuse(Author author, List<ConfigProblem> problems) {
    listeners.forEach(each -> each.onRefused(author, problems));
    return Outcome.refused(problems);
  }

  private void tell(Author author, State now, Applied applied, Change change) {
    state = now;
    Active active = applied.active();
    if (active == null) return;
    listeners.forEach(each -> each.onApplied(author, now, active, change));
  }

  /** The file was edited, and wins over what was made over the API since. */
  static void warnOfOverwriting(Revision newest, String name) {
    if (newest.isOfApi())
      LOG.warn(
          "{} was edited after revision {} by {} over the API, and wins; rollback {} brings that back",
          name,
          newest.number(),
          newest.actor(),
          newest.number());
  }

  static String digest(ReadResult read) {
    return "sha256:" + DurableFile.digest(read.text().getBytes(StandardCharsets.UTF_8));
  }
}
