package dev.penstock.engine.control;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a file was like when it was looked at.
 *
 * @param stamp changes, as a rule, when somebody writes
 * @param content changes when the file says something else; null after a {@link #glance}
 */
record FileState(String stamp, @Nullable String content) {
  private static final String ABSENT = "absent";
  private static final long MAX_HASHED_BYTES = 64 << 20;
  private static final int MAX_ENTRIES = 10_000;

  /** Times and sizes, which cost no reading. */
  static FileState glance(Path file) {
    return new FileState(stamp(file), null);
  }

  static FileState read(Path file) {
    String stamp = stamp(file);
    if (!Files.isRegularFile(file)) return new FileState(stamp, stamp);
    try {
      if (Files.size(file) > MAX_HASHED_BYTES) return new FileState(stamp, stamp);
      return new FileState(stamp, DurableFile.digest(Files.readAllBytes(file)));
    } catch (IOException e) {
      return new FileState(stamp, "unreadable");
    }
  }

  boolean isUnmovedSince(FileState before) {
    return stamp.equals(before.stamp);
  }

  boolean saysTheSame(@Nullable FileState before) {
    return before != null && content != null && content.equals(before.content);
  }

  private static String stamp(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.isDirectory() ? stampOfFolder(file) : stamp(attributes);
    } catch (IOException e) {
      return ABSENT;
    }
  }

  private static String stamp(BasicFileAttributes attributes) {
    return attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey();
  }

  private static String stampOfFolder(Path folder) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> entries = Files.walk(folder).limit(MAX_ENTRIES).sorted()) {
      for (Path entry : (Iterable<Path>) entries::iterator) {
        BasicFileAttributes attributes = Files.readAttributes(entry, BasicFileAttributes.class);
        // The time of a folder changes with files that come and go again, such as an editor's.
        if (!attributes.isDirectory())
          all.append(folder.relativize(entry)).append(' ').append(stamp(attributes)).append('\n');
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return DurableFile.digest(all.toString().getBytes(StandardCharsets.UTF_8));
  }
}
