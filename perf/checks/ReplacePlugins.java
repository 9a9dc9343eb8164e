import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * Puts version after version of a plugin into a folder, tells the gateway, and waits until the new
 * one answers; run by {@code replace-plugins.sh}. Looks at the memory of classes after half of them
 * and at the end, each time after a collection.
 */
public final class ReplacePlugins {
  private static final String SOURCE =
      """
      package acme;
      import dev.penstock.engine.spi.*;
      public final class Versioned implements Extension {
        public record Settings() {}
        private static final ThreadLocal<Object> SEEN = ThreadLocal.withInitial(Versioned::new);
        public String name() { return "versioned"; }
        public void register(Registry registry) {
          registry.filter(FilterFactory.of("versioned", Settings.class, (settings, scope) -> {
            String version = version();
            return FilterTemplate.inline(worker -> new Answer(version), Phase.ON_REQUEST);
          }));
        }
        static String version() {
          try (var in = Versioned.class.getResourceAsStream("/version.txt")) {
            return new String(in.readAllBytes());
          } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        }
        record Answer(String version) implements Filter {
          public Verdict onRequest(Exchange exchange) {
            SEEN.get();
            return Verdict.respond(Response.text(200, version));
          }
        }
      }
      """;

  private ReplacePlugins() {}

  public static void main(String[] arguments) throws Exception {
    Path plugins = Path.of(arguments[1]);
    Path classes = plugins.resolveSibling("classes");
    if (arguments[0].equals("first")) {
      compile(classes);
      put(plugins, classes, 0);
      return;
    }
    URI uri = URI.create("http://" + arguments[2] + "/");
    String process = arguments[3];
    int replacements = Integer.parseInt(arguments[4]);
    long early = 0;
    long began = System.nanoTime();
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int version = 1; version <= replacements; version++) {
        put(plugins, classes, version);
        run("kill", "-HUP", process);
        await(client, uri, String.valueOf(version));
        if (version == Math.max(1, replacements / 2)) early = metaspaceKib(process);
      }
    }
    double perReplacementMs = (System.nanoTime() - began) / 1e6 / replacements;
    long late = metaspaceKib(process);
    System.out.printf(
        "%d replacements, %.0f ms each; classes use %d KiB after half of them, %d KiB at the end%n",
        replacements, perReplacementMs, early, late);
    if (late > early + early / 20) {
      System.out.println("the memory of classes grows");
      System.exit(1);
    }
  }

  private static void compile(Path classes) throws IOException {
    Files.createDirectories(classes);
    Path source = Files.writeString(classes.resolveSibling("Versioned.java"), SOURCE);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    String classPath = System.getProperty("java.class.path");
    List<String> options = List.of("-d", classes.toString(), "-cp", classPath, source.toString());
    int result = compiler.run(null, null, null, options.toArray(String[]::new));
    if (result != 0) throw new IOException("the plugin does not compile");
  }

  private static void put(Path plugins, Path classes, int version) throws IOException {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.putValue("Penstock-Plugin-Id", "versioned");
    main.putValue("Penstock-Plugin-Version", "1.0." + version);
    main.putValue("Penstock-Api", "1.0");
    Path beside = plugins.resolve("versioned.new");
    try (OutputStream out = Files.newOutputStream(beside);
        JarOutputStream jar = new JarOutputStream(out, manifest)) {
      add(jar, "version.txt", String.valueOf(version).getBytes(StandardCharsets.US_ASCII));
      add(
          jar,
          "META-INF/services/dev.penstock.engine.spi.Extension",
          "acme.Versioned\n".getBytes(StandardCharsets.US_ASCII));
      try (var files = Files.list(classes.resolve("acme"))) {
        for (Path file : (Iterable<Path>) files::iterator)
          add(jar, "acme/" + file.getFileName(), Files.readAllBytes(file));
      }
    }
    Files.move(beside, plugins.resolve("versioned.jar"), StandardCopyOption.REPLACE_EXISTING);
  }

  private static void add(JarOutputStream jar, String name, byte[] bytes) throws IOException {
    jar.putNextEntry(new JarEntry(name));
    jar.write(bytes);
  }

  private static void await(HttpClient client, URI uri, String version) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    HttpRequest request = HttpRequest.newBuilder(uri).build();
    String body = "";
    while (System.nanoTime() < until) {
      body = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
      if (body.equals(version)) return;
      TimeUnit.MILLISECONDS.sleep(2);
    }
    throw new IOException("version " + version + " does not serve; the answer is " + body);
  }

  /** Used by live classes: collected twice, so that what waits for a second look is gone. */
  private static long metaspaceKib(String process) throws Exception {
    run("jcmd", process, "GC.run");
    run("jcmd", process, "GC.run");
    String[] lines = run("jstat", "-gc", process).split("\n");
    String[] names = lines[0].strip().split("\\s+");
    String[] values = lines[1].strip().split("\\s+");
    for (int i = 0; i < names.length; i++)
      if (names[i].equals("MU")) return (long) Double.parseDouble(values[i]);
    throw new IOException("jstat does not show metaspace");
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) throw new IOException(String.join(" ", command) + ": " + said);
    return said;
  }
}
