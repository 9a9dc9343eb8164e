package dev.penstock.plugins.host;

import dev.penstock.engine.control.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Files that come and go together: all of them, or none. */
final class FolderChange {
  private final Map<Path, byte @Nullable []> wanted = new LinkedHashMap<>();

  void put(Path file, byte[] bytes) {
    wanted.put(file, bytes);
  }

  void remove(Path file) {
    wanted.put(file, null);
  }

  /**
   * @throws IOException when one cannot be written or removed; those before it are as they were
   */
  void make() throws IOException {
    Map<Path, byte @Nullable []> before = new LinkedHashMap<>();
    try {
      for (Map.Entry<Path, byte @Nullable []> each : wanted.entrySet()) {
        Path file = each.getKey();
        before.put(file, Files.exists(file) ? Files.readAllBytes(file) : null);
        set(file, each.getValue());
      }
    } catch (IOException e) {
      for (Map.Entry<Path, byte @Nullable []> each : before.entrySet())
        putBack(each.getKey(), each.getValue(), e);
      throw e;
    }
  }

  private static void putBack(Path file, byte @Nullable [] bytes, IOException why) {
    try {
      set(file, bytes);
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }

  private static void set(Path file, byte @Nullable [] bytes) throws IOException {
    if (bytes == null) Files.deleteIfExists(file);
    else DurableFile.write(file, bytes);
  }
}
