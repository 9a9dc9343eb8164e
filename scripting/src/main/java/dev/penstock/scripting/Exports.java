package dev.penstock.scripting;

import dev.penstock.engine.spi.ConfigException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a script may export, and what an author may have meant who wrote something else. */
final class Exports {
  static final List<String> HANDLERS =
      List.of(
          "onRequest",
          "onRequestBody",
          "selectEndpoint",
          "onUpstreamRequest",
          "onUpstreamError",
          "onUpstreamResponse",
          "onResponse",
          "onResponseBody",
          "onLog",
          "scheduled");

  private Exports() {}

  /**
   * Checks the list that a guest gave, {@code name:type} separated by spaces.
   *
   * @return types by name, handlers only; {@code default} has type {@code fetch}, {@code scheduled}
   *     or {@code fetch+scheduled}
   * @throws ConfigException when a handler is no function, a name looks misspelt, or nothing is a
   *     handler
   */
  static Map<String, String> checked(ScriptBundle bundle, String list) {
    Map<String, String> handlers = new LinkedHashMap<>();
    List<String> others = new ArrayList<>();
    for (String item : list.strip().split(" ", -1)) {
      int colon = item.lastIndexOf(':');
      if (colon <= 0) continue;
      String name = item.substring(0, colon);
      String type = item.substring(colon + 1);
      if (HANDLERS.contains(name)) {
        if (!type.equals("function"))
          throw refused(bundle, name, "export " + name + " must be a function, not " + type);
        handlers.put(name, type);
      } else if (name.equals("default")) {
        if (!type.contains("fetch") && !type.equals("scheduled")) {
          throw refused(
              bundle,
              name,
              "export default must be an object with a fetch(request, env, ctx) function, not "
                  + type);
        }
        handlers.put(name, type);
      } else {
        String meant = similar(name);
        if (meant != null) {
          throw refused(
              bundle, name, "there is no phase \"" + name + "\"; did you mean \"" + meant + "\"?");
        }
        others.add(name);
      }
    }
    if (handlers.isEmpty()) {
      throw refused(
          bundle,
          others.isEmpty() ? null : others.getFirst(),
          "the module exports no handler"
              + (others.isEmpty() ? "" : " (but " + String.join(", ", others) + ")")
              + "; it may export "
              + String.join(", ", HANDLERS)
              + ", or a default object with fetch(request, env, ctx)");
    }
    return handlers;
  }

  private static @Nullable String similar(String name) {
    for (String handler : HANDLERS) {
      if (handler.equalsIgnoreCase(name.replace("_", "").replace("$", ""))) return handler;
    }
    if (name.equalsIgnoreCase("fetch") || name.equals("handleRequest"))
      return "export default { fetch }";
    String best = null;
    int least = 3;
    for (String handler : HANDLERS) {
      int distance = distance(name.toLowerCase(Locale.ROOT), handler.toLowerCase(Locale.ROOT));
      if (distance < least && handler.length() > distance * 3) {
        least = distance;
        best = handler;
      }
    }
    if (best == null && name.matches("on[A-Z]\\w*")) return closest(name);
    return best;
  }

  private static String closest(String name) {
    String best = HANDLERS.getFirst();
    for (String handler : HANDLERS) {
      if (distance(name, handler) < distance(name, best)) best = handler;
    }
    return best;
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) row[j] = j;
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }

  private static ConfigException refused(
      ScriptBundle bundle, @Nullable String export, String message) {
    String file = bundle.entry().substring(1);
    String location = file;
    String text = bundle.text(bundle.entry());
    if (export != null && text != null) {
      String[] lines = text.split("\n", -1);
      for (int i = 0; i < lines.length; i++) {
        int at = lines[i].indexOf(export);
        if (!lines[i].contains("export") || at < 0) continue;
        location = file + ":" + (i + 1) + ":" + (at + 1);
        break;
      }
    }
    return new ConfigException(message, location, null);
  }
}
