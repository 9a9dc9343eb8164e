package dev.penstock.engine.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each with notifications of the system and with polling alone. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
final class FileWatcherTest {
  private final boolean notified;
  private final Semaphore changes = new Semaphore(0);
  @TempDir Path folder;

  FileWatcherTest(boolean notified) {
    this.notified = notified;
  }

  private FileWatcher start(Path... files) {
    return FileWatcher.start(Set.of(files), changes::release, notified);
  }

  private void awaitChange(String what) throws InterruptedException {
    assertThat(changes.tryAcquire(10, TimeUnit.SECONDS)).as(what).isTrue();
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void tellsOfAFileWrittenInPlace() throws Exception {
    Path file = file("gateway.yaml", "a");
    try (FileWatcher _ = start(file)) {
      Files.writeString(file, "b");
      awaitChange("first write");
      Files.writeString(file, "c");
      awaitChange("second write, of the same length");
    }
  }

  @Test
  void tellsOfAFileThatAnEditorReplacedByRenaming() throws Exception {
    Path file = file("gateway.yaml", "a");
    try (FileWatcher _ = start(file)) {
      for (String text : new String[] {"b", "c", "d"}) {
        Path fresh = file(".gateway.yaml.swp", text);
        Files.move(
            fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        awaitChange("replaced by " + text);
      }
    }
  }

  @Test
  void tellsOfAFileThatAppearsAndGoes() throws Exception {
    Path file = folder.resolve("later/gateway.yaml");
    try (FileWatcher _ = start(file)) {
      Files.createDirectory(file.getParent());
      Files.writeString(file, "a");
      awaitChange("it appeared");
      Files.delete(file);
      awaitChange("it went");
    }
  }

  /** As Kubernetes updates mounted configuration. */
  @Test
  void tellsOfASymbolicLinkThatWasTurned() throws Exception {
    for (String version : new String[] {"v1", "v2"}) {
      Files.createDirectory(folder.resolve(version));
      Files.writeString(folder.resolve(version).resolve("gateway.yaml"), version);
    }
    Path current = Files.createSymbolicLink(folder.resolve("..data"), Path.of("v1"));
    Path file =
        Files.createSymbolicLink(folder.resolve("gateway.yaml"), Path.of("..data/gateway.yaml"));
    try (FileWatcher _ = start(file)) {
      Path turned = Files.createSymbolicLink(folder.resolve("..tmp"), Path.of("v2"));
      Files.move(
          turned, current, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      awaitChange("the link was turned");
    }
  }

  @Test
  void touchingAFileIsNoChange() throws Exception {
    Path touched = file("touched.yaml", "a");
    Path written = file("written.yaml", "a");
    try (FileWatcher _ = start(touched, written)) {
      Files.setLastModifiedTime(touched, FileTime.fromMillis(1_000_000_000_000L));
      Files.writeString(touched, "a");
      Files.writeString(written, "b");
      awaitChange("the other file was written");
    }
    // What the touch would have told, it would have told by then: the watcher looks at all files at
    // once.
    assertThat(changes.availablePermits()).isZero();
  }

  @Test
  void watchesFoldersWithAllBelowThem() throws Exception {
    Path plugins = Files.createDirectories(folder.resolve("plugins/nested")).getParent();
    try (FileWatcher _ = start(plugins)) {
      Files.writeString(plugins.resolve("a.jar"), "1");
      awaitChange("a plugin was dropped in");
      Files.writeString(plugins.resolve("nested/b.js"), "1");
      awaitChange("a nested file was added");
    }
  }

  @Test
  void watchesOtherFilesWhenToldTo() throws Exception {
    Path one = file("one", "a");
    Path other = file("other", "a");
    try (FileWatcher watcher = start(one)) {
      watcher.watch(Set.of(one, other));
      Files.writeString(one, "b");
      awaitChange("still watched");
      Files.writeString(other, "b");
      awaitChange("newly watched");
    }
  }

  @Test
  void goesOnWhenTheListenerFails() throws Exception {
    Path file = file("gateway.yaml", "a");
    // It says so with the stack, which would look like a failure among the lines of this test.
    String log = FileWatcher.class.getName();
    Configurator.setLevel(log, Level.OFF);
    try (FileWatcher _ =
        FileWatcher.start(
            Set.of(file),
            () -> {
              changes.release();
              throw new AssertionError("the listener fails");
            },
            notified)) {
      Files.writeString(file, "b");
      awaitChange("first");
      Files.writeString(file, "c");
      awaitChange("second");
    } finally {
      Configurator.setLevel(log, (Level) null);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void tellsNothingAfterClose(int writesBefore) throws Exception {
    Path file = file("gateway.yaml", "a");
    FileWatcher watcher = start(file);
    for (int i = 0; i < writesBefore; i++) {
      Files.writeString(file, "b" + i);
      awaitChange("before close");
    }
    watcher.close();
    Files.writeString(file, "c");
    assertThat(changes.availablePermits()).isZero();
  }
}
