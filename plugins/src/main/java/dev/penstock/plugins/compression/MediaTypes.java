package dev.penstock.plugins.compression;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A set of media types: text/html, text/*, *+json. Worker-confined. */
final class MediaTypes {
  /** Of so many different Content-Type fields the answer is remembered. */
  private static final int MAX_KNOWN = 200;

  private final Set<String> whole = new HashSet<>();
  private final List<String> beginnings = new ArrayList<>();
  private final List<String> ends = new ArrayList<>();
  private final Map<String, Boolean> known = new HashMap<>();

  MediaTypes(List<String> types) {
    for (String each : types) {
      String type = each.toLowerCase(Locale.ROOT);
      if (type.startsWith("*")) ends.add(type.substring(1));
      else if (type.endsWith("*")) beginnings.add(type.substring(0, type.length() - 1));
      else whole.add(type);
    }
  }

  /** Whether this Content-Type is one of them, whatever its parameters. */
  boolean has(String contentType) {
    Boolean answer = known.get(contentType);
    if (answer != null) return answer;
    boolean has = find(contentType);
    if (known.size() < MAX_KNOWN) known.put(contentType, has);
    return has;
  }

  private boolean find(String contentType) {
    int end = contentType.indexOf(';');
    String type =
        (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    if (whole.contains(type)) return true;
    for (String beginning : beginnings) if (type.startsWith(beginning)) return true;
    for (String tail : ends) if (type.endsWith(tail)) return true;
    return false;
  }
}
