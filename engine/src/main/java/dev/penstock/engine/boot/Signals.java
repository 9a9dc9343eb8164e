package dev.penstock.engine.boot;

import sun.misc.Signal;

/** Signals of the operating system, where it has them. */
final class Signals {
  private Signals() {}

  /** Runs {@code action} on a thread of its own at each SIGHUP; never on systems without. */
  static void onHangUp(Runnable action) {
    try {
      Signal.handle(new Signal("HUP"), signal -> Thread.ofVirtual().name("hang-up").start(action));
    } catch (IllegalArgumentException e) {
      // Windows has no such signal, and a JVM started with -Xrs keeps it to itself.
    }
  }
}
