package dev.penstock.scripting;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the file that an {@code import} means, inside one tree of files: relative paths with or
 * without extension, and packages of {@code node_modules} by {@code exports}, {@code module},
 * {@code main} of their {@code package.json}.
 *
 * <p>Paths are absolute in the tree ({@code /shop/main.js}); nothing outside of the tree has a
 * path, so no specifier can leave it. Used while a bundle is read, never on the request path.
 */
final class ModuleResolver {
  private static final List<String> ENDINGS = List.of("", ".js", ".mjs", ".ts", ".mts", ".json");
  private static final List<String> INDEXES =
      List.of("/index.js", "/index.mjs", "/index.ts", "/index.mts");
  // In the order of preference; "require" is not here: CommonJS cannot be imported.
  private static final List<String> CONDITIONS =
      List.of("penstock", "workerd", "worker", "import", "module", "browser", "default");

  private final Tree tree;

  ModuleResolver(Tree tree) {
    this.tree = tree;
  }

  /** The files to look in. */
  interface Tree {
    boolean isFile(String path);

    /** The {@code package.json} at that path as JSON values, or null when there is none. */
    @Nullable Map<String, Object> json(String path);
  }

  /** Path of the file, or null when there is none. */
  @Nullable String resolve(String referrer, String specifier) {
    if (specifier.startsWith("/")) return file(normal(specifier));
    if (specifier.startsWith("./")
        || specifier.startsWith("../")
        || specifier.equals(".")
        || specifier.equals("..")) {
      return file(normal(parent(referrer) + "/" + specifier));
    }
    if (specifier.startsWith("#")) return inner(referrer, specifier);
    if (specifier.isEmpty() || specifier.indexOf(':') >= 0) return null;
    return inPackages(parent(referrer), specifier);
  }

  /** The module with which a folder begins, or null. */
  @Nullable String entry(String folder) {
    Map<String, Object> json = tree.json(folder + "/package.json");
    if (json != null) {
      String found = exported(json, folder, ".");
      if (found == null && json.get("module") instanceof String module)
        found = file(normal(folder + "/" + module));
      if (found == null && json.get("main") instanceof String main)
        found = file(normal(folder + "/" + main));
      if (found != null) return found;
    }
    for (String name : List.of("/index", "/main", "/src/index", "/src/main")) {
      for (String ending : List.of(".js", ".mjs", ".ts", ".mts")) {
        if (tree.isFile(folder + name + ending)) return folder + name + ending;
      }
    }
    return null;
  }

  private @Nullable String inPackages(String from, String specifier) {
    int slash = specifier.indexOf('/', specifier.startsWith("@") ? specifier.indexOf('/') + 1 : 0);
    String name = slash < 0 ? specifier : specifier.substring(0, slash);
    String inside = slash < 0 ? "." : "." + specifier.substring(slash);
    for (String folder = from; ; folder = parent(folder)) {
      String home = folder + "/node_modules/" + name;
      Map<String, Object> json = tree.json(home + "/package.json");
      if (json != null) return inPackage(json, home, inside);
      if (folder.isEmpty()) return null;
    }
  }

  private @Nullable String inPackage(Map<String, Object> json, String home, String inside) {
    if (json.containsKey("exports")) return exported(json, home, inside);
    return inside.equals(".") ? entry(home) : file(normal(home + "/" + inside));
  }

  private @Nullable String inner(String referrer, String specifier) {
    for (String folder = parent(referrer); ; folder = parent(folder)) {
      Map<String, Object> json = tree.json(folder + "/package.json");
      if (json != null && json.get("imports") instanceof Map<?, ?> imports) {
        return target(imports.get(specifier), folder, "");
      }
      if (folder.isEmpty()) return null;
    }
  }

  private @Nullable String exported(Map<String, Object> json, String home, String inside) {
    Object exports = json.get("exports");
    if (exports instanceof Map<?, ?> map
        && map.keySet().stream().anyMatch(k -> k.toString().startsWith("."))) {
      if (map.containsKey(inside)) return target(map.get(inside), home, "");
      String bestKey = null;
      for (Object key : map.keySet()) {
        String pattern = key.toString();
        int star = pattern.indexOf('*');
        if (star < 0 || inside.length() < pattern.length() - 1) continue;
        if (!inside.startsWith(pattern.substring(0, star))
            || !inside.endsWith(pattern.substring(star + 1))) continue;
        if (bestKey == null || pattern.length() > bestKey.length()) bestKey = pattern;
      }
      if (bestKey == null) return null;
      int star = bestKey.indexOf('*');
      String matched = inside.substring(star, inside.length() - (bestKey.length() - star - 1));
      return target(map.get(bestKey), home, matched);
    }
    return inside.equals(".") ? target(exports, home, "") : null;
  }

  private @Nullable String target(@Nullable Object value, String home, String star) {
    if (value instanceof String path) {
      return path.startsWith("./") ? file(normal(home + "/" + path.replace("*", star))) : null;
    }
    if (value instanceof Map<?, ?> conditions) {
      for (String condition : CONDITIONS) {
        if (!conditions.containsKey(condition)) continue;
        String found = target(conditions.get(condition), home, star);
        if (found != null) return found;
      }
    }
    if (value instanceof List<?> choices) {
      for (Object choice : choices) {
        String found = target(choice, home, star);
        if (found != null) return found;
      }
    }
    return null;
  }

  private @Nullable String file(@Nullable String path) {
    if (path == null) return null;
    for (String ending : ENDINGS) {
      if (tree.isFile(path + ending)) return path + ending;
    }
    // TypeScript's habit: the import names the file that a compiler would have written.
    if (path.endsWith("js")) {
      String written = path.substring(0, path.length() - 2) + "ts";
      if ((path.endsWith(".js") || path.endsWith(".mjs")) && tree.isFile(written)) return written;
    }
    for (String index : INDEXES) {
      if (tree.isFile(path + index)) return path + index;
    }
    return null;
  }

  /** Empty for the root. */
  static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "" : path.substring(0, slash);
  }

  /** Without {@code .} and {@code ..}, or null when it climbs out of the tree. */
  static @Nullable String normal(String path) {
    List<String> parts = new ArrayList<>();
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".")) continue;
      if (!part.equals("..")) parts.add(part);
      else if (parts.isEmpty()) return null;
      else parts.removeLast();
    }
    return "/" + String.join("/", parts);
  }
}
