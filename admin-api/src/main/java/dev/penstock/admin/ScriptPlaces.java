package dev.penstock.admin;

import dev.penstock.engine.control.Document;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a document says of scripts by name, and how it is made to say something else. */
final class ScriptPlaces {
  private ScriptPlaces() {}

  static List<String> place(String name) {
    return List.of("scripts", name);
  }

  /** In the document's order. */
  static List<String> names(Document document) {
    List<String> names = new ArrayList<>();
    if (document.findOrNull(List.of("scripts")) instanceof Map<?, ?> scripts)
      for (Object each : scripts.keySet()) names.add(String.valueOf(each));
    return names;
  }

  /** What the document says runs: {@code file} or {@code version}; null for neither. */
  static @Nullable String running(Document document, String name, String key) {
    Object entry = document.findOrNull(place(name));
    if (entry instanceof Map<?, ?> map) return map.get(key) instanceof String text ? text : null;
    return key.equals("file") && entry instanceof String text ? text : null;
  }

  /** The version that has a share of the traffic; null for none. */
  static @Nullable String trial(Document document, String name) {
    Object version = document.findOrNull(List.of("scripts", name, "canary", "version"));
    return version instanceof String text ? text : null;
  }

  /** The versions that run, by name. */
  static Map<String, String> versions(Document document) {
    Map<String, String> versions = new HashMap<>();
    for (String name : names(document)) {
      String version = running(document, name, "version");
      if (version != null) versions.put(name, version);
    }
    return versions;
  }

  /** Where routes and upstreams name it. */
  static List<String> uses(Document document, String name) {
    return Uses.of(document, (kind, entry) -> Uses.hasValue(entry, "@" + name));
  }

  static Document naming(Document before, String name, String version)
      throws Document.NoSuchPlaceException {
    return before.put(place(name), Map.of("version", version));
  }

  /** With a canary; what was said before of another one of its settings stays. */
  static Document canary(Document before, String name, Map<String, Object> canary)
      throws Document.NoSuchPlaceException {
    if (!before.has(place(name)))
      throw new Problem(
          Problem.Kind.CONFLICT, "nothing of \"" + name + "\" runs yet; activate a version first");
    String file = running(before, name, "file");
    Map<String, Object> entry = new LinkedHashMap<>();
    if (file != null) entry.put("file", file);
    String version = running(before, name, "version");
    if (version != null) entry.put("version", version);
    entry.put("canary", canary);
    return before.put(place(name), entry);
  }
}
