package dev.penstock.engine.io;

/** What hangs at a selection key of a worker: somebody to tell that a channel is ready. */
interface Ready {
  /**
   * The channel is ready for {@code ops} of {@link java.nio.channels.SelectionKey}; must not throw.
   *
   * @param ops what it is ready for
   */
  void onReady(int ops);
}
