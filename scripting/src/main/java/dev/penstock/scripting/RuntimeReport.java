package dev.penstock.scripting;

import java.lang.management.ManagementFactory;
import java.util.List;
import org.graalvm.polyglot.Engine;

/**
 * Which JavaScript runtime is at work.
 *
 * @param implementation as the engine calls itself
 * @param version of the engine
 * @param optimised whether hot code is compiled; without, handlers run about ten times slower
 * @param reason why it is so, and what to do when it is not optimised
 */
public record RuntimeReport(
    String implementation, String version, boolean optimised, String reason) {

  static RuntimeReport of(Engine engine) {
    String name = engine.getImplementationName();
    List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
    boolean optimised = !name.toLowerCase(java.util.Locale.ROOT).contains("interpreted");
    String reason;
    if (optimised) {
      reason = "the compiler module is in place";
    } else if (!flags.contains("-XX:+EnableJVMCI")) {
      reason =
          "the JVM was started without -XX:+UnlockExperimentalVMOptions -XX:+EnableJVMCI"
              + " --upgrade-module-path=DIR; the launcher sets them";
    } else if (flags.stream().noneMatch(flag -> flag.startsWith("--upgrade-module-path"))) {
      reason = "--upgrade-module-path does not name a folder with the compiler";
    } else {
      reason =
          "the compiler "
              + engine.getVersion()
              + " does not fit the JDK "
              + Runtime.version()
              + "; use the JDK of the distribution";
    }
    return new RuntimeReport(name, engine.getVersion(), optimised, reason);
  }

  @Override
  public String toString() {
    return "JavaScript runs "
        + (optimised ? "optimised" : "INTERPRETED")
        + " on "
        + implementation
        + " "
        + version
        + ": "
        + reason;
  }
}
