package dev.penstock.engine.control;

import dev.penstock.engine.spi.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Contents of scripts by name and version. A version is named after what it holds and never
 * changes; it appears whole or not at all. Thread-safe.
 */
public final class ScriptStore {
  private static final int KEPT = 50;

  private final @Nullable Path given;
  private @Nullable Path folder;

  /**
   * A version without its files.
   *
   * @param version the first 16 hexadecimal digits of the SHA-256 of its files
   */
  public record Version(
      String version,
      long createdMillis,
      String actor,
      String note,
      long bytes,
      List<String> fileNames) {}

  private ScriptStore(@Nullable Path folder) {
    this.given = folder;
  }

  /** A store below {@code state}; without one, in a folder that goes with the process. */
  public static ScriptStore in(@Nullable Path state) {
    return new ScriptStore(state == null ? null : state.resolve("scripts"));
  }

  /** Whether a bundle may have this name: it is that of a folder too. */
  public static boolean isName(String text) {
    return text.matches("[a-z0-9][a-z0-9_-]{0,63}");
  }

  private synchronized Path folder() throws IOException {
    Path known = folder;
    if (known != null) return known;
    Path made = given;
    if (made == null) {
      made = Files.createTempDirectory("penstock-scripts");
      Path temporary = made;
      Runtime.getRuntime().addShutdownHook(new Thread(() -> deleteQuietly(temporary)));
    }
    folder = made;
    return made;
  }

  private static void deleteQuietly(Path folder) {
    try {
      delete(folder);
    } catch (IOException e) {
      // The system clears its folder of temporary files some time.
    }
  }

  /** The folder of a version. */
  public Path place(String name, String version) throws IOException {
    return folder().resolve(name).resolve(version);
  }

  /** What a version with these files is called. */
  public static String version(SortedMap<String, byte[]> files) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      files.forEach((name, bytes) -> {
        digest.update((name + "\0" + bytes.length + "\0").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
      });
      return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /**
   * Writes files for looking at them; the caller removes them with {@link #forgetDraft}.
   *
   * @return the module, or the folder when there are several files
   */
  public Path draft(SortedMap<String, byte[]> files) throws IOException {
    Path drafts = folder().resolve(".drafts");
    DurableFile.createFolder(drafts);
    Path draft = Files.createTempDirectory(drafts, "draft").resolve("script");
    write(draft, files);
    return entry(draft, files.keySet());
  }

  /** Removes what {@link #draft} wrote. */
  public void forgetDraft(Path draft) throws IOException {
    Path drafts = folder().resolve(".drafts");
    Path below = drafts.relativize(draft);
    delete(drafts.resolve(below.getName(0)));
  }

  private static void write(Path into, SortedMap<String, byte[]> files) throws IOException {
    for (Map.Entry<String, byte[]> each : files.entrySet()) {
      Path file = into.resolve(each.getKey()).normalize();
      if (!file.startsWith(into) || file.equals(into))
        throw new IOException(each.getKey() + " leads out of the bundle");
      DurableFile.write(file, each.getValue());
    }
  }

  private static Path entry(Path of, Set<String> names) {
    return names.size() == 1 ? of.resolve(names.iterator().next()) : of;
  }

  /**
   * Keeps a version; one that is there already stays as it is.
   *
   * @return whether it is new
   */
  public synchronized boolean keep(
      String name, SortedMap<String, byte[]> files, String actor, String note, long nowMillis)
      throws IOException {
    String version = version(files);
    Path place = folder().resolve(name).resolve(version);
    if (Files.exists(place.resolve("version.json"))) return false;
    delete(place);
    write(place.resolve("files"), files);
    long bytes = files.values().stream().mapToLong(each -> each.length).sum();
    Map<String, Object> head = new TreeMap<>();
    head.put("created-at", nowMillis);
    head.put("actor", actor);
    head.put("note", note);
    head.put("bytes", bytes);
    head.put("files", List.copyOf(files.keySet()));
    // Last: without it, nothing of the rest is looked at.
    DurableFile.write(
        place.resolve("version.json"), Json.write(head).getBytes(StandardCharsets.UTF_8));
    return true;
  }

  /** Names of the bundles that have versions. */
  public List<String> names() throws IOException {
    if (!Files.isDirectory(folder())) return List.of();
    try (Stream<Path> all = Files.list(folder())) {
      return all.map(each -> String.valueOf(each.getFileName()))
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    }
  }

  /** Newest first. */
  public List<Version> versions(String name) throws IOException {
    Path place = folder().resolve(name);
    if (!Files.isDirectory(place)) return List.of();
    List<Version> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(place)) {
      for (Path each : (Iterable<Path>) all::iterator) {
        Version version = read(each);
        if (version != null) found.add(version);
      }
    }
    found.sort(
        Comparator.comparingLong(Version::createdMillis)
            .thenComparing(Version::version)
            .reversed());
    return found;
  }

  private static @Nullable Version read(Path place) throws IOException {
    Path head = place.resolve("version.json");
    if (!Files.exists(head)) return null;
    try {
      if (!(Document.parse(Files.readString(head), head.toString()).tree()
          instanceof Map<?, ?> map)) return null;
      List<String> names = new ArrayList<>();
      if (map.get("files") instanceof List<?> list)
        for (Object each : list) names.add(String.valueOf(each));
      return new Version(
          String.valueOf(place.getFileName()),
          map.get("created-at") instanceof Number n ? n.longValue() : 0,
          String.valueOf(map.get("actor")),
          String.valueOf(map.get("note")),
          map.get("bytes") instanceof Number n ? n.longValue() : 0,
          names);
    } catch (Document.MalformedException e) {
      throw new IOException(head + " is broken", e);
    }
  }

  /** The files of a version, by name; null when it is not kept. */
  public @Nullable SortedMap<String, byte[]> files(String name, String version) throws IOException {
    Path place = folder().resolve(name).resolve(version);
    Version head = read(place);
    if (head == null) return null;
    SortedMap<String, byte[]> files = new TreeMap<>();
    for (String each : head.fileNames())
      files.put(each, Files.readAllBytes(place.resolve("files").resolve(each)));
    return files;
  }

  /**
   * The module of a version, or its folder.
   *
   * @throws ConfigException when it is not kept, or is not what it was
   */
  public Path find(String name, String version) {
    if (!isName(name))
      throw new ConfigException(
          "a script with versions is named with lower-case letters, digits, - and _, not \""
              + name
              + "\"");
    try {
      SortedMap<String, byte[]> files = files(name, version);
      if (files == null)
        throw new ConfigException(
            "script \"" + name + "\" has no version " + version + " here; deploy it, or roll back");
      if (!version(files).equals(version))
        throw new ConfigException(
            "version " + version + " of script \"" + name + "\" is broken on disk; deploy it anew");
      return entry(folder().resolve(name).resolve(version).resolve("files"), files.keySet());
    } catch (IOException e) {
      throw new ConfigException("script \"" + name + "\" cannot be read: " + e.getMessage());
    }
  }

  /** Forgets a version. */
  public synchronized void remove(String name, String version) throws IOException {
    Path head = folder().resolve(name).resolve(version).resolve("version.json");
    Files.deleteIfExists(head);
    delete(folder().resolve(name).resolve(version));
  }

  /** Forgets a bundle. */
  public synchronized void remove(String name) throws IOException {
    delete(folder().resolve(name));
  }

  /** Forgets the oldest versions past the last fifty, but none of {@code used}. */
  public synchronized void prune(String name, Set<String> used) throws IOException {
    List<Version> all = versions(name);
    for (int i = KEPT; i < all.size(); i++)
      if (!used.contains(all.get(i).version())) remove(name, all.get(i).version());
  }

  private static void delete(Path place) throws IOException {
    if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) return;
    try (Stream<Path> all = Files.walk(place)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(each);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
