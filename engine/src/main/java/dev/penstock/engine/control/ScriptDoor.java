package dev.penstock.engine.control;

import dev.penstock.engine.spi.ConfigException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the room that runs scripts does for those who manage them. Thread-safe; not on workers. */
public interface ScriptDoor {
  /**
   * Compiles and evaluates a script in a context of its own, without using it.
   *
   * @param file a module, or a folder of modules
   * @throws ConfigException when it would be refused: its location is {@code file:line:column},
   *     below the first line of its message stand the lines around
   */
  void check(Path file);

  /**
   * Sends a made-up request through a script that needs no traffic. Nothing of it is counted or
   * logged, and no subrequest leaves; objects of plugins are the real ones.
   *
   * @param registries where the plugins are that the settings name
   * @throws ConfigException as {@link #check}, and when the settings are wrong
   */
  Trial tryOut(Path file, Registries registries, Sample sample);

  /** Shows what scripts write and how they fail, until {@code viewer} is removed. */
  void add(Viewer viewer);

  void remove(Viewer viewer);

  /**
   * A request, and what an upstream would answer.
   *
   * @param settings as on a route, without the file
   */
  record Sample(
      String method,
      String url,
      List<Map.Entry<String, String>> fields,
      byte[] body,
      Map<String, Object> settings,
      Message upstream) {}

  /** A response. */
  record Message(int status, List<Map.Entry<String, String>> fields, byte[] body) {}

  /** A request as it would go on. */
  record Forwarded(String method, String url, List<Map.Entry<String, String>> fields) {}

  /**
   * What came of a trial.
   *
   * @param isFromScript whether the script made the response, rather than the upstream
   * @param request null when nothing would go to an upstream
   * @param cpuNs time in which the script's code ran
   */
  record Trial(
      Message response,
      boolean isFromScript,
      @Nullable Forwarded request,
      List<Line> lines,
      long cpuNs,
      long allocatedBytes,
      long durationNs) {}

  /**
   * Something that a script wrote, or how it failed.
   *
   * @param file the module, or the first of its modules
   * @param exchange id of the exchange, {@code -} for none
   * @param level lower case: {@code info}
   * @param text a line; of a failure the message, with the stack below
   * @param phase where it failed; empty for a line that it wrote
   */
  record Line(Path file, String route, String exchange, String level, String text, String phase) {
    public boolean isFailure() {
      return !phase.isEmpty();
    }
  }

  /** Is shown lines on the worker where they come up: it may not block. */
  @FunctionalInterface
  interface Viewer {
    void onLine(Line line);
  }
}
