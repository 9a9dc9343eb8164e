package dev.penstock.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Builds a plugin sample. */
final class SampleJar {
  static final Path SAMPLES = Path.of("plugins");

  private SampleJar() {}

  /** What {@code mvn package} does: compiles, and packs with the manifest that the POM has. */
  static byte[] of(String sample, Path folder) throws IOException {
    Path project = SAMPLES.resolve(sample);
    Path classes = Files.createDirectories(folder.resolve("classes-" + sample));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
        Stream<Path> all = Files.walk(project.resolve("src/main/java"))) {
      List<Path> sources = all.filter(each -> each.toString().endsWith(".java")).toList();
      List<String> options =
          List.of(
              "-proc:none",
              "-d",
              classes.toString(),
              "-classpath",
              System.getProperty("java.class.path"));
      assertThat(
              compiler
                  .getTask(
                      said, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
                  .call())
          .as(said::toString)
          .isTrue();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream archive = new JarOutputStream(bytes, manifest(project))) {
      addAll(classes, archive);
      addAll(project.resolve("src/main/resources"), archive);
    }
    return bytes.toByteArray();
  }

  private static Manifest manifest(Path project) throws IOException {
    String pom = Files.readString(project.resolve("pom.xml"));
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    Matcher entry = Pattern.compile("<(Penstock-[A-Za-z-]+)>([^<]+)</").matcher(pom);
    while (entry.find())
      manifest
          .getMainAttributes()
          .putValue(entry.group(1), entry.group(2).replace("${project.version}", "1.0.0"));
    return manifest;
  }

  private static void addAll(Path root, JarOutputStream archive) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        archive.putNextEntry(new JarEntry(root.relativize(file).toString()));
        Files.copy(file, archive);
      }
    }
  }
}
