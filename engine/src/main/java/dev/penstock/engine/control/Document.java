package dev.penstock.engine.control;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * A configuration as it is written: references are not replaced, defaults not filled in. Immutable;
 * an edit makes another one, whose text is written anew, without the comments of the old.
 */
public final class Document {
  /** Numbers that JSON and YAML read alike; others keep their text. */
  private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9][0-9]*)\\.[0-9]+");

  private final String text;
  private final @Nullable Object tree;

  private Document(String text, @Nullable Object tree) {
    this.text = text;
    this.tree = tree;
  }

  /** An edit that names a place that is not there, or puts a value where none can be. */
  public static final class NoSuchPlaceException extends Exception {
    private static final long serialVersionUID = 1L;

    NoSuchPlaceException(String message) {
      super(message);
    }
  }

  /**
   * Reads YAML or JSON.
   *
   * @param name stands for the file in messages
   * @throws MalformedException when it is neither
   */
  public static Document parse(String text, String name) throws MalformedException {
    Problems problems = new Problems(name);
    Node node =
        DocumentParser.parse(text.startsWith("\uFEFF") ? text.substring(1) : text, problems);
    if (node == null || !problems.isEmpty()) throw new MalformedException(problems.inOrder());
    return new Document(text, FreeForm.value(node, Document::scalar));
  }

  /** A document of maps, lists, texts, numbers, booleans and nulls. */
  public static Document of(@Nullable Object tree) {
    return new Document(write(tree), frozen(tree));
  }

  /** What is neither YAML nor JSON. */
  public static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient List<ConfigProblem> problems;

    MalformedException(List<ConfigProblem> problems) {
      super(problems.isEmpty() ? "malformed" : problems.getFirst().render());
      this.problems = problems;
    }

    public List<ConfigProblem> problems() {
      return problems;
    }
  }

  /** As it was written, or as YAML. */
  public String text() {
    return text;
  }

  /** Maps, lists, texts, numbers, booleans and nulls; immutable. */
  public @Nullable Object tree() {
    return tree;
  }

  /** Whether something stands at {@code path}, be it null. */
  public boolean has(List<String> path) {
    try {
      find(path);
      return true;
    } catch (NoSuchPlaceException e) {
      return false;
    }
  }

  /** What stands at {@code path}: keys of mappings, indices of lists. */
  public @Nullable Object find(List<String> path) throws NoSuchPlaceException {
    Object at = tree;
    for (int i = 0; i < path.size(); i++) {
      String step = path.get(i);
      if (at instanceof Map<?, ?> map && map.containsKey(step)) at = map.get(step);
      else if (at instanceof List<?> list && index(step, list.size()) < list.size())
        at = list.get(index(step, list.size()));
      else throw nothingAt(path.subList(0, i + 1), at);
    }
    return at;
  }

  /** What stands at {@code path}; null also when nothing does. */
  public @Nullable Object findOrNull(List<String> path) {
    try {
      return find(path);
    } catch (NoSuchPlaceException e) {
      return null;
    }
  }

  private static NoSuchPlaceException nothingAt(List<String> path, @Nullable Object around) {
    String known =
        around instanceof Map<?, ?> map
            ? "; there are " + Names.list(map.keySet().stream().map(String::valueOf).toList())
            : around instanceof List<?> list ? "; the list has " + list.size() + " items" : "";
    return new NoSuchPlaceException("there is nothing at /" + String.join("/", path) + known);
  }

  /** The place in a list, {@code size} for {@code -}; out of range for what is no index. */
  private static int index(String step, int size) {
    if (step.equals("-")) return size;
    if (!step.matches("0|[1-9][0-9]{0,8}")) return Integer.MAX_VALUE;
    return Integer.parseInt(step);
  }

  /**
   * With {@code value} at {@code path}. Mappings on the way are made; {@code -} appends to a list.
   */
  public Document put(List<String> path, @Nullable Object value) throws NoSuchPlaceException {
    return edited(with(tree, path, 0, value));
  }

  /** With a JSON Merge Patch (RFC 7396) applied to what stands at {@code path}. */
  public Document patch(List<String> path, @Nullable Object patch) throws NoSuchPlaceException {
    Object now = has(path) ? find(path) : null;
    return put(path, merged(now, patch));
  }

  /** Without what stands at {@code path}. */
  public Document delete(List<String> path) throws NoSuchPlaceException {
    if (path.isEmpty()) throw new NoSuchPlaceException("the whole document cannot be removed");
    List<String> parent = path.subList(0, path.size() - 1);
    Object around = find(parent);
    find(path);
    if (around instanceof List<?> list) {
      List<@Nullable Object> rest = new ArrayList<>(list);
      rest.remove(index(path.getLast(), list.size()));
      return put(parent, rest);
    }
    Map<String, @Nullable Object> rest = new LinkedHashMap<>(asMap(around));
    rest.remove(path.getLast());
    return put(parent, rest);
  }

  private Document edited(@Nullable Object next) {
    return Objects.equals(next, tree) ? this : of(next);
  }

  private static @Nullable Object with(
      @Nullable Object at, List<String> path, int depth, @Nullable Object value)
      throws NoSuchPlaceException {
    if (depth == path.size()) return value;
    String step = path.get(depth);
    if (at instanceof List<?> list) {
      int index = index(step, list.size());
      if (index > list.size()) throw nothingAt(path.subList(0, depth + 1), at);
      List<@Nullable Object> items = new ArrayList<>(list);
      Object next = with(index < list.size() ? list.get(index) : null, path, depth + 1, value);
      if (index < list.size()) items.set(index, next);
      else items.add(next);
      return items;
    }
    if (at != null && !(at instanceof Map))
      throw new NoSuchPlaceException(
          "/"
              + String.join("/", path.subList(0, depth))
              + " is a single value: nothing is below it");
    Map<String, @Nullable Object> entries = new LinkedHashMap<>(asMap(at));
    entries.put(step, with(entries.get(step), path, depth + 1, value));
    return entries;
  }

  @SuppressWarnings("unchecked") // trees have texts as keys only
  private static Map<String, @Nullable Object> asMap(@Nullable Object value) {
    return value == null ? Map.of() : (Map<String, @Nullable Object>) value;
  }

  private static @Nullable Object merged(@Nullable Object target, @Nullable Object patch) {
    if (!(patch instanceof Map<?, ?> changes)) return patch;
    Map<String, @Nullable Object> result =
        new LinkedHashMap<>(target instanceof Map ? asMap(target) : Map.of());
    changes.forEach((key, value) -> {
      String name = String.valueOf(key);
      if (value == null) result.remove(name);
      else result.put(name, merged(result.get(name), value));
    });
    return result;
  }

  private static @Nullable Object frozen(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((key, each) -> copy.put(String.valueOf(key), frozen(each)));
        yield Collections.unmodifiableMap(copy);
      }
      case List<?> list -> {
        List<@Nullable Object> copy = new ArrayList<>(list.size());
        for (Object each : list) copy.add(frozen(each));
        yield Collections.unmodifiableList(copy);
      }
      case null, default -> value;
    };
  }

  /** A number keeps how it was written: 1.10 may be a version. */
  private static @Nullable Object scalar(Node.Scalar scalar) {
    Object free = ScalarDecoder.free(scalar.text());
    if (!(free instanceof Number)) return free;
    if (free.toString().equals(scalar.text()) && free instanceof Long) return free;
    return DECIMAL.matcher(scalar.text()).matches() ? new BigDecimal(scalar.text()) : scalar.text();
  }

  private static String write(@Nullable Object tree) {
    DumpSettings settings =
        DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setSchema(new CoreSchema())
            .setSplitLines(false)
            .setDereferenceAliases(true)
            .build();
    return new Dump(settings).dumpToString(tree);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Document that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }
}
