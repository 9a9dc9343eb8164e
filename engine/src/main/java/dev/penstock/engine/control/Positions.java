package dev.penstock.engine.control;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the values of a document stand, so that what is found later can be reported at its place.
 */
public final class Positions {
  private final String file;
  private final Node root;
  private final String text;
  private final List<String> lines;
  private Set<Integer> secretLines = Set.of();
  private List<List<String>> secrets = List.of();

  Positions(String file, Node root, String text) {
    this.file = file;
    this.root = root;
    this.text = text;
    this.lines = text.lines().toList();
  }

  /** What stands on these lines, and at these places, is not shown. */
  void hide(Set<Integer> lines, List<ConfigPath> places) {
    secretLines = Set.copyOf(lines);
    secrets = places.stream().map(ConfigPath::names).toList();
  }

  /** Places of secrets: keys of mappings, indices of lists. */
  List<List<String>> secrets() {
    return secrets;
  }

  /** The text that was read, as it was written. */
  public String text() {
    return text;
  }

  /** The file as the user named it. */
  public String file() {
    return file;
  }

  /** Where the value of {@code path} stands; where it does not, the nearest value around it. */
  public Place of(String path) {
    return of(ConfigPath.parse(path));
  }

  Place of(ConfigPath path) {
    return node(path).place();
  }

  /** The value of {@code path}, or the nearest around it. */
  Node node(ConfigPath path) {
    Node at = root;
    for (ConfigPath step : path.steps()) {
      Node next = step(at, step);
      if (next == null) break;
      at = next;
      if (at instanceof Node.Scalar scalar && scalar.isNothing()) break;
    }
    return at;
  }

  private static @Nullable Node step(Node at, ConfigPath step) {
    String key = step.key();
    if (key != null) {
      Node.Field field = at instanceof Node.Fields fields ? fields.find(key) : null;
      return field == null ? null : field.value();
    }
    if (at instanceof Node.Items items)
      return step.index() < items.nodes().size() ? items.nodes().get(step.index()) : null;
    // A single value that stands for a list of one.
    return step.index() == 0 ? at : null;
  }

  /**
   * A problem at the place of {@code path}; its sentences may tell values of the document, not what
   * was substituted.
   */
  public ConfigProblem problem(String path, String message, String remedy) {
    Node node = node(ConfigPath.parse(path));
    Place place = node.place();
    return new ConfigProblem(
        file,
        place.line(),
        place.column(),
        path,
        Redaction.hide(message, node),
        Redaction.hide(remedy, node));
  }

  /**
   * The problem with its line of the document below, and a caret below that; for terminals. Lines
   * with secrets are not shown.
   */
  public String render(ConfigProblem problem) {
    if (!problem.file().equals(file)
        || problem.line() == 0
        || problem.line() > lines.size()
        || secretLines.contains(problem.line())) return problem.render();
    String line = lines.get(problem.line() - 1);
    String number = Integer.toString(problem.line());
    int before = Math.min(problem.column() - 1, line.codePointCount(0, line.length()));
    StringBuilder caret = new StringBuilder();
    // Tabs stay tabs, so that the caret stands below its character whatever their width.
    line.codePoints().limit(before).forEach(c -> caret.append(c == '\t' ? '\t' : ' '));
    return problem.render()
        + "\n  "
        + number
        + " | "
        + line
        + "\n  "
        + " ".repeat(number.length())
        + " | "
        + caret
        + "^";
  }
}
