package dev.penstock.engine.control;

import dev.penstock.engine.observe.VersionMetrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How the two versions of scripts do that share their traffic: from the start of a canary to its
 * end, whatever else changes meanwhile. Thread-safe.
 */
public final class CanaryMetrics {
  private final int workers;
  private final Map<String, Pair> pairs = new ConcurrentHashMap<>();

  CanaryMetrics(int workers) {
    this.workers = workers;
  }

  /**
   * One canary.
   *
   * @param versions the one in force and the canary, for telling one canary from the next
   */
  public record Pair(String versions, VersionMetrics stable, VersionMetrics canary) {}

  /** The counts of the canary of a script; null when none runs. */
  public @Nullable Pair find(String script) {
    return pairs.get(script);
  }

  /** Goes on with the counts of this canary, or begins them. */
  Pair of(String script, @Nullable String stable, String canary) {
    String versions = stable + " " + canary;
    Pair pair =
        pairs.compute(
            script,
            (name, known) ->
                known != null && known.versions.equals(versions)
                    ? known
                    : new Pair(versions, new VersionMetrics(workers), new VersionMetrics(workers)));
    return pair;
  }

  /** Forgets the counts of scripts that have no canary any more. */
  void retain(Map<String, ScriptConfig> scripts) {
    pairs
        .keySet()
        .removeIf(name -> {
          ScriptConfig script = scripts.get(name);
          return script == null || script.canary() == null;
        });
  }
}
