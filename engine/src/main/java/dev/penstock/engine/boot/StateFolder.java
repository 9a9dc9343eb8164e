package dev.penstock.engine.boot;

import dev.penstock.engine.control.Document;
import dev.penstock.engine.control.GatewayConfig;
import dev.penstock.engine.control.ReadResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Where a gateway keeps what must survive its end (decision 014). */
final class StateFolder {
  private StateFolder() {}

  /** The folder of a gateway that is started as a program with the configuration {@code file}. */
  static Path ofProgram(Path file, Function<String, @Nullable String> environment) {
    String service = environment.apply("STATE_DIRECTORY");
    if (service != null && !service.isEmpty()) return Path.of(service.split(":", -1)[0]);
    String base = environment.apply("XDG_STATE_HOME");
    Path home =
        base == null || base.isEmpty()
            ? Path.of(System.getProperty("user.home", "."), ".local", "state")
            : Path.of(base);
    Path absolute = file.toAbsolutePath().normalize();
    CRC32 hash = new CRC32();
    hash.update(absolute.toString().getBytes(StandardCharsets.UTF_8));
    String name = String.valueOf(absolute.getFileName()).replaceFirst("\\.[^.]*$", "");
    return home.resolve("penstock").resolve("%s-%08x".formatted(name, hash.getValue()));
  }

  /**
   * The folder for a configuration: {@code admin.state}, otherwise {@code usual}; null for memory.
   */
  static @Nullable Path of(ReadResult file, Path folder, @Nullable Path usual) {
    GatewayConfig config = file.config();
    if (config == null) {
      Path written = written(file.text());
      return written == null ? usual : folder.resolve(written);
    }
    if (config.admin() == null) return null;
    Path configured = config.admin().state();
    return configured == null ? usual : folder.resolve(configured);
  }

  /** What a file says that is refused for another reason. */
  private static @Nullable Path written(String text) {
    try {
      Object state = Document.parse(text, "").findOrNull(List.of("admin", "state"));
      return state instanceof String path && !path.contains("${") ? Path.of(path) : null;
    } catch (Document.MalformedException e) {
      return null;
    }
  }
}
