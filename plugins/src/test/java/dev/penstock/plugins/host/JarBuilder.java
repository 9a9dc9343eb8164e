package dev.penstock.plugins.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles a plugin in memory and packs it, as it should be or not. */
final class JarBuilder {
  private final Map<String, String> manifest = new LinkedHashMap<>();
  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private final List<JavaFileObject> sources = new ArrayList<>();
  private String service = "";

  static JarBuilder plugin(String id, String version) {
    JarBuilder builder = library();
    builder.manifest.put(PluginManifest.ID, id);
    builder.manifest.put(PluginManifest.VERSION, version);
    builder.manifest.put(PluginManifest.API, "1.0");
    return builder;
  }

  static JarBuilder library() {
    return new JarBuilder();
  }

  /** A plugin with one extension and one filter that answers {@code text}. */
  static JarBuilder answering(String id, String version, String filter, String text) {
    return plugin(id, version)
        .extension(
            "acme.Main",
            """
            package acme;
            import dev.penstock.engine.spi.*;
            public final class Main implements Extension {
              public record Settings(@Config.Default("") String suffix) {}
              public String name() { return "%s"; }
              public void register(Registry registry) {
                registry.filter(FilterFactory.of("%s", Settings.class, (config, scope) ->
                    FilterTemplate.inline(on -> new Answer(config.suffix()), Phase.ON_REQUEST)));
              }
              record Answer(String suffix) implements Filter {
                public Verdict onRequest(Exchange exchange) {
                  return Verdict.respond(Response.text(200, "%s" + suffix));
                }
              }
            }
            """
                .formatted(id, filter, text));
  }

  JarBuilder manifest(String name, String value) {
    manifest.put(name, value);
    return this;
  }

  JarBuilder without(String name) {
    manifest.remove(name);
    return this;
  }

  JarBuilder extension(String className, String source) {
    service += className + "\n";
    return source(className, source);
  }

  JarBuilder service(String text) {
    service = text;
    return this;
  }

  JarBuilder source(String className, String text) {
    URI uri = URI.create("string:///" + className.replace('.', '/') + ".java");
    sources.add(
        new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
          }
        });
    return this;
  }

  JarBuilder entry(String name, byte[] bytes) {
    entries.put(name, bytes);
    return this;
  }

  /** Compiles against {@code others} too, and leaves their classes out. */
  byte[] build(JarBuilder... others) {
    try {
      Map<String, byte[]> classes = compile(others);
      for (JarBuilder other : others)
        for (JavaFileObject left : other.sources)
          classes.remove(left.getName().substring(1).replace(".java", ".class"));
      return pack(classes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Writes it in one step, as one should. */
  Path write(Path file, JarBuilder... others) {
    return put(file, build(others));
  }

  static Path put(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.getParent());
      Path beside = Files.write(file.resolveSibling(file.getFileName() + ".new"), bytes);
      return Files.move(
          beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private byte[] pack(Map<String, byte[]> classes) throws IOException {
    Manifest head = new Manifest();
    head.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.forEach((name, value) -> head.getMainAttributes().putValue(name, value));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(bytes, head)) {
      if (!service.isEmpty())
        put(
            jar,
            "META-INF/services/dev.penstock.engine.spi.Extension",
            service.getBytes(StandardCharsets.UTF_8));
      for (Map.Entry<String, byte[]> each : classes.entrySet())
        put(jar, each.getKey(), each.getValue());
      for (Map.Entry<String, byte[]> each : entries.entrySet())
        put(jar, each.getKey(), each.getValue());
    }
    return bytes.toByteArray();
  }

  private static void put(JarOutputStream jar, String name, byte[] bytes) throws IOException {
    jar.putNextEntry(new JarEntry(name));
    jar.write(bytes);
  }

  private Map<String, byte[]> compile(JarBuilder... others) throws IOException {
    Map<String, ByteArrayOutputStream> out = new LinkedHashMap<>();
    List<JavaFileObject> all = new ArrayList<>(sources);
    for (JarBuilder other : others) all.addAll(other.sources);
    if (all.isEmpty()) return new LinkedHashMap<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (JavaFileManager files =
        new ForwardingJavaFileManager<>(compiler.getStandardFileManager(null, null, null)) {
          @Override
          public JavaFileObject getJavaFileForOutput(
              Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            String name = className.replace('.', '/') + ".class";
            return new SimpleJavaFileObject(URI.create("string:///" + name), kind) {
              @Override
              public ByteArrayOutputStream openOutputStream() {
                return out.computeIfAbsent(name, n -> new ByteArrayOutputStream());
              }
            };
          }
        }) {
      List<String> options =
          List.of("-proc:none", "-classpath", System.getProperty("java.class.path"));
      if (!compiler.getTask(said, files, null, options, null, all).call())
        throw new AssertionError(said.toString());
    }
    Map<String, byte[]> classes = new LinkedHashMap<>();
    out.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
    return classes;
  }
}
