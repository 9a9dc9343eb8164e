package dev.penstock.plugins.host;

import dev.penstock.engine.control.PluginsConfig.Admission;
import dev.penstock.engine.spi.Extension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** Makes a {@link Plugin} of a JAR, or says why not and leaves nothing behind. */
final class Loading {
  private static final Logger LOG = LogManager.getLogger(Loading.class);
  private static final String SERVICE = "META-INF/services/" + Extension.class.getName();

  private final PluginJar jar;
  private final Admission admission;
  private final Plugin.Departure departure;
  private final List<Extension> extensions = new ArrayList<>();
  private @Nullable PluginLoader loader;
  private @Nullable Path folder;

  private Loading(PluginJar jar, Admission admission, Plugin.Departure departure) {
    this.jar = jar;
    this.admission = admission;
    this.departure = departure;
  }

  static Plugin load(PluginJar jar, Admission admission, long nowMillis, Plugin.Departure departure)
      throws Refusal {
    Loading loading = new Loading(jar, admission, departure);
    boolean isLoaded = false;
    try {
      Plugin plugin = loading.load(nowMillis);
      isLoaded = true;
      return plugin;
    } catch (IOException e) {
      throw new Refusal("it cannot be read: " + e.getMessage(), "", e);
    } finally {
      if (!isLoaded) loading.undo();
    }
  }

  private Plugin load(long nowMillis) throws IOException, Refusal {
    Path into = Files.createTempDirectory("penstock-plugin-");
    folder = into;
    List<Path> classPath = jar.copyTo(into);
    PluginManifest manifest = manifest(classPath.getFirst());
    List<String> warnings =
        admission == Admission.OFF ? List.of() : AdmissionScan.of(classPath.getFirst());
    if (admission == Admission.REFUSE && !warnings.isEmpty()) throw notAdmitted(warnings);
    PluginLoader made = new PluginLoader(manifest.id() + "-" + manifest.version(), classPath);
    loader = made;
    Offers offers = new Offers();
    try {
      Plugin.inside(
          made,
          () -> {
            for (Extension each : ServiceLoader.load(Extension.class, made)) extensions.add(each);
            for (Extension each : extensions) each.register(offers);
            return offers;
          });
    } catch (ServiceConfigurationError e) {
      throw why(e.getCause() == null ? e : e.getCause(), e);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      throw why(e, e);
    }
    check(offers);
    return new Plugin(
        manifest,
        jar.facts(),
        nowMillis,
        List.copyOf(extensions),
        offers,
        warnings,
        made,
        (plugin, its, workers) -> {
          departure.left(plugin, its, workers);
          delete(into);
        });
  }

  static Refusal notAdmitted(List<String> findings) {
    return new Refusal(String.join("; ", findings), "change it, or set plugins.admission to warn");
  }

  private static PluginManifest manifest(Path copy) throws IOException, Refusal {
    try (JarFile file = new JarFile(copy.toFile())) {
      PluginManifest manifest = PluginManifest.of(file.getManifest());
      if (file.getEntry(SERVICE) == null)
        throw new Refusal(
            "it has no " + SERVICE, "add it, with the name of your Extension class in it");
      return manifest;
    }
  }

  private void check(Offers offers) throws Refusal {
    if (extensions.isEmpty())
      throw new Refusal(
          SERVICE + " names no class", "write the name of your Extension class into it");
    Set<String> names = new HashSet<>();
    for (String name : offers.names()) {
      if (!names.add(name)) throw new Refusal("it offers " + name + " twice", "rename one");
    }
  }

  private static Refusal why(Throwable cause, Throwable thrown) {
    return switch (cause) {
      case UnsupportedClassVersionError e ->
          new Refusal(
              "it was compiled for a later Java: " + e.getMessage(),
              "compile it for Java " + Runtime.version().feature(),
              thrown);
      case NoClassDefFoundError e -> missing(String.valueOf(e.getMessage()), thrown);
      case ClassNotFoundException e -> missing(String.valueOf(e.getMessage()), thrown);
      case ServiceConfigurationError e ->
          new Refusal(
              String.valueOf(e.getMessage()),
              "name a public class with a public constructor that takes nothing",
              thrown);
      case LinkageError e ->
          new Refusal(
              "it does not fit this gateway: " + e,
              "build it against the API of this version",
              thrown);
      case RuntimeException e -> new Refusal("its extension failed: " + e, "see the log", thrown);
      default -> new Refusal("its extension failed: " + cause, "see the log", thrown);
    };
  }

  private static Refusal missing(String name, Throwable thrown) {
    String className = name.replace('/', '.');
    String remedy =
        className.startsWith("dev.penstock.")
            ? "a plugin sees the API only: dev.penstock.engine.spi and http"
            : "pack the library that holds it as lib/*.jar into the JAR, or put it beside";
    return new Refusal(
        "it needs the class " + className + ", which it does not see", remedy, thrown);
  }

  private void undo() {
    PluginLoader made = loader;
    if (made != null) {
      for (Extension each : extensions.reversed()) Plugin.close(each, made);
      closeQuietly(made);
    }
    if (folder != null) delete(folder);
  }

  static void closeQuietly(PluginLoader loader) {
    try {
      loader.close();
    } catch (IOException e) {
      LOG.debug("the JAR of {} could not be closed", loader.getName(), e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : (Iterable<Path>) entries::iterator) Files.deleteIfExists(entry);
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      LOG.debug("{} is left behind", folder, e);
    }
  }
}
