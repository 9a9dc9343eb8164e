package dev.penstock.plugins.host;

import dev.penstock.engine.control.ConfigProblem;
import dev.penstock.engine.control.PluginChange;
import dev.penstock.engine.control.PluginsConfig.Admission;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts plugins together to a set, and finds what does not go together. */
final class Gathering {
  private final Path home;
  private final Admission admission;
  private final PluginHost host;
  private final SortedMap<String, Plugin> byId = new TreeMap<>();
  private final Map<String, Plugin> byOffer = new HashMap<>();
  private final List<ConfigProblem> problems = new ArrayList<>();

  Gathering(Path home, Admission admission, PluginHost host) {
    this.home = home;
    this.admission = admission;
    this.host = host;
  }

  LoadedSet set() {
    return new LoadedSet(home, List.copyOf(byId.values()), problems);
  }

  void add(Path file) {
    try {
      add(host.obtain(file, admission));
    } catch (Refusal e) {
      problems.add(ConfigProblem.ofFile(file, e.said(), e.remedy()));
    }
  }

  private void add(Plugin plugin) throws Refusal {
    try {
      // Loaded before, when the rules were others.
      if (admission == Admission.REFUSE && !plugin.warnings().isEmpty())
        throw Loading.notAdmitted(plugin.warnings());
      Plugin same = byId.get(plugin.id());
      if (same != null)
        throw new Refusal(
            "its id \"" + plugin.id() + "\" is that of " + same.file().getFileName() + " too",
            "remove one of them");
      for (String offer : plugin.offers().names()) {
        Plugin other = byOffer.get(offer);
        if (other != null)
          throw new Refusal(
              (offer.startsWith("e") || offer.startsWith("a") ? "it offers an " : "it offers a ")
                  + offer
                  + ", and so does "
                  + other.file().getFileName(),
              "remove one of them");
      }
    } catch (Refusal e) {
      plugin.release();
      throw e;
    }
    byId.put(plugin.id(), plugin);
    for (String offer : plugin.offers().names()) byOffer.put(offer, plugin);
  }

  /** Adds {@code files} as they are after {@code changes}. */
  void add(List<Path> files, List<PluginChange> changes) {
    Map<String, PluginChange> byTarget = new LinkedHashMap<>();
    for (PluginChange each : changes) {
      try {
        String id = idOf(each);
        if (byTarget.put(id, each) != null)
          throw new Refusal("the plugin \"" + id + "\" is changed twice", "leave one of them out");
      } catch (Refusal e) {
        problems.add(ConfigProblem.ofFile(home, e.said(), e.remedy()));
      }
    }
    Map<String, Path> leftOut = new HashMap<>();
    for (Path file : files) {
      String id = leavesOut(file, byTarget.keySet());
      if (id != null) leftOut.put(id, file);
    }
    byTarget.forEach((id, change) -> {
      Path file = leftOut.get(id);
      switch (change) {
        case PluginChange.Install install ->
            take(file == null ? home.resolve(id + ".jar") : file, install.jar());
        case PluginChange.Remove _ -> {
          if (file == null) problems.add(missing(id));
        }
      }
    });
  }

  private static String idOf(PluginChange change) throws Refusal {
    return switch (change) {
      case PluginChange.Install install -> PluginManifest.of(install.jar()).id();
      case PluginChange.Remove remove -> remove.id();
    };
  }

  private void take(Path target, byte[] jar) {
    try {
      add(host.take(PluginJar.of(target, jar), admission));
    } catch (Refusal e) {
      problems.add(ConfigProblem.ofFile(home, e.said(), e.remedy()));
    }
  }

  private ConfigProblem missing(String id) {
    return ConfigProblem.ofFile(
        home,
        "there is no plugin \"" + id + "\"",
        byId.isEmpty() ? "" : "known: " + String.join(", ", byId.keySet()));
  }

  /** Adds {@code file}, unless it has one of these ids: that is returned then. */
  private @Nullable String leavesOut(Path file, Set<String> ids) {
    // Also one that is broken.
    for (String id : ids) if (file.getFileName().toString().equals(id + ".jar")) return id;
    try {
      Plugin plugin = host.obtain(file, admission);
      if (ids.contains(plugin.id())) {
        plugin.release();
        return plugin.id();
      }
      add(plugin);
    } catch (Refusal e) {
      problems.add(ConfigProblem.ofFile(file, e.said(), e.remedy()));
    }
    return null;
  }
}
