package dev.penstock.engine.control;

import java.lang.reflect.InvocationTargetException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether two values of a configuration say the same. Unlike {@code equals} it knows regular
 * expressions, which the JDK compares by identity, and the order of maps, which may decide between
 * routes.
 */
final class SameValue {
  private SameValue() {}

  static boolean same(@Nullable Object a, @Nullable Object b) {
    if (a == null || b == null) return a == null && b == null;
    if (a instanceof Record one && b instanceof Record other) return sameRecord(one, other);
    if (a instanceof Pattern one && b instanceof Pattern other) {
      return one.pattern().equals(other.pattern()) && one.flags() == other.flags();
    }
    if (a instanceof List<?> one && b instanceof List<?> other) return sameList(one, other);
    if (a instanceof Map<?, ?> one && b instanceof Map<?, ?> other) {
      return sameList(List.copyOf(one.keySet()), List.copyOf(other.keySet()))
          && sameList(one.values().stream().toList(), other.values().stream().toList());
    }
    return a.equals(b);
  }

  private static boolean sameList(List<?> a, List<?> b) {
    if (a.size() != b.size()) return false;
    Iterator<?> others = b.iterator();
    for (Object each : a) if (!same(each, others.next())) return false;
    return true;
  }

  private static boolean sameRecord(Record a, Record b) {
    // Also of one name in two class loaders: a replaced plugin is a change.
    if (a.getClass() != b.getClass()) return false;
    // Not by its equals: that of a plugin's settings would keep the plugin's class loader for a
    // while, in caches of the
    // JDK that give up nothing before memory runs short.
    if (a instanceof ComponentConfig one && b instanceof ComponentConfig other)
      return one.name().equals(other.name()) && same(one.settings(), other.settings());
    RecordShape shape;
    try {
      shape = RecordShape.of(a.getClass());
    } catch (IllegalArgumentException e) {
      // A record that no configuration can hold is a value of its own kind.
      return a.equals(b);
    }
    for (RecordShape.Key key : shape.keys()) if (!same(read(key, a), read(key, b))) return false;
    RecordShape.Key others = shape.others();
    return others == null || same(read(others, a), read(others, b));
  }

  static @Nullable Object read(RecordShape.Key key, Record record) {
    try {
      return key.accessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(
          key.name() + " of " + Objects.requireNonNull(record).getClass() + " cannot be read", e);
    }
  }
}
