package dev.penstock.engine.control;

/** What is done to the plugins of a configuration. */
public sealed interface PluginChange {
  /**
   * A JAR comes, or takes the place of the one with the same id.
   *
   * @param jar its bytes; ours from now on
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Install(byte[] jar) implements PluginChange {}

  /** The JAR of that id goes. */
  record Remove(String id) implements PluginChange {}
}
