package dev.penstock.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.control.Document;
import dev.penstock.engine.control.Ledger;
import dev.penstock.engine.control.Ledger.Change;
import dev.penstock.engine.control.Ledger.Outcome;
import dev.penstock.engine.control.Revision;
import dev.penstock.engine.control.Revision.Author;
import dev.penstock.engine.control.Revision.Source;
import dev.penstock.engine.control.StartChoice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Decision 014: one document, the newest edit wins. O3: a refused edit leaves the old one. */
final class LedgerTest {
  private static final Author ANN = new Author("ann", Source.API, "", null);

  @TempDir private Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("gateway.yaml");
    Files.writeString(file, text("one"));
  }

  private static String text(String body) {
    return """
    listeners: { web: "127.0.0.1:0" }
    routes: { users: { match: { path: /users/** }, respond: { body: %s } } }
    access-log: { to: off }
    workers: 1
    admin: { bind: "127.0.0.1:0", state: state }
    shutdown: { pre-stop: 0s }
    """
        .formatted(body);
  }

  private Gateway start(StartChoice choice) {
    return Gateway.start(file, List.of(), name -> null, new Opening(choice, null, said -> {}));
  }

  private static Outcome put(Gateway gateway, String body) throws Exception {
    return gateway
        .ledger()
        .edit(
            ANN,
            before -> before.put(List.of("routes", "users", "respond", "body"), body),
            now -> true,
            false);
  }

  private static String body(Gateway gateway) throws Exception {
    return String.valueOf(
        gateway.ledger().state().document().find(List.of("routes", "users", "respond", "body")));
  }

  @Test
  void anEditIsInForceAfterARestart() throws Exception {
    try (Gateway gateway = start(StartChoice.NEWEST)) {
      Change change = Objects.requireNonNull(put(gateway, "two").change());
      assertThat(change.revision()).isEqualTo(2);
      assertThat(change.difference().routes().changed()).containsExactly("users");
    }
    try (Gateway gateway = start(StartChoice.NEWEST)) {
      assertThat(body(gateway)).isEqualTo("two");
      assertThat(gateway.ledger().state().revision().number()).isEqualTo(2);
      assertThat(gateway.ledger().state().notice()).isNull();
    }
    try (Gateway gateway = start(StartChoice.FRESH)) {
      assertThat(body(gateway)).isEqualTo("one");
    }
  }

  @Test
  void anEditedFileWinsAndTheEditBeforeCanBeRolledBackTo() throws Exception {
    try (Gateway gateway = start(StartChoice.NEWEST)) {
      put(gateway, "two");
    }
    Files.writeString(file, text("three"));
    try (Gateway gateway = start(StartChoice.NEWEST)) {
      assertThat(body(gateway)).isEqualTo("three");
      assertThat(gateway.ledger().revisions())
          .extracting(Revision::source)
          .containsExactly(Source.START, Source.API, Source.FILE);
      String before = Objects.requireNonNull(gateway.ledger().revision(2)).document().text();
      gateway
          .ledger()
          .edit(
              new Author("ann", Source.ROLLBACK, "", 2L),
              now -> Document.parse(before, "2"),
              now -> true,
              false);
      assertThat(body(gateway)).isEqualTo("two");
    }
  }

  /** O3: the last good revision is what starts, with a notice. */
  @Test
  void aBrokenFileStartsTheLastGoodRevision() throws Exception {
    try (Gateway gateway = start(StartChoice.NEWEST)) {
      put(gateway, "two");
    }
    Files.writeString(file, text("three") + "nonsense: 1\n");
    try (Gateway gateway = start(StartChoice.NEWEST)) {
      assertThat(body(gateway)).isEqualTo("two");
      assertThat(gateway.ledger().state().notice()).contains("nonsense").contains("revision 2");
      assertThat(gateway.readiness().details()).containsKey("notice");
      assertThat(gateway.readiness().isReady()).isTrue();
      Files.writeString(file, text("four"));
      assertThat(gateway.reload(file)).isEmpty();
      assertThat(gateway.ledger().state().notice()).isNull();
    }
  }

  @Test
  void theNoticeSaysWhyAFileThatReadsWellCannotBePutInForce() throws Exception {
    try (Gateway gateway = start(StartChoice.NEWEST)) {
      put(gateway, "two");
    }
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      Files.writeString(
          file, text("three").replace("web: \"127.0.0.1:0\"", "web: \"127.0.0.1:" + port + "\""));
      try (Gateway gateway = start(StartChoice.NEWEST)) {
        assertThat(body(gateway)).isEqualTo("two");
        assertThat(gateway.ledger().state().notice())
            .contains("gateway.yaml is refused, so the last good revision 2 runs")
            .contains("127.0.0.1:" + port)
            .doesNotContain("penstock check");
      }
    }
  }

  @Test
  void withoutRevisionsABrokenFileDoesNotStart() throws IOException {
    Files.writeString(file, text("one") + "nonsense: 1\n");
    assertThatThrownBy(() -> start(StartChoice.NEWEST))
        .isInstanceOf(BadConfigException.class)
        .hasMessageContaining("nonsense");
  }

  @Test
  void resumeStartsTheRevisionWhateverTheFileSays() throws Exception {
    try (Gateway gateway = start(StartChoice.NEWEST)) {
      put(gateway, "two");
    }
    Files.writeString(file, text("three"));
    try (Gateway gateway = start(StartChoice.RESUME)) {
      assertThat(body(gateway)).isEqualTo("two");
      assertThat(gateway.ledger().state().notice()).contains("--resume");
    }
  }

  /** A signal or a touched script must not bring back what was repaired over the API. */
  @Test
  void reloadingAFileThatWasNotEditedKeepsTheEdit() throws Exception {
    try (Gateway gateway = start(StartChoice.NEWEST)) {
      put(gateway, "two");
      assertThat(gateway.reload(file)).isEmpty();
      assertThat(body(gateway)).isEqualTo("two");
      assertThat(gateway.ledger().revisions()).hasSize(2);
    }
  }

  @Test
  void aRefusedEditLeavesNoTrace() throws Exception {
    try (Gateway gateway = start(StartChoice.NEWEST)) {
      Outcome outcome =
          gateway
              .ledger()
              .edit(
                  ANN,
                  before ->
                      before
                          .put(List.of("routes", "users", "respond"), null)
                          .put(List.of("routes", "users", "upstream"), "blue"),
                  now -> true,
                  false);
      assertThat(outcome.change()).isNull();
      assertThat(outcome.problems()).hasSize(1).first().asString().contains("blue");
      assertThat(gateway.ledger().revisions()).hasSize(1);
      assertThat(body(gateway)).isEqualTo("one");
    }
  }

  @Test
  void aDryRunNamesTheRoutesWhoseOwnerWouldChange() throws Exception {
    try (Gateway gateway = start(StartChoice.NEWEST)) {
      Outcome outcome =
          gateway
              .ledger()
              .edit(
                  ANN,
                  before ->
                      before.put(
                          List.of("routes", "beta"),
                          java.util.Map.of(
                              "match",
                              java.util.Map.of("path", "/users/beta/**"),
                              "respond",
                              204L)),
                  now -> true,
                  true);
      Change change = Objects.requireNonNull(outcome.change());
      assertThat(change.isChanged()).isTrue();
      assertThat(change.owners().changes())
          .singleElement()
          .satisfies(each -> {
            assertThat(each.path()).isEqualTo("/users/beta/x");
            assertThat(each.before()).isEqualTo("users");
            assertThat(each.after()).isEqualTo("beta");
          });
      assertThat(gateway.ledger().revisions()).hasSize(1);
    }
  }

  /** Issue 5: concurrent writers, one wins, none is lost. */
  @Test
  void ofWritersThatSawTheSameVersionOneWins() throws Exception {
    try (Gateway gateway = start(StartChoice.NEWEST);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      String seen = gateway.ledger().state().revision().digest();
      List<Future<Boolean>> writers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String value = "writer-" + i;
        Callable<Boolean> writer =
            () -> {
              try {
                gateway
                    .ledger()
                    .edit(
                        ANN,
                        before -> before.put(List.of("routes", "users", "respond", "body"), value),
                        now -> now.revision().digest().equals(seen),
                        false);
                return true;
              } catch (Ledger.StaleException e) {
                return false;
              }
            };
        writers.add(threads.submit(writer));
      }
      int won = 0;
      for (Future<Boolean> each : writers) if (each.get()) won++;
      assertThat(won).isEqualTo(1);
      assertThat(gateway.ledger().revisions()).hasSize(2);
    }
  }

  @Test
  void writersOfDifferentPartsAreAllInTheDocument() throws Exception {
    try (Gateway gateway = start(StartChoice.NEWEST);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Outcome>> writers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        String route = "route-" + i;
        writers.add(
            threads.submit(() ->
                gateway
                    .ledger()
                    .edit(
                        ANN,
                        before ->
                            before.put(
                                List.of("routes", route),
                                java.util.Map.of(
                                    "match",
                                    java.util.Map.of("path", "/" + route),
                                    "respond",
                                    204L)),
                        now -> true,
                        false)));
      }
      for (Future<Outcome> each : writers) assertThat(each.get().problems()).isEmpty();
      assertThat(gateway.ledger().state().read().config().routes()).hasSize(7);
    }
  }

  @Test
  void writesEditsBackWhereItIsAskedTo() throws Exception {
    Files.writeString(file, text("one").replace("state: state", "state: state, write-back: true"));
    try (Gateway gateway = start(StartChoice.NEWEST)) {
      put(gateway, "two");
    }
    assertThat(Files.readString(file)).contains("two");
    assertThat(Files.readString(folder.resolve("gateway.yaml.bak"))).contains("one");
    try (Gateway gateway = start(StartChoice.NEWEST)) {
      assertThat(gateway.ledger().revisions()).hasSize(2);
    }
  }
}
