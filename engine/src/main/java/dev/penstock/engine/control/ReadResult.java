package dev.penstock.engine.control;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What reading a configuration gave.
 *
 * @param config null exactly when there are problems
 * @param positions where its values stand
 * @param problems all that is wrong, in the order of the document
 * @param warnings what works, but perhaps not as intended
 * @param files other files that were read for it; a change of one is a change of the configuration
 * @param registries what there was to choose from, plugins included
 */
public record ReadResult(
    @Nullable GatewayConfig config,
    Positions positions,
    List<ConfigProblem> problems,
    List<ConfigProblem> warnings,
    Set<Path> files,
    Registries registries) {

  /** What was read; empty when there was nothing to read. */
  public String text() {
    return positions.text();
  }

  /** All problems for a terminal, each with its line and a caret. */
  public String render() {
    StringBuilder out = new StringBuilder();
    for (ConfigProblem problem : problems) out.append(positions.render(problem)).append('\n');
    return out.toString();
  }
}
