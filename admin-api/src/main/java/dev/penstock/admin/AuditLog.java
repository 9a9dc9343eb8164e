package dev.penstock.admin;

import dev.penstock.engine.control.DurableFile;
import dev.penstock.engine.control.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Every change and every attempt at one: a line of JSON each, on disk before the client has its
 * answer. The last thousand are at hand; a file of 16 MiB is set aside and the one before it
 * removed. Thread-safe.
 */
final class AuditLog {
  private static final Logger LOG = LogManager.getLogger(AuditLog.class);
  private static final int AT_HAND = 1000;
  private static final long MAX_FILE_BYTES = 16L << 20;

  private final @Nullable Path file;
  private final Deque<Map<?, ?>> entries = new ArrayDeque<>();

  private AuditLog(@Nullable Path file) {
    this.file = file;
  }

  /** The log in {@code folder}; without one it lasts as long as the process. */
  static AuditLog in(@Nullable Path folder) {
    AuditLog log = new AuditLog(folder == null ? null : folder.resolve("audit.jsonl"));
    log.load();
    return log;
  }

  private synchronized void load() {
    if (file == null || !Files.exists(file)) return;
    try {
      for (String line : Files.readAllLines(file)) {
        try {
          if (JsonReader.read(line) instanceof Map<?, ?> entry) keep(entry);
        } catch (Problem e) {
          LOG.warn("a line of {} is broken and is left out", file);
        }
      }
    } catch (IOException e) {
      LOG.error("the audit log cannot be read: {}", e.getMessage());
    }
  }

  private void keep(Map<?, ?> entry) {
    entries.addLast(entry);
    if (entries.size() > AT_HAND) entries.removeFirst();
  }

  synchronized void add(Map<String, Object> entry) {
    keep(entry);
    if (file == null) return;
    try {
      if (Files.exists(file) && Files.size(file) > MAX_FILE_BYTES)
        Files.move(
            file,
            file.resolveSibling("audit.1.jsonl"),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      DurableFile.append(file, (Json.line(entry) + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      LOG.error("an entry of the audit log could not be written: {}", Json.line(entry), e);
    }
  }

  /** Newest first. */
  synchronized List<Map<?, ?>> newest() {
    return new ArrayList<>(entries).reversed();
  }
}
