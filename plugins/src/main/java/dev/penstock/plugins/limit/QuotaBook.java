package dev.penstock.plugins.limit;

import dev.penstock.engine.spi.ConfigException;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What has been used of quotas, by quota and key; in a file, if there is one. Written every few
 * seconds when something has changed, and at the end, into a new file that takes the place of the
 * old one: whatever happens, one of the two is whole. What was counted since the last time is lost
 * when the process is killed. Thread-safe.
 */
final class QuotaBook implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(QuotaBook.class);
  private static final String FIRST_LINE = "penstock quotas 1";
  private static final int SECONDS_BETWEEN_WRITES = 5;

  private final Map<String, Map<String, QuotaUse>> quotas = new ConcurrentHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final @Nullable Thread writer;
  private volatile boolean isChanged;
  private boolean isFailing;

  private QuotaBook(@Nullable Path file) {
    if (file != null) read(file);
    writer = file == null ? null : Thread.ofVirtual().name("quotas").start(() -> writeOften(file));
  }

  /** Without a file. */
  static QuotaBook inMemory() {
    return new QuotaBook(null);
  }

  /**
   * With what {@code file} has, if it is there.
   *
   * @throws ConfigException when it is there and cannot be read
   */
  static QuotaBook of(Path file) {
    return new QuotaBook(file);
  }

  /** What all keys have used of one quota. */
  Map<String, QuotaUse> quota(String name) {
    return quotas.computeIfAbsent(name, n -> new ConcurrentHashMap<>());
  }

  /** Something has been counted. */
  void changed() {
    if (!isChanged) isChanged = true;
  }

  private void read(Path from) {
    if (!Files.exists(from)) return;
    List<String> lines;
    try {
      lines = Files.readAllLines(from);
    } catch (IOException e) {
      throw new ConfigException("%s cannot be read: %s".formatted(from, e.getMessage()));
    }
    if (lines.isEmpty() || !lines.getFirst().equals(FIRST_LINE))
      throw new ConfigException(
          "%s is no file of quotas; name another, or remove it".formatted(from));
    for (int i = 1; i < lines.size(); i++) {
      try {
        restore(lines.get(i));
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        throw new ConfigException(
            "this is no line of a file of quotas; correct or remove it", from + ":" + (i + 1), e);
      }
    }
  }

  private void restore(String line) {
    String[] columns = line.split("\t", -1);
    if (columns.length != 3) throw new IllegalArgumentException(line);
    QuotaUse use = new QuotaUse();
    for (String part : columns[2].split(",")) {
      int colon = part.indexOf(':');
      long amount = Long.parseLong(part.substring(colon + 1));
      if (amount < 0) throw new IllegalArgumentException(part);
      use.restore(Long.parseLong(part.substring(0, colon)), amount);
    }
    quota(columns[0]).put(URLDecoder.decode(columns[1], StandardCharsets.UTF_8), use);
  }

  private void writeOften(Path into) {
    try {
      while (!closed.await(SECONDS_BETWEEN_WRITES, TimeUnit.SECONDS)) write(into);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    write(into);
  }

  private void write(Path into) {
    if (!isChanged) return;
    isChanged = false;
    Path beside = into.resolveSibling(into.getFileName() + ".new");
    try {
      try (FileChannel channel =
          FileChannel.open(
              beside,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        ByteBuffer bytes = ByteBuffer.wrap(text().getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) channel.write(bytes);
        channel.force(true);
      }
      Files.move(beside, into, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      isFailing = false;
    } catch (IOException e) {
      isChanged = true;
      if (!isFailing)
        LOG.warn(
            "quotas cannot be written to {}, a restart would lose them: {}", into, e.toString());
      isFailing = true;
    }
  }

  private String text() {
    StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
    quotas.forEach((name, uses) ->
        uses.forEach((key, use) -> {
          String parts = use.text();
          if (parts.isEmpty()) return;
          text.append(name).append('\t').append(URLEncoder.encode(key, StandardCharsets.UTF_8));
          text.append('\t').append(parts).append('\n');
        }));
    return text.toString();
  }

  /** Writes what has changed; returns when it is written. */
  @Override
  public void close() {
    closed.countDown();
    if (writer == null) return;
    try {
      writer.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
