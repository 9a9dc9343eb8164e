package dev.penstock.plugins.access;

import com.maxmind.db.DatabaseRecord;
import com.maxmind.db.Reader;
import dev.penstock.engine.spi.ConfigException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One file in MaxMind's format, mapped into memory. Thread-safe. */
final class GeoDatabase implements AutoCloseable {
  private final Path file;
  private final Reader reader;

  private GeoDatabase(Path file, Reader reader) {
    this.file = file;
    this.reader = reader;
  }

  /**
   * Opens {@code file} and looks something up, so that what is broken is noticed before it serves.
   *
   * @throws ConfigException when it cannot be used
   */
  static GeoDatabase open(Path file) {
    if (!Files.isReadable(file)) {
      throw new ConfigException("there is no readable file %s".formatted(file));
    }
    Reader reader;
    try {
      reader = new Reader(file.toFile(), Reader.FileMode.MEMORY_MAPPED);
    } catch (IOException | RuntimeException e) {
      throw unusable(file, e);
    }
    GeoDatabase database = new GeoDatabase(file, reader);
    try {
      database.check();
      return database;
    } catch (IOException | RuntimeException e) {
      database.close();
      throw unusable(file, e);
    }
  }

  private static ConfigException unusable(Path file, Exception e) {
    return new ConfigException(
        "%s is no usable database: %s; fetch it again".formatted(file, e.getMessage()));
  }

  private void check() throws IOException {
    for (int first = 1; first < 224; first += 37) {
      lookUp(InetAddress.getByAddress(new byte[] {(byte) first, 1, 1, 1}));
    }
  }

  /** What is known of {@code address}, or null. */
  @Nullable Map<?, ?> find(InetAddress address) throws IOException {
    try {
      return lookUp(address);
    } catch (IOException | RuntimeException e) {
      throw new IOException(file + " is damaged: " + e, e);
    }
  }

  private @Nullable Map<?, ?> lookUp(InetAddress address) throws IOException {
    if (address.getAddress().length == 16 && reader.getMetadata().ipVersion() == 4) return null;
    DatabaseRecord<?> record = reader.getRecord(address, Map.class);
    return record == null ? null : (Map<?, ?>) record.data();
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
