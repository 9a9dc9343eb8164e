package dev.penstock.scripting;

import java.util.Map;
import org.graalvm.polyglot.Engine;

/** Makes the engine that all scripts share, and decides how it compiles. */
final class Engines {
  /**
   * Chosen by measurement, see docs/warm-up.md: what a gateway compiles is little, so compiling it
   * once and well is done earlier than compiling it twice, and a higher threshold leaves out what
   * runs while realms are made only.
   */
  private static final Map<String, String> COMPILER =
      Map.of(
          "engine.MultiTier", "false",
          "engine.SingleTierCompilationThreshold", "2000",
          // Often called while realms are made, and never again: as the first root of a compiler
          // that nothing has warmed it would take four seconds of CPU before the port opens.
          "engine.CompileOnly", "~Function.prototype.bind",
          // What the compiler has read of the interpreter is kept for the next version of a script.
          "engine.EncodedGraphCachePurgeDelay", "600000");

  private Engines() {}

  static Engine make() {
    try {
      return builder().options(COMPILER).build();
    } catch (IllegalArgumentException e) {
      return builder().build(); // Without a compiler its options are unknown.
    }
  }

  private static Engine.Builder builder() {
    return Engine.newBuilder("js")
        .allowExperimentalOptions(true)
        .option("engine.WarnInterpreterOnly", "false");
  }
}
