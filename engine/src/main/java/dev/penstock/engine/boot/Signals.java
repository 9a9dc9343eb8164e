package dev.penstock.engine.boot;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** Signals of the operating system, where it has them. */
final class Signals {
  private Signals() {}

  /**
   * Runs {@code action} on a thread of its own at each signal {@code name}, such as "HUP", instead
   * of what the JVM does; never on systems without.
   */
  static void on(String name, Runnable action) {
    try {
      // By name: the compiler warns of each direct use of sun.misc, and nothing else in the JDK
      // hears signals.
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object hearing =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> Thread.ofPlatform().name("signal-" + name).start(action);
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == arguments[0];
                    default -> name;
                  });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), hearing);
    } catch (InvocationTargetException e) {
      // Windows has no such signal, and a JVM started with -Xrs keeps it to itself.
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JDK has no sun.misc.Signal", e);
    }
  }
}
