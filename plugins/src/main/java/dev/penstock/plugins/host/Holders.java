package dev.penstock.plugins.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What keeps a class loader in memory, as far as the JDK shows: threads that run its code or have
 * it as context class loader, and thread locals. Anything else takes a heap dump, and the message
 * says how.
 */
final class Holders {
  private Holders() {}

  static List<String> of(ClassLoader loader) {
    List<String> found = new ArrayList<>();
    for (Map.Entry<Thread, StackTraceElement[]> each : Thread.getAllStackTraces().entrySet()) {
      Thread thread = each.getKey();
      if (Owned.isOf(loader, thread.getClass()))
        found.add(named(thread) + " is a " + thread.getClass().getName());
      if (isOrIsBelow(loader, thread.getContextClassLoader()))
        found.add(
            named(thread) + " has it as context class loader" + doing(loader, each.getValue()));
      found.addAll(ThreadLocals.held(thread, loader));
    }
    if (!ThreadLocals.areSeen())
      found.add(
          "perhaps thread locals, which this JVM does not show (--sun-misc-unsafe-memory-access=allow)");
    if (found.isEmpty())
      found.add(
          "nothing that the JDK shows: a shutdown hook, a listener, a JDBC driver or a static field of"
              + " the JDK. Write a heap dump with \"jcmd "
              + ProcessHandle.current().pid()
              + " GC.heap_dump leak.hprof\" and ask for the path to the class loader \""
              + loader.getName()
              + "\"");
    return found;
  }

  private static String named(Thread thread) {
    return "thread \"" + thread.getName() + "\"";
  }

  private static boolean isOrIsBelow(ClassLoader loader, ClassLoader of) {
    for (ClassLoader at = of; at != null; at = at.getParent()) if (at == loader) return true;
    return false;
  }

  /** The innermost call of the plugin's own code, or of any. */
  private static String doing(ClassLoader loader, StackTraceElement[] stack) {
    for (StackTraceElement frame : stack)
      if (Objects.equals(frame.getClassLoaderName(), loader.getName()))
        return " and is in " + frame;
    return stack.length == 0 ? "" : " and is in " + stack[0];
  }
}
