package dev.penstock.engine.control;

import java.nio.file.Path;

/**
 * What is wrong in a configuration, where, and what to do about it.
 *
 * @param file as the user named it
 * @param line 1 is the first; 0 where there are no lines, as in a JAR
 * @param column 1 is the first
 * @param path {@code routes.users.upstream}; empty for the document as a whole
 * @param message what is wrong; never shows a secret
 * @param remedy the way out; may be empty
 */
public record ConfigProblem(
    String file, int line, int column, String path, String message, String remedy) {

  /** Where it is as a JSON Pointer (RFC 6901): {@code /routes/users/upstream}. */
  public String pointer() {
    StringBuilder out = new StringBuilder();
    for (String name : ConfigPath.parse(path).names())
      out.append('/').append(name.replace("~", "~0").replace("/", "~1"));
    return out.toString();
  }

  /**
   * One line: {@code gateway.yaml:14:7: routes.users.upstream: there is no upstream "blue"; known:
   * "green"}.
   */
  public String render() {
    StringBuilder out = new StringBuilder().append(file).append(':');
    if (line > 0) out.append(line).append(':').append(column).append(':');
    out.append(' ');
    if (!path.isEmpty()) out.append(path).append(": ");
    out.append(message);
    if (!remedy.isEmpty()) out.append("; ").append(remedy);
    return out.toString();
  }

  /** A problem with a whole file that has no lines. */
  public static ConfigProblem ofFile(Path file, String message, String remedy) {
    return new ConfigProblem(file.toString(), 0, 0, "", message, remedy);
  }

  @Override
  public String toString() {
    return render();
  }
}
