package dev.penstock.engine.control;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects problems of one document. */
final class Problems {
  private final String file;
  private final List<ConfigProblem> found = new ArrayList<>();
  private int repeated;

  Problems(String file) {
    this.file = file;
  }

  void add(Place place, ConfigPath path, String message, String remedy) {
    add(place, path.toString(), message, remedy);
  }

  void add(Place place, String path, String message, String remedy) {
    found.add(new ConfigProblem(file, place.line(), place.column(), path, message, remedy));
  }

  void add(ConfigProblem problem) {
    found.add(problem);
  }

  /** A value is missing for a reason that was reported before. */
  void addKnown() {
    repeated++;
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  /** Grows with each part that could not be made. */
  int count() {
    return found.size() + repeated;
  }

  /**
   * In the order of the document, each once: what stands behind an alias is met at each of its
   * uses.
   */
  List<ConfigProblem> inOrder() {
    return found.stream()
        .distinct()
        .sorted(
            Comparator.comparingInt(ConfigProblem::line).thenComparingInt(ConfigProblem::column))
        .toList();
  }
}
