package dev.penstock.plugins.host;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether an object is of a class that a loader, or one below it, defined. */
final class Owned {
  private static final int LOOKED_AT = 1000;

  private Owned() {}

  /** As {@code depth} grows, what collections, maps and arrays hold is looked at too. */
  static boolean by(ClassLoader loader, @Nullable Object value, int depth) {
    if (value == null || depth == 0) return false;
    if (value == loader) return true;
    if (isOf(loader, value instanceof Class<?> type ? type : value.getClass())) return true;
    return switch (value) {
      case Map<?, ?> map when isPlain(map) ->
          any(loader, map.keySet(), depth) || any(loader, map.values(), depth);
      case Collection<?> all when isPlain(all) -> any(loader, all, depth);
      case Object[] all -> any(loader, java.util.Arrays.asList(all), depth);
      default -> false;
    };
  }

  static boolean isOf(ClassLoader loader, Class<?> type) {
    for (ClassLoader at = type.getClassLoader(); at != null; at = at.getParent())
      if (at == loader) return true;
    return false;
  }

  /** Of others' collections nobody knows what an iteration does. */
  private static boolean isPlain(Object value) {
    return value.getClass().getName().startsWith("java.util.");
  }

  private static boolean any(ClassLoader loader, Collection<?> all, int depth) {
    int looked = 0;
    try {
      for (Object each : all) {
        if (by(loader, each, depth - 1)) return true;
        if (++looked == LOOKED_AT) break;
      }
    } catch (RuntimeException e) {
      return false; // changed by its owner meanwhile
    }
    return false;
  }
}
