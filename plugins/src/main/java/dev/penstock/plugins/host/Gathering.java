package dev.penstock.plugins.host;

import dev.penstock.engine.control.ConfigProblem;
import dev.penstock.engine.control.PluginsConfig.Admission;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

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

  /** Adds {@code files}, with {@code jar} in the place of the one that has its id. */
  void install(byte[] jar, List<Path> files) {
    try {
      String id = PluginManifest.of(jar).id();
      Path target = home.resolve(id + ".jar");
      for (Path file : files) {
        if (leavesOut(file, id)) target = file;
      }
      add(host.take(PluginJar.of(target, jar), admission));
    } catch (Refusal e) {
      problems.add(ConfigProblem.ofFile(home, e.said(), e.remedy()));
    }
  }

  /** Adds {@code files} without the one that has that id. */
  void remove(String id, List<Path> files) {
    boolean isThere = false;
    for (Path file : files) isThere |= leavesOut(file, id);
    if (!isThere)
      problems.add(
          ConfigProblem.ofFile(
              home,
              "there is no plugin \"" + id + "\"",
              byId.isEmpty() ? "" : "known: " + String.join(", ", byId.keySet())));
  }

  /** Whether {@code file} is the one with that id; otherwise it is added. */
  private boolean leavesOut(Path file, String id) {
    // Also one that is broken.
    if (file.getFileName().toString().equals(id + ".jar")) return true;
    int before = problems.size();
    add(file);
    Plugin plugin = byId.get(id);
    if (plugin == null || problems.size() > before) return false;
    byId.remove(id);
    plugin.offers().names().forEach(byOffer::remove);
    plugin.release();
    return true;
  }
}
