package dev.penstock.plugins.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipException;

/**
 * A JAR with the libraries beside it, as it was when it was looked at. What is loaded is a copy, so
 * that the file may be replaced at any time.
 *
 * @param facts what is kept of it
 * @param bytes all of it
 * @param libraries JARs in the folder that is named like it: {@code hello.lib} beside {@code
 *     hello.jar}
 */
@SuppressWarnings("ArrayRecordComponent") // compared by its facts
record PluginJar(JarFacts facts, byte[] bytes, List<Path> libraries) {
  private static final String PACKED = "lib/";
  private static final long MAX_BYTES = 256 << 20;

  static PluginJar read(Path file) throws Refusal {
    try {
      if (Files.size(file) > MAX_BYTES)
        throw new Refusal("it is larger than 256 MiB", "pack less into it");
      return of(file, Files.readAllBytes(file));
    } catch (IOException e) {
      throw new Refusal("it cannot be read: " + e.getMessage(), "");
    }
  }

  /** A JAR that came by another way and belongs to {@code file}. */
  static PluginJar of(Path file, byte[] bytes) throws Refusal {
    try {
      String digest = HexFormat.of().formatHex(sha256().digest(bytes));
      MessageDigest all = sha256();
      List<Path> libraries = beside(file);
      for (Path library : libraries) all.update(Files.readAllBytes(library));
      String key = digest + HexFormat.of().formatHex(all.digest());
      return new PluginJar(new JarFacts(file, digest, bytes.length, key), bytes, libraries);
    } catch (IOException | UncheckedIOException e) {
      throw new Refusal("its libraries cannot be read: " + e.getMessage(), "");
    }
  }

  /** Times and sizes: as long as they are the same, so is the key. */
  static String stamp(Path file) throws IOException {
    StringBuilder all = new StringBuilder();
    stamp(file, all);
    for (Path library : beside(file)) stamp(library, all);
    return all.toString();
  }

  private static void stamp(Path file, StringBuilder out) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    out.append(file)
        .append(' ')
        .append(attributes.lastModifiedTime())
        .append(' ')
        .append(attributes.size())
        .append(' ')
        .append(attributes.fileKey())
        .append('\n');
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static List<Path> beside(Path file) throws IOException {
    String name = file.getFileName().toString();
    Path folder = file.resolveSibling(name.substring(0, name.length() - ".jar".length()) + ".lib");
    if (!Files.isDirectory(folder)) return List.of();
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(each -> each.toString().endsWith(".jar")).sorted().toList();
    }
  }

  /**
   * Writes all of it to an empty folder.
   *
   * @return the class path: the JAR, what it packs, what lies beside
   * @throws Refusal when it is no JAR
   */
  List<Path> copyTo(Path folder) throws IOException, Refusal {
    List<Path> classPath = new ArrayList<>();
    Path copy = Files.write(folder.resolve("plugin.jar"), bytes);
    classPath.add(copy);
    try (JarFile jar = new JarFile(copy.toFile())) {
      Enumeration<JarEntry> entries = jar.entries();
      while (entries.hasMoreElements()) {
        JarEntry entry = entries.nextElement();
        String name = entry.getName();
        if (!name.startsWith(PACKED) || !name.endsWith(".jar")) continue;
        // The name is the archive's own word: it must not lead out of the folder.
        Path target = folder.resolve("packed-" + classPath.size() + ".jar");
        try (InputStream in = jar.getInputStream(entry)) {
          Files.copy(in, target);
        }
        classPath.add(target);
      }
    } catch (ZipException e) {
      throw new Refusal("it is not a whole JAR: " + e.getMessage(), "copy it again");
    }
    for (Path library : libraries)
      classPath.add(Files.copy(library, folder.resolve("beside-" + classPath.size() + ".jar")));
    return classPath;
  }
}
