package dev.penstock.engine.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Writes edits over the API to the configuration's file, the old text beside it as {@code *.bak}.
 */
final class WriteBack {
  private static final Logger LOG = LogManager.getLogger(WriteBack.class);

  private WriteBack() {}

  static void write(Path file, String text) {
    try {
      if (!Files.isRegularFile(file)) return;
      boolean isPosix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
      Set<PosixFilePermission> mode = isPosix ? Files.getPosixFilePermissions(file) : Set.of();
      Files.copy(
          file,
          file.resolveSibling(file.getFileName() + ".bak"),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.COPY_ATTRIBUTES);
      DurableFile.write(file, text.getBytes(StandardCharsets.UTF_8));
      if (isPosix) Files.setPosixFilePermissions(file, mode);
    } catch (IOException e) {
      LOG.error(
          "{} could not be written back: {}; at the next start it counts as edited",
          file,
          e.getMessage());
    }
  }
}
