package dev.penstock.engine.control;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Maps, lists, texts, numbers, booleans and nulls: to and from nodes. */
final class FreeForm {
  private FreeForm() {}

  /** Immutable; plain text is typed as YAML does, quoted text stays text. */
  static @Nullable Object value(Node node) {
    return value(node, scalar -> ScalarDecoder.free(scalar.text()));
  }

  /** As {@link #value(Node)}, with plain text that says something typed by {@code plain}. */
  static @Nullable Object value(Node node, Function<Node.Scalar, @Nullable Object> plain) {
    return switch (node) {
      case Node.Scalar scalar -> {
        if (scalar.isNothing()) yield null;
        yield scalar.isPlain() ? plain.apply(scalar) : scalar.text();
      }
      case Node.Broken broken -> null;
      case Node.Items items -> {
        List<@Nullable Object> values = new ArrayList<>(items.nodes().size());
        for (Node each : items.nodes()) values.add(value(each, plain));
        yield Collections.unmodifiableList(values);
      }
      case Node.Fields fields -> {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (Node.Field field : fields.entries())
          values.put(field.key(), value(field.value(), plain));
        yield Collections.unmodifiableMap(values);
      }
    };
  }

  /** What {@link #value} would have been made of; places are unknown. */
  static Node node(@Nullable Object value) {
    return switch (value) {
      case null -> new Node.Scalar("", "", true, Place.START);
      case Map<?, ?> map -> {
        List<Node.Field> entries = new ArrayList<>(map.size());
        map.forEach((key, each) ->
            entries.add(new Node.Field(String.valueOf(key), Place.START, node(each))));
        yield new Node.Fields(entries, Place.START);
      }
      case Iterable<?> list -> {
        List<Node> nodes = new ArrayList<>();
        for (Object each : list) nodes.add(node(each));
        yield new Node.Items(nodes, Place.START);
      }
      case String text -> new Node.Scalar(text, text, false, Place.START);
      default -> new Node.Scalar(value.toString(), value.toString(), true, Place.START);
    };
  }
}
