package dev.penstock.engine.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RevisionStoreTest {
  private static final Revision.Author ANN =
      new Revision.Author("ann", Revision.Source.API, "why", null);

  @TempDir private Path folder;

  private static Revision add(RevisionStore store, String text) throws IOException {
    Revision revision = store.keep(ANN, text, "sha256:file", 17);
    store.inForce(revision);
    return revision;
  }

  @Test
  void revisionsAreThereAgainAfterARestart() throws IOException {
    RevisionStore store = RevisionStore.in(folder);
    add(store, "one");
    Revision second = add(store, "zwei ü\n");
    RevisionStore again = RevisionStore.in(folder);
    assertThat(again.current()).isEqualTo(second);
    assertThat(again.text(2)).isEqualTo("zwei ü\n");
    assertThat(again.all()).extracting(Revision::number).containsExactly(1L, 2L);
    assertThat(second.digest())
        .isEqualTo("sha256:" + DurableFile.digest("zwei ü\n".getBytes(StandardCharsets.UTF_8)));
  }

  /** Decision 014: written, but not named as the current one. */
  @Test
  void aRevisionThatWasNeverInForceIsForgotten() throws IOException {
    RevisionStore store = RevisionStore.in(folder);
    Revision first = add(store, "one");
    store.keep(ANN, "two", "", 18);
    RevisionStore again = RevisionStore.in(folder);
    assertThat(again.current()).isEqualTo(first);
    assertThat(again.all()).hasSize(1);
    assertThat(add(again, "three").number()).isEqualTo(3);
  }

  @Test
  void aBrokenRevisionIsSetAsideAndTheOneBeforeIsTaken() throws IOException {
    RevisionStore store = RevisionStore.in(folder);
    Revision first = add(store, "one");
    add(store, "two");
    Path file = folder.resolve("revisions/000000002.revision");
    Files.writeString(file, Files.readString(file).replace("two", "twO"));
    RevisionStore again = RevisionStore.in(folder);
    assertThat(again.current()).isEqualTo(first);
    assertThat(file.resolveSibling("000000002.revision.broken")).exists();
    assertThat(file).doesNotExist();
  }

  @Test
  void onlyTheOwnerMayReadThem() throws IOException {
    add(RevisionStore.in(folder), "secret");
    Path file = folder.resolve("revisions/000000001.revision");
    assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
  }

  @Test
  void theLastHundredAreKept() throws IOException {
    RevisionStore store = RevisionStore.in(folder);
    for (int i = 0; i < 103; i++) add(store, "text " + i);
    assertThat(store.all()).hasSize(100);
    try (Stream<Path> files = Files.list(folder.resolve("revisions"))) {
      assertThat(files.filter(f -> f.toString().endsWith(".revision"))).hasSize(100);
    }
  }

  /** Writes revisions until it is killed, and says which are in force. */
  public static void main(String[] arguments) throws IOException {
    RevisionStore store = RevisionStore.in(Path.of(arguments[0]));
    for (int i = 0; ; i++) {
      Revision revision = add(store, "text of " + i + "\n" + "x".repeat(100_000));
      System.out.println(revision.number());
    }
  }

  /** Issue 5: kill -9 in the middle of a write leaves the previous revision. */
  @Test
  void aKilledWriterLeavesARevisionThatIsWhole() throws Exception {
    long last = 0;
    for (int round = 0; round < 3; round++) {
      Process writer =
          new ProcessBuilder(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "-XX:TieredStopAtLevel=1",
                      "-Xmx128m",
                      "-cp",
                      System.getProperty("java.class.path"),
                      RevisionStoreTest.class.getName(),
                      folder.toString()))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      long told = 0;
      try (BufferedReader out =
          new BufferedReader(
              new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
        for (int i = 0; i < 5 + round * 3; i++)
          told = Long.parseLong(Objects.requireNonNull(out.readLine()));
        writer.destroyForcibly().waitFor();
      }
      RevisionStore store = RevisionStore.in(folder);
      Revision current = Objects.requireNonNull(store.current());
      assertThat(current.number())
          .as("what was told is kept")
          .isGreaterThanOrEqualTo(told)
          .isGreaterThan(last);
      assertThat(store.text(current.number())).endsWith("x");
      last = current.number();
      try (Stream<Path> files = Files.list(folder.resolve("revisions"))) {
        assertThat(files.filter(f -> f.toString().endsWith(".broken"))).isEmpty();
      }
    }
  }
}
