package dev.penstock.engine.control;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A plugin, as operators see it.
 *
 * @param id of its manifest; unique in a set
 * @param version of its manifest
 * @param api range of API versions that it was built for, as its manifest says
 * @param file the JAR it came from
 * @param digest SHA-256 of the JAR, hexadecimal
 * @param bytes size of the JAR
 * @param loadedAtMillis since 1970
 * @param state whether it serves
 * @param filters names that routes may use
 * @param balancers names that upstreams may use
 * @param others what else it offers: {@code endpoint discovery consul}
 * @param warnings what works, but perhaps not for long
 * @param details what its extensions tell of themselves
 */
public record PluginView(
    String id,
    String version,
    String api,
    Path file,
    String digest,
    long bytes,
    long loadedAtMillis,
    State state,
    List<String> filters,
    List<String> balancers,
    List<String> others,
    List<String> warnings,
    Map<String, String> details) {

  /** Where in its life a plugin is. */
  public enum State {
    /** Beside what runs; no snapshot uses it yet, or any more. */
    LOADED,
    /** A snapshot in force or draining was made with it. */
    ACTIVE,
    /** Its code is let go. */
    UNLOADED
  }
}
