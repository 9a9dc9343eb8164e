package dev.penstock.engine.control;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Hides secrets that stand in a document themselves (A14); references to files and variables are
 * shown. Where a mask is sent back, the secret stays what it was.
 */
public final class SecretMask {
  public static final String MASK = "••••••";

  private SecretMask() {}

  /**
   * {@code tree} with masks.
   *
   * @param secrets places of secrets; where a list or mapping stands, all that is in it
   */
  public static @Nullable Object hide(@Nullable Object tree, List<List<String>> secrets) {
    return hide(tree, new ArrayList<>(), secrets);
  }

  private static @Nullable Object hide(
      @Nullable Object at, List<String> path, List<List<String>> secrets) {
    return switch (at) {
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> shown = new LinkedHashMap<>();
        map.forEach((key, value) -> {
          path.addLast(String.valueOf(key));
          shown.put(String.valueOf(key), hide(value, path, secrets));
          path.removeLast();
        });
        yield shown;
      }
      case List<?> list -> {
        List<@Nullable Object> shown = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
          path.addLast(Integer.toString(i));
          shown.add(hide(list.get(i), path, secrets));
          path.removeLast();
        }
        yield shown;
      }
      case null -> null;
      default -> isSecret(path, secrets) && !at.toString().contains("${") ? MASK : at;
    };
  }

  private static boolean isSecret(List<String> path, List<List<String>> secrets) {
    for (List<String> secret : secrets)
      if (secret.size() <= path.size() && path.subList(0, secret.size()).equals(secret))
        return true;
    return false;
  }

  /** {@code edited} with what {@code before} has at the places of its masks. */
  static Document restore(Document edited, Document before) {
    if (!edited.text().contains(MASK) && !edited.text().contains("\\u2022")) return edited;
    Object restored = restore(edited.tree(), new ArrayList<>(), before);
    if (Objects.equals(restored, before.tree())) return before;
    return Objects.equals(restored, edited.tree()) ? edited : Document.of(restored);
  }

  private static @Nullable Object restore(@Nullable Object at, List<String> path, Document before) {
    return switch (at) {
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> whole = new LinkedHashMap<>();
        map.forEach((key, value) -> {
          path.addLast(String.valueOf(key));
          whole.put(String.valueOf(key), restore(value, path, before));
          path.removeLast();
        });
        yield whole;
      }
      case List<?> list -> {
        List<@Nullable Object> whole = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
          path.addLast(Integer.toString(i));
          whole.add(restore(list.get(i), path, before));
          path.removeLast();
        }
        yield whole;
      }
      case String text when text.equals(MASK) -> known(path, before);
      case null, default -> at;
    };
  }

  private static @Nullable Object known(List<String> path, Document before) {
    try {
      return before.find(path);
    } catch (Document.NoSuchPlaceException e) {
      return MASK;
    }
  }
}
