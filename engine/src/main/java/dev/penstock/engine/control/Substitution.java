package dev.penstock.engine.control;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts values from outside into the scalars of a document that is already parsed, so that no value
 * can add structure: {@code ${NAME}}, {@code ${NAME:-default}} (also when the variable is empty),
 * {@code ${file:/run/secret}} without its last line end, {@code ${NAME:key}} of a source under
 * {@code secrets:}. A doubled dollar before a brace stands for one that refers to nothing; any
 * other dollar for itself.
 */
final class Substitution {
  private static final long MAX_FILE_BYTES = 1 << 20;

  private final Function<String, @Nullable String> environment;
  private final @Nullable Path folder;
  private final @Nullable SecretSources sources;
  private final Problems problems;
  private final Set<Path> files = new LinkedHashSet<>();

  /**
   * @param folder what relative files are relative to; null where files may not be read
   */
  Substitution(
      Function<String, @Nullable String> environment, @Nullable Path folder, Problems problems) {
    this(environment, folder, null, problems);
  }

  /**
   * @param sources null where nobody is asked: what refers to one is missing then, without a word
   */
  Substitution(
      Function<String, @Nullable String> environment,
      @Nullable Path folder,
      @Nullable SecretSources sources,
      Problems problems) {
    this.environment = environment;
    this.folder = folder;
    this.sources = sources;
    this.problems = problems;
  }

  /** The files that were read. */
  Set<Path> files() {
    return files;
  }

  Node apply(Node node) {
    return apply(node, ConfigPath.ROOT);
  }

  private Node apply(Node node, ConfigPath path) {
    return switch (node) {
      case Node.Scalar scalar -> scalar.text().contains("${") ? substitute(scalar, path) : scalar;
      case Node.Items items -> {
        List<Node> nodes = new ArrayList<>(items.nodes().size());
        for (int i = 0; i < items.nodes().size(); i++)
          nodes.add(apply(items.nodes().get(i), path.index(i)));
        yield new Node.Items(List.copyOf(nodes), items.place());
      }
      case Node.Fields fields -> {
        List<Node.Field> entries = new ArrayList<>(fields.entries().size());
        for (Node.Field field : fields.entries()) {
          entries.add(
              new Node.Field(
                  field.key(), field.keyPlace(), apply(field.value(), path.key(field.key()))));
        }
        yield new Node.Fields(List.copyOf(entries), fields.place());
      }
      case Node.Broken broken -> broken;
    };
  }

  private Node substitute(Node.Scalar scalar, ConfigPath path) {
    String text = scalar.text();
    StringBuilder out = new StringBuilder(text.length() + 32);
    int at = 0;
    for (int open; (open = text.indexOf("${", at)) >= 0; ) {
      if (open > at && text.charAt(open - 1) == '$') {
        out.append(text, at, open).append('{');
        at = open + 2;
        continue;
      }
      out.append(text, at, open);
      int close = text.indexOf('}', open);
      if (close < 0) {
        problems.add(
            scalar.place(),
            path,
            "the reference " + Names.quote(text.substring(open)) + " has no end",
            "close it with }, or write $${ for the characters ${");
        return new Node.Broken(scalar.place());
      }
      String value = resolve(text.substring(open + 2, close), scalar, path);
      if (value == null) return new Node.Broken(scalar.place());
      out.append(value);
      at = close + 1;
    }
    return new Node.Scalar(
        out.append(text, at, text.length()).toString(),
        scalar.source(),
        scalar.isPlain(),
        scalar.place());
  }

  private @Nullable String resolve(String reference, Node.Scalar scalar, ConfigPath path) {
    if (reference.startsWith("file:")) return read(reference.substring(5), scalar, path);
    int dash = reference.indexOf(":-");
    String name = dash < 0 ? reference : reference.substring(0, dash);
    int colon = reference.indexOf(':');
    if (colon != dash && SecretSources.isName(reference.substring(0, Math.max(colon, 0))))
      return ask(reference.substring(0, colon), reference.substring(colon + 1), scalar, path);
    if (!isName(name)) {
      problems.add(
          scalar.place(),
          path,
          Names.quote("${" + reference + "}") + " is not a reference",
          "write ${NAME}, ${NAME:-default}, ${file:/path} or ${SOURCE:key}; $${ for the characters ${");
      return null;
    }
    if (dash >= 0 && reference.indexOf("${", dash) >= 0) {
      problems.add(
          scalar.place(),
          path,
          "the default of " + name + " holds another reference",
          "a default is plain text");
      return null;
    }
    String value = environment.apply(name);
    if (dash >= 0) return value == null || value.isEmpty() ? reference.substring(dash + 2) : value;
    if (value == null) {
      problems.add(
          scalar.place(),
          path,
          "the environment variable " + name + " is not set",
          "set it, or give a default: ${" + name + ":-…}");
    }
    return value;
  }

  private @Nullable String ask(String source, String key, Node.Scalar scalar, ConfigPath path) {
    if (sources == null) return null;
    List<String> steps = path.names();
    try {
      // These two are read before any source can be made.
      if (!steps.isEmpty() && List.of("secrets", "plugins").contains(steps.getFirst()))
        throw new SecretSources.NoSecretException(
            "secret sources are not asked here", "use ${NAME} or ${file:/path}");
      return sources.value(source, key);
    } catch (SecretSources.NoSecretException e) {
      problems.add(scalar.place(), path, String.valueOf(e.getMessage()), e.remedy());
      return null;
    }
  }

  private @Nullable String read(String name, Node.Scalar scalar, ConfigPath path) {
    String why;
    try {
      if (folder == null) throw new IOException("files are not read here");
      Path file = folder.resolve(name).normalize();
      files.add(file);
      if (!Files.isRegularFile(file) && Files.exists(file))
        throw new IOException("it is not a regular file");
      if (Files.size(file) > MAX_FILE_BYTES)
        throw new IOException("it is larger than " + Units.formatBytes(MAX_FILE_BYTES));
      String text = Files.readString(file);
      if (text.endsWith("\n"))
        text = text.substring(0, text.length() - (text.endsWith("\r\n") ? 2 : 1));
      return text;
    } catch (NoSuchFileException e) {
      why = "there is no such file";
    } catch (CharacterCodingException e) {
      why = "it is not UTF-8 text";
    } catch (IOException e) {
      why = e.getMessage();
    } catch (java.nio.file.InvalidPathException e) {
      why = "this is no path";
    }
    problems.add(
        scalar.place(),
        path,
        "the file " + Names.quote(name) + " cannot be read: " + why,
        "relative files are sought beside the configuration");
    return null;
  }

  private static boolean isName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      if (!isLetter && !(i > 0 && c >= '0' && c <= '9')) return false;
    }
    return !name.isEmpty();
  }
}
