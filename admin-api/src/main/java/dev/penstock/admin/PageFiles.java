package dev.penstock.admin;

import dev.penstock.engine.control.DurableFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Files of a page, from the class path. Anybody may have them: they hold no secret. The page may
 * load and ask nothing but this server.
 */
final class PageFiles {
  /** The dashboard's editor places each line by a style of its own; nothing else is inline. */
  static final String STYLES_INLINE = "'self' 'unsafe-inline'";

  static final String STYLES_FROM_FILES = "'self'";

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src %s; img-src 'self' data:; font-src 'self';"
          + " connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none';"
          + " form-action 'none'; frame-ancestors 'none'";
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("mjs", "text/javascript; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("json", "application/json; charset=utf-8"),
          Map.entry("map", "application/json; charset=utf-8"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("ttf", "font/ttf"),
          Map.entry("ts", "text/plain; charset=utf-8"),
          Map.entry("txt", "text/plain; charset=utf-8"),
          Map.entry("webmanifest", "application/manifest+json"));

  private final String folder;
  private final String policy;
  private final Map<String, Optional<Stored>> known = new ConcurrentHashMap<>();

  private record Stored(byte[] bytes, String etag) {}

  /**
   * @param folder on the class path, with a slash at its end
   * @param styles where styles may come from
   */
  PageFiles(String folder, String styles) {
    this.folder = folder;
    this.policy = POLICY.formatted(styles);
  }

  /** The page at {@code /}; what is no file is a view of it. */
  List<Operation> operations() {
    return List.of(
        Operation.get("/", null, "The dashboard", call -> file(call, "index.html")),
        Operation.get("/{path…}", null, "Files of the dashboard", this::fileOrView));
  }

  private Answer fileOrView(Call call) {
    String path = call.path("path");
    boolean isView = !path.startsWith("api/") && !path.contains(".");
    return file(call, isView ? "index.html" : path);
  }

  Answer file(Call call, String path) {
    int dot = path.lastIndexOf('.');
    String type = dot < 0 ? null : TYPES.get(path.substring(dot + 1));
    Stored stored = type == null || !isPlain(path) ? null : find(path);
    if (stored == null || type == null) throw Problem.notFound("there is nothing at /" + path);
    String given = call.header("If-None-Match");
    boolean isKnown = given != null && given.contains(stored.etag);
    Answer answer = isKnown ? Answer.empty(304) : Answer.bytes(type, stored.bytes);
    return answer
        .etag(stored.etag)
        .header("Cache-Control", "no-cache")
        .header("Content-Security-Policy", policy)
        .header("X-Frame-Options", "DENY");
  }

  private static boolean isPlain(String path) {
    return !path.startsWith("/")
        && !path.contains("..")
        && !path.contains("//")
        && path.matches("[A-Za-z0-9._/@-]+");
  }

  private @Nullable Stored find(String path) {
    // Only what is there is kept, so that guesses do not fill the memory.
    Optional<Stored> stored = known.get(path);
    if (stored == null) {
      stored = load(path);
      if (stored.isPresent()) known.put(path, stored);
    }
    return stored.orElse(null);
  }

  private Optional<Stored> load(String path) {
    try (InputStream in = PageFiles.class.getClassLoader().getResourceAsStream(folder + path)) {
      if (in == null) return Optional.empty();
      byte[] bytes = in.readAllBytes();
      return Optional.of(new Stored(bytes, '"' + DurableFile.digest(bytes).substring(0, 16) + '"'));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
