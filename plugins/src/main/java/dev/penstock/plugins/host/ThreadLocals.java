package dev.penstock.plugins.host;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.Reference;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What plugins left in thread locals. A value whose class is a plugin's keeps its class loader as
 * long as the thread lives, and workers live for ever.
 *
 * <p>The JDK does not show the thread locals of a thread. {@code sun.misc.Unsafe} can read the
 * fields, which is tried; without it nothing is found and nothing removed.
 */
final class ThreadLocals {
  private static final Logger LOG = LogManager.getLogger(ThreadLocals.class);
  private static final int DEPTH = 3;

  private static final @Nullable Peek PEEK = Peek.tried();

  private ThreadLocals() {}

  /** Whether the JDK lets us look. */
  static boolean areSeen() {
    return PEEK != null;
  }

  /** Removes from the calling thread what belongs to {@code loader}. */
  static void removeOwn(ClassLoader loader) {
    for (Entry entry : entries(Thread.currentThread())) {
      if (entry.belongsTo(loader)) entry.key().remove();
    }
  }

  /** Descriptions of what {@code thread} holds of {@code loader}. */
  static List<String> held(Thread thread, ClassLoader loader) {
    List<String> found = new ArrayList<>();
    for (Entry entry : entries(thread)) {
      if (entry.belongsTo(loader))
        found.add(
            "thread \""
                + thread.getName()
                + "\" has a thread local "
                + entry.key().getClass().getName()
                + " with a value of "
                + (entry.value() == null ? "null" : entry.value().getClass().getName()));
    }
    return found;
  }

  private record Entry(ThreadLocal<?> key, @Nullable Object value) {
    boolean belongsTo(ClassLoader loader) {
      return Owned.by(loader, key, 1) || Owned.by(loader, value, DEPTH);
    }
  }

  private static List<Entry> entries(Thread thread) {
    Peek peek = PEEK;
    if (peek == null) return List.of();
    try {
      List<Entry> all = new ArrayList<>();
      peek.entries(thread, all);
      return all;
    } catch (Throwable e) { // what an unsafe read throws
      LOG.debug("the thread locals of {} cannot be read", thread, e);
      return List.of();
    }
  }

  /** Reads fields of the JDK's own classes. */
  private record Peek(MethodHandle read, long locals, long inheritable, long table, long value) {
    static @Nullable Peek tried() {
      try {
        Class<?> unsafe = Class.forName("sun.misc.Unsafe");
        Field instance = unsafe.getDeclaredField("theUnsafe");
        instance.setAccessible(true);
        Object it = instance.get(null);
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        MethodHandle offset =
            lookup
                .findVirtual(
                    unsafe, "objectFieldOffset", MethodType.methodType(long.class, Field.class))
                .bindTo(it);
        MethodHandle read =
            lookup
                .findVirtual(
                    unsafe,
                    "getObjectVolatile",
                    MethodType.methodType(Object.class, Object.class, long.class))
                .bindTo(it);
        Class<?> map = Class.forName("java.lang.ThreadLocal$ThreadLocalMap");
        Class<?> entry = Class.forName("java.lang.ThreadLocal$ThreadLocalMap$Entry");
        return new Peek(
            read,
            offset(offset, Thread.class, "threadLocals"),
            offset(offset, Thread.class, "inheritableThreadLocals"),
            offset(offset, map, "table"),
            offset(offset, entry, "value"));
      } catch (Throwable e) { // a JDK without it, or that refuses
        LOG.debug("thread locals cannot be looked at", e);
        return null;
      }
    }

    private static long offset(MethodHandle of, Class<?> type, String field) throws Throwable {
      return (long) of.invoke(type.getDeclaredField(field));
    }

    void entries(Thread thread, List<Entry> out) throws Throwable {
      for (long field : new long[] {locals, inheritable}) {
        Object map = read.invoke((Object) thread, field);
        if (map == null) continue;
        Object entries = read.invoke(map, table);
        if (!(entries instanceof Object[] all)) continue;
        for (Object each : all) {
          if (each instanceof Reference<?> reference
              && reference.get() instanceof ThreadLocal<?> key)
            out.add(new Entry(key, read.invoke(each, value)));
        }
      }
    }
  }
}
