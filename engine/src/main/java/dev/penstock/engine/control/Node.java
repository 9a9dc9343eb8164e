package dev.penstock.engine.control;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value of a document with its place. Aliases are already followed, references to the environment
 * not yet.
 */
sealed interface Node {
  Place place();

  /** What it is, as a sentence to the user would say. */
  String kind();

  /**
   * Text, however it was quoted; the component it is meant for gives it a type.
   *
   * @param text after substitution
   * @param source as it stands in the document: what messages show, so that they never tell a
   *     substituted secret
   * @param isPlain not quoted
   */
  record Scalar(String text, String source, boolean isPlain, Place place) implements Node {
    /** Nothing, {@code ~} or {@code null}, not quoted. */
    boolean isNothing() {
      if (!isPlain || !isVerbatim()) return false;
      return text.isEmpty()
          || text.equals("~")
          || text.equals("null")
          || text.equals("Null")
          || text.equals("NULL");
    }

    boolean isVerbatim() {
      return text.equals(source);
    }

    @Override
    public String kind() {
      return isNothing() ? "nothing" : Names.quote(source);
    }
  }

  /** A list. */
  record Items(List<Node> nodes, Place place) implements Node {
    @Override
    public String kind() {
      return "a list";
    }
  }

  /** A mapping, in the order of the document. */
  record Fields(List<Field> entries, Place place) implements Node {
    @Nullable Field find(String key) {
      for (Field field : entries) if (field.key.equals(key)) return field;
      return null;
    }

    @Override
    public String kind() {
      return "a mapping";
    }
  }

  /**
   * What could not be understood; somebody has said so already, and nothing more should follow from
   * it.
   */
  record Broken(Place place) implements Node {
    @Override
    public String kind() {
      return "what is wrong already";
    }
  }

  /** A key with its value. */
  record Field(String key, Place keyPlace, Node value) {}
}
