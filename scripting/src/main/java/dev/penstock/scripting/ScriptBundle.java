package dev.penstock.scripting;

import dev.penstock.engine.spi.ConfigException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A module and all that it imports, read once and kept in memory under the hash of its content.
 * Immutable.
 *
 * <p>Holds only files that some {@code import} with a literal specifier reaches from the entry, so
 * a folder with a large {@code node_modules} stays small. Links that lead out of the bundle's
 * folder are not followed.
 */
final class ScriptBundle {
  private static final int MAX_FILES = 10_000;
  private static final long MAX_BYTES = 64L << 20;
  // Reads too much (comments, strings), never too little; what cannot be resolved is left to the
  // real parser.
  private static final Pattern SPECIFIER =
      Pattern.compile(
          "\\b(?:from|import)\\s*\\(?\\s*(?:/\\*[^*]*\\*/\\s*)?([\"'])([^\"'\\r\\n]+)\\1");
  private static final Pattern WORD = Pattern.compile("[A-Za-z_$][\\w$]*");
  private static final Pattern TEXT =
      Pattern.compile(".*\\.(?:txt|html|htm|md|css|sql|svg|xml|csv)");

  private final String name;
  private final String entry;
  private final String id;
  private final Map<String, byte[]> files;
  private final Map<String, String> written;
  private final List<Path> diskFiles;
  private final ModuleResolver resolver;
  private @Nullable Set<String> words;

  private ScriptBundle(
      String name,
      String entry,
      Map<String, byte[]> files,
      Map<String, String> written,
      List<Path> diskFiles) {
    this.name = name;
    this.entry = entry;
    this.files = files;
    this.written = written;
    this.diskFiles = diskFiles;
    this.id = hash(entry, files);
    this.resolver = new ModuleResolver(new MemoryTree(files));
  }

  /**
   * Reads the module {@code path}, or the folder that {@code path} is.
   *
   * @throws ConfigException when there is no such module
   */
  static ScriptBundle read(Path path, SourceRewriter rewriter) {
    try {
      Path real = path.toRealPath();
      boolean isFolder = Files.isDirectory(real);
      String shown = String.valueOf(real.getFileName());
      Path parent = real.getParent();
      Path root = isFolder || parent == null ? real : parent;
      DiskTree tree = new DiskTree(root, isFolder ? "/" + shown : "");
      ModuleResolver resolver = new ModuleResolver(tree);
      String entry = isFolder ? resolver.entry(tree.prefix) : "/" + shown;
      if (entry == null) {
        throw new ConfigException(
            "the folder " + path + " has no entry: add index.js, or \"main\" to its package.json");
      }
      return collect(shown, entry, tree, resolver, rewriter);
    } catch (NoSuchFileException e) {
      throw new ConfigException("there is no file " + path, null, e);
    } catch (IOException e) {
      throw new ConfigException("cannot read " + path + ": " + e.getMessage(), null, e);
    }
  }

  /** A bundle of sources that are in memory already, {@code /main.js} for instance. */
  static ScriptBundle of(
      String name, String entry, Map<String, String> sources, SourceRewriter rewriter) {
    Map<String, byte[]> files = new TreeMap<>();
    Map<String, String> written = new TreeMap<>();
    sources.forEach((path, text) -> {
      files.put(path, rewritten(path, text, rewriter).getBytes(StandardCharsets.UTF_8));
      if (TypeScript.isTypeScript(path)) written.put(path, text);
    });
    return new ScriptBundle(name, entry, files, written, List.of());
  }

  /** The same with one more file, which no import of the disk can mean. */
  ScriptBundle with(String path, String text) {
    Map<String, byte[]> more = new TreeMap<>(files);
    more.put(path, text.getBytes(StandardCharsets.UTF_8));
    return new ScriptBundle(name, entry, more, written, diskFiles);
  }

  /** The words of its sources, comments and all: a global that is not among them is hardly used. */
  synchronized Set<String> words() {
    Set<String> known = words;
    if (known != null) return known;
    Set<String> all = new HashSet<>();
    for (byte[] bytes : files.values()) {
      Matcher word = WORD.matcher(new String(bytes, StandardCharsets.UTF_8));
      while (word.find()) all.add(word.group());
    }
    words = all;
    return all;
  }

  /** Makes JavaScript of what is not, a TypeScript source for instance. */
  interface SourceRewriter {
    String rewrite(String path, String text);
  }

  private static ScriptBundle collect(
      String name, String entry, DiskTree tree, ModuleResolver resolver, SourceRewriter rewriter)
      throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    Map<String, String> written = new TreeMap<>();
    Deque<String> todo = new ArrayDeque<>(List.of(entry));
    long size = 0;
    while (!todo.isEmpty()) {
      String path = todo.pop();
      if (files.containsKey(path)) continue;
      String text = tree.text(path);
      String code = rewritten(path, text, rewriter);
      byte[] bytes = code.getBytes(StandardCharsets.UTF_8);
      files.put(path, bytes);
      if (TypeScript.isTypeScript(path)) written.put(path, text);
      size += bytes.length;
      if (files.size() > MAX_FILES || size > MAX_BYTES) {
        throw new ConfigException(
            name + " imports too much: more than " + MAX_FILES + " files or 64 MiB");
      }
      if (path.endsWith(".json") || TEXT.matcher(path).matches()) continue;
      Matcher found = SPECIFIER.matcher(code); // of TypeScript, without the imports of types
      while (found.find()) {
        String imported = resolver.resolve(path, found.group(2));
        if (imported != null) todo.add(imported);
      }
      if (tree.isFile(path + ".map"))
        files.put(path + ".map", tree.text(path + ".map").getBytes(StandardCharsets.UTF_8));
    }
    tree.manifests.forEach(
        (path, text) -> files.putIfAbsent(path, text.getBytes(StandardCharsets.UTF_8)));
    return new ScriptBundle(name, entry, files, written, List.copyOf(tree.touched.values()));
  }

  private static String rewritten(String path, String text, SourceRewriter rewriter) {
    if (TypeScript.isTypeScript(path)) return rewriter.rewrite(path, text);
    return TEXT.matcher(path).matches() ? "export default " + Json.quoted(text) + ";\n" : text;
  }

  /** How people call it: the name of its file or folder. */
  String name() {
    return name;
  }

  /** Path of the module whose exports are the handlers. */
  String entry() {
    return entry;
  }

  /** Twelve hexadecimal digits of the hash of all its content. */
  String id() {
    return id;
  }

  /** The real files it was read from; a change of one makes another bundle. */
  List<Path> diskFiles() {
    return diskFiles;
  }

  boolean contains(String path) {
    return files.containsKey(path);
  }

  byte[] bytes(String path) {
    byte[] bytes = files.get(path);
    if (bytes == null) throw new IllegalArgumentException("not in this bundle: " + path);
    return bytes;
  }

  /** Text of the file, or null when the bundle has no such file. */
  @Nullable String text(String path) {
    byte[] bytes = files.get(path);
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }

  /** A source as its author wrote it, where what runs differs from that; else null. */
  @Nullable String written(String path) {
    return written.get(path);
  }

  boolean hasTypeScript() {
    return !written.isEmpty();
  }

  /** The file that {@code specifier} means in the module {@code referrer}, or null. */
  @Nullable String resolve(String referrer, String specifier) {
    return resolver.resolve(referrer, specifier);
  }

  private static String hash(String entry, Map<String, byte[]> files) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(entry.getBytes(StandardCharsets.UTF_8));
      files.forEach((path, bytes) -> {
        digest.update(("\0" + path + "\0" + bytes.length + "\0").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
      });
      return HexFormat.of().formatHex(digest.digest(), 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static @Nullable Map<String, Object> object(String path, @Nullable String text) {
    if (text == null) return null;
    try {
      @SuppressWarnings("unchecked") // Json makes such maps only
      Map<String, Object> map =
          Json.parse(text) instanceof Map<?, ?> json ? (Map<String, Object>) json : null;
      return map;
    } catch (IllegalArgumentException e) {
      throw new ConfigException(String.valueOf(e.getMessage()), path.substring(1), e);
    }
  }

  /** The files of a finished bundle. */
  private record MemoryTree(Map<String, byte[]> files) implements ModuleResolver.Tree {
    @Override
    public boolean isFile(String path) {
      return files.containsKey(path);
    }

    @Override
    public @Nullable Map<String, Object> json(String path) {
      byte[] bytes = files.get(path);
      return bytes == null ? null : object(path, new String(bytes, StandardCharsets.UTF_8));
    }
  }

  /** The files below one folder, as long as their real places are below it too. */
  private static final class DiskTree implements ModuleResolver.Tree {
    private final Path root;
    private final String prefix;
    private final Map<String, String> manifests = new TreeMap<>();
    private final Map<String, Path> touched = new TreeMap<>();
    private final Map<String, Boolean> known = new HashMap<>();

    DiskTree(Path root, String prefix) {
      this.root = root;
      this.prefix = prefix;
    }

    @Override
    public boolean isFile(String path) {
      return known.computeIfAbsent(path, p -> place(p) != null);
    }

    @Override
    public @Nullable Map<String, Object> json(String path) {
      if (!isFile(path)) return null;
      try {
        String text = text(path);
        manifests.put(path, text);
        return object(path, text);
      } catch (IOException e) {
        throw new ConfigException("cannot read " + path + ": " + e.getMessage(), null, e);
      }
    }

    String text(String path) throws IOException {
      Path place = place(path);
      if (place == null) throw new NoSuchFileException(path);
      touched.put(path, place);
      return Files.readString(place);
    }

    private @Nullable Path place(String path) {
      if (!path.startsWith(prefix + "/") || path.indexOf('\0') >= 0) return null;
      Path place = root.resolve(path.substring(prefix.length() + 1));
      try {
        return Files.isRegularFile(place) && place.toRealPath().startsWith(root) ? place : null;
      } catch (IOException e) {
        return null;
      }
    }
  }

  /** All files, for the list of a version's content. */
  List<String> paths() {
    return new ArrayList<>(files.keySet());
  }
}
