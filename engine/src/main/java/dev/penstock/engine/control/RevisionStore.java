package dev.penstock.engine.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The last revisions, in a folder or in memory.
 *
 * <p>A revision is a file: the SHA-256 of what follows, its head as one line of JSON, its text. It
 * is written before it is switched in, and named in {@code current} after: a crash in between
 * leaves the one before. A file whose sum is wrong is set aside as {@code *.broken}. Not
 * thread-safe.
 */
public final class RevisionStore {
  private static final Logger LOG = LogManager.getLogger(RevisionStore.class);
  private static final int KEPT = 100;
  private static final String ENDING = ".revision";

  private final @Nullable Path folder;
  private final TreeMap<Long, Revision> revisions = new TreeMap<>();
  private final Map<Long, String> texts = new HashMap<>();
  private long current;
  private long highest;

  private RevisionStore(@Nullable Path folder) {
    this.folder = folder;
  }

  /** Keeps nothing over the end of the process. */
  public static RevisionStore inMemory() {
    return new RevisionStore(null);
  }

  /**
   * What {@code folder} holds; it is made when something is kept.
   *
   * @throws IOException when it cannot be read
   */
  public static RevisionStore in(Path folder) throws IOException {
    RevisionStore store = new RevisionStore(folder.resolve("revisions"));
    store.load();
    return store;
  }

  private void load() throws IOException {
    Path of = folder;
    if (of == null || !Files.isDirectory(of)) return;
    List<Path> files;
    try (Stream<Path> all = Files.list(of)) {
      files = all.filter(file -> file.getFileName().toString().endsWith(ENDING)).toList();
    }
    for (Path file : files) {
      Stored stored = read(file);
      if (stored != null) revisions.put(stored.revision.number(), stored.revision);
    }
    long named = namedCurrent(of.resolve("current"));
    highest = revisions.isEmpty() ? named : Math.max(named, revisions.lastKey());
    Long newest = named == 0 ? null : revisions.floorKey(named);
    current = newest == null ? 0 : newest;
    // Written, but never in force: its author has seen no answer.
    for (long number : List.copyOf(revisions.tailMap(current, false).keySet())) drop(number);
  }

  private static long namedCurrent(Path file) throws IOException {
    if (!Files.exists(file)) return 0;
    try {
      return Long.parseLong(Files.readString(file).strip());
    } catch (NumberFormatException e) {
      LOG.error("{} is broken; the newest revision is taken", file);
      return Long.MAX_VALUE;
    }
  }

  private record Stored(Revision revision, String text) {}

  /** Null when the file is not what was written; then it is out of the way. */
  private static @Nullable Stored read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int lineEnd = indexOf(bytes, (byte) '\n', 0);
    if (lineEnd > 0) {
      byte[] rest = Arrays.copyOfRange(bytes, lineEnd + 1, bytes.length);
      String sum = new String(bytes, 0, lineEnd, StandardCharsets.ISO_8859_1);
      int headEnd = indexOf(rest, (byte) '\n', 0);
      if (headEnd > 0 && sum.equals("sha256:" + DurableFile.digest(rest))) {
        String head = new String(rest, 0, headEnd, StandardCharsets.UTF_8);
        String text =
            new String(rest, headEnd + 1, rest.length - headEnd - 1, StandardCharsets.UTF_8);
        Revision revision = head(head);
        if (revision != null) return new Stored(revision, text);
      }
    }
    Path aside = file.resolveSibling(file.getFileName() + ".broken");
    LOG.error("{} is not as it was written; it is now {}", file, aside.getFileName());
    Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
    return null;
  }

  private static int indexOf(byte[] bytes, byte wanted, int from) {
    for (int i = from; i < bytes.length; i++) if (bytes[i] == wanted) return i;
    return -1;
  }

  private static @Nullable Revision head(String json) {
    try {
      if (!(Document.parse(json, "head").tree() instanceof Map<?, ?> map)) return null;
      Object of = map.get("of");
      return new Revision(
          number(map, "number"),
          number(map, "at"),
          text(map, "actor"),
          Revision.Source.valueOf(text(map, "source").toUpperCase(Locale.ROOT)),
          text(map, "note"),
          Math.toIntExact(number(map, "bytes")),
          text(map, "digest"),
          of instanceof Number n ? n.longValue() : null,
          text(map, "file-digest"));
    } catch (Document.MalformedException | IllegalArgumentException e) {
      return null;
    }
  }

  private static long number(Map<?, ?> map, String key) {
    if (map.get(key) instanceof Number number) return number.longValue();
    throw new IllegalArgumentException(key);
  }

  private static String text(Map<?, ?> map, String key) {
    return map.get(key) instanceof String text ? text : "";
  }

  /** What is in force, or was when the process ended; null before the first. */
  public @Nullable Revision current() {
    return revisions.get(current);
  }

  public @Nullable Revision find(long number) {
    return revisions.get(number);
  }

  /** Oldest first. */
  public List<Revision> all() {
    return new ArrayList<>(revisions.values());
  }

  /**
   * The document of a revision.
   *
   * @throws IOException when its file is gone or broken
   */
  public String text(long number) throws IOException {
    Path of = folder;
    String known = texts.get(number);
    if (known != null) return known;
    if (of == null) throw new IOException("revision " + number + " is gone");
    Stored stored = read(of.resolve(name(number)));
    if (stored == null) throw new IOException("revision " + number + " is broken");
    return stored.text;
  }

  /** Keeps a revision that is not in force yet; it has the next number. */
  Revision keep(Revision.Author author, String text, String fileDigest, long atMillis)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Revision revision =
        new Revision(
            highest + 1,
            atMillis,
            author.actor(),
            author.source(),
            author.note(),
            bytes.length,
            "sha256:" + DurableFile.digest(bytes),
            author.of(),
            fileDigest);
    Path of = folder;
    if (of == null) texts.put(revision.number(), text);
    else write(of.resolve(name(revision.number())), revision, bytes);
    revisions.put(revision.number(), revision);
    highest = revision.number();
    return revision;
  }

  private static void write(Path file, Revision revision, byte[] text) throws IOException {
    Map<String, @Nullable Object> head = new LinkedHashMap<>();
    head.put("number", revision.number());
    head.put("at", revision.atMillis());
    head.put("actor", revision.actor());
    head.put("source", revision.source().text());
    head.put("note", revision.note());
    head.put("bytes", revision.bytes());
    head.put("digest", revision.digest());
    head.put("of", revision.of());
    head.put("file-digest", revision.fileDigest());
    byte[] line = (Json.line(head) + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] rest = Arrays.copyOf(line, line.length + text.length);
    System.arraycopy(text, 0, rest, line.length, text.length);
    byte[] sum =
        ("sha256:" + DurableFile.digest(rest) + "\n").getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = Arrays.copyOf(sum, sum.length + rest.length);
    System.arraycopy(rest, 0, all, sum.length, rest.length);
    DurableFile.write(file, all);
  }

  /** This revision is in force; the oldest leave. */
  void inForce(Revision revision) throws IOException {
    Path of = folder;
    if (of != null)
      DurableFile.write(
          of.resolve("current"), (revision.number() + "\n").getBytes(StandardCharsets.ISO_8859_1));
    current = revision.number();
    while (revisions.size() > KEPT) drop(revisions.firstKey());
  }

  /** Forgets a revision that never was in force, or is too old. */
  void drop(long number) {
    revisions.remove(number);
    texts.remove(number);
    Path of = folder;
    if (of == null) return;
    try {
      Files.deleteIfExists(of.resolve(name(number)));
    } catch (IOException e) {
      LOG.warn("revision {} cannot be removed: {}", number, e.getMessage());
    }
  }

  private static String name(long number) {
    return "%09d".formatted(number) + ENDING;
  }
}
