package dev.penstock.engine.control;

import dev.penstock.engine.spi.ConfigException;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes records out of a document, strictly, by the contract of {@link
 * dev.penstock.engine.spi.Config}.
 *
 * <p>Goes on after a problem, so that all are found at once: a part that is wrong is null, and a
 * record that has a wrong part is not made.
 */
public final class RecordDecoder {
  private final Problems problems;
  private final Registries registries;
  private final ScalarDecoder scalars;
  private final Set<Integer> secretLines = new HashSet<>();
  private final List<ConfigPath> secrets = new ArrayList<>();

  RecordDecoder(Problems problems, Registries registries) {
    this.problems = problems;
    this.registries = registries;
    this.scalars = new ScalarDecoder(problems);
  }

  /**
   * Decodes a free-form value: maps, lists, texts, numbers and booleans as YAML or JSON give them.
   *
   * @throws ConfigException with all that is wrong, one line each
   */
  public static <R extends Record> R decode(Class<R> type, Object free, Registries registries) {
    Problems problems = new Problems("");
    RecordDecoder decoder = new RecordDecoder(problems, registries);
    R decoded =
        type.cast(decoder.record(RecordShape.of(type), FreeForm.node(free), ConfigPath.ROOT));
    return orThrow(decoded, problems);
  }

  static ComponentConfig decodeOffered(Object free, Class<?> factory, Registries registries) {
    Problems problems = new Problems("");
    RecordDecoder decoder = new RecordDecoder(problems, registries);
    ComponentConfig decoded =
        (ComponentConfig)
            decoder.offered(
                new Shape.Offered(factory, false), FreeForm.node(free), ConfigPath.ROOT);
    return orThrow(decoded, problems);
  }

  private static <T> T orThrow(@Nullable T decoded, Problems problems) {
    if (decoded != null && problems.isEmpty()) return decoded;
    List<String> lines = new ArrayList<>();
    for (ConfigProblem p : problems.inOrder()) {
      lines.add(
          (p.path().isEmpty() ? "" : p.path() + ": ")
              + p.message()
              + (p.remedy().isEmpty() ? "" : "; " + p.remedy()));
    }
    throw new ConfigException(String.join("\n", lines));
  }

  /** The lines on which secrets stand that were met so far. */
  Set<Integer> secretLines() {
    return secretLines;
  }

  /** Where secrets stand that were met so far. */
  List<ConfigPath> secrets() {
    return secrets;
  }

  /** The record, or null when there was a problem. */
  @Nullable Record record(RecordShape shape, Node node, ConfigPath path) {
    int before = problems.count();
    @Nullable Object[] values = components(shape, node, path);
    return values == null || problems.count() > before ? null : create(shape, values, node, path);
  }

  /**
   * The values of the record's components, null where one is wrong; null when {@code node} cannot
   * stand for it.
   */
  @Nullable Object @Nullable [] components(RecordShape shape, Node node, ConfigPath path) {
    RecordShape.Key shorthand = shape.shorthand();
    if (node instanceof Node.Broken) {
      problems.addKnown();
      return null;
    }
    if (node instanceof Node.Fields fields) return ofFields(shape, fields, path);
    if (shorthand == null || isNothing(node)) {
      String remedy = Expected.remedy(new Shape.RecordOf(shape.type()));
      boolean canBeEmpty = shape.keys().stream().noneMatch(RecordShape.Key::isRequired);
      problems.add(
          node.place(),
          path,
          "found " + node.kind() + " where a mapping is expected",
          isNothing(node) && canBeEmpty ? "write {} for all defaults" : remedy);
      return null;
    }
    @Nullable Object[] values = new Object[shape.size()];
    for (RecordShape.Key key : shape.keys()) {
      values[key.index()] =
          key.equals(shorthand) ? present(key, node, path) : absent(shape, key, node.place(), path);
    }
    return values;
  }

  private @Nullable Object[] ofFields(RecordShape shape, Node.Fields fields, ConfigPath path) {
    @Nullable Object[] values = new Object[shape.size()];
    for (RecordShape.Key key : shape.keys()) {
      Node.Field field = fields.find(key.name());
      values[key.index()] =
          field == null || isAbsent(key, field.value())
              ? absent(shape, key, fields.place(), path)
              : present(key, field.value(), path.key(key.name()));
    }
    RecordShape.Key others = shape.others();
    Node.Field taken = null;
    for (Node.Field field : fields.entries()) {
      if (shape.find(field.key()) != null) continue;
      if (others == null || !isOffered(others, field.key())) {
        unknownKey(shape, field, path);
      } else if (taken != null) {
        problems.add(
            field.keyPlace(),
            path,
            "both " + Names.quote(taken.key()) + " and " + Names.quote(field.key()) + " stand here",
            "keep one of them; filters that only look on stand under filters:");
      } else {
        taken = field;
        Node one = new Node.Fields(List.of(field), field.keyPlace());
        values[others.index()] = offered((Shape.Offered) others.shape(), one, path);
      }
    }
    return values;
  }

  private boolean isOffered(RecordShape.Key others, String name) {
    return others.shape() instanceof Shape.Offered offered
        && registries.configType(offered.factory(), name) != null;
  }

  private void unknownKey(RecordShape shape, Node.Field field, ConfigPath path) {
    List<String> candidates = new ArrayList<>(shape.names());
    String orOffered = "";
    if (shape.others() != null && shape.others().shape() instanceof Shape.Offered offered) {
      candidates.addAll(registries.names(offered.factory()));
      orOffered = ", or a " + Registries.kind(offered.factory()) + " that answers";
    }
    String remedy = Names.remedy(field.key(), shape.names(), candidates) + orOffered;
    problems.add(field.keyPlace(), path, "there is no key " + Names.quote(field.key()), remedy);
  }

  /**
   * A key without a value stands for its default where it would hold others: they may be commented
   * out.
   */
  private static boolean isAbsent(RecordShape.Key key, Node node) {
    if (!(node instanceof Node.Scalar scalar && scalar.isNothing()) || key.isRequired())
      return false;
    return key.isNullable()
        || key.shape() instanceof Shape.ListOf
        || key.shape() instanceof Shape.MapOf
        || key.shape() instanceof Shape.RecordOf;
  }

  private @Nullable Object present(RecordShape.Key key, Node node, ConfigPath path) {
    if (key.isSecret()) {
      secretLines.add(node.place().line());
      secrets.add(path);
    }
    return value(key.shape(), node, path, key);
  }

  private @Nullable Object absent(
      RecordShape shape, RecordShape.Key key, Place place, ConfigPath path) {
    String text = key.defaultText();
    if (text == null) {
      if (!key.isNullable()) {
        problems.add(
            place,
            path,
            "the key " + Names.quote(key.name()) + " is required",
            Expected.remedyForMissing(key));
      }
      return null;
    }
    return shape.defaultOf(key, registries);
  }

  @Nullable Object value(Shape shape, Node node, ConfigPath path, RecordShape.@Nullable Key key) {
    if (node instanceof Node.Broken) {
      problems.addKnown();
      return null;
    }
    return switch (shape) {
      case Shape.ListOf list -> list(list, node, path, key);
      case Shape.MapOf map -> map(map, node, path, key);
      case Shape.RecordOf record -> record(RecordShape.of(record.type()), node, path);
      case Shape.OneOf oneOf -> oneOf(oneOf, node, path);
      case Shape.Offered offered -> offered(offered, node, path);
      case Shape.Free free ->
          isNothing(node) ? wrongKind(shape, node, path, key) : FreeForm.value(node);
      default ->
          node instanceof Node.Scalar scalar && !isNothing(node)
              ? scalars.decode(shape, scalar, path, key)
              : wrongKind(shape, node, path, key);
    };
  }

  private static boolean isNothing(Node node) {
    return node instanceof Node.Scalar scalar && scalar.isNothing();
  }

  private @Nullable Object wrongKind(
      Shape shape, Node node, ConfigPath path, RecordShape.@Nullable Key key) {
    String found =
        key != null && key.isSecret() && node instanceof Node.Scalar && !isNothing(node)
            ? "a text"
            : node.kind();
    problems.add(
        node.place(),
        path,
        "found " + found + " where " + Expected.noun(shape) + " is expected",
        Expected.remedy(shape, key));
    return null;
  }

  private @Nullable Object list(
      Shape.ListOf shape, Node node, ConfigPath path, RecordShape.@Nullable Key key) {
    if (isNothing(node)) return wrongKind(shape, node, path, key);
    List<Object> values = new ArrayList<>();
    if (node instanceof Node.Items items) {
      for (int i = 0; i < items.nodes().size(); i++) {
        Object value = value(shape.element(), items.nodes().get(i), path.index(i), key);
        if (value != null) values.add(value);
      }
    } else {
      Object value = value(shape.element(), node, path, key);
      if (value != null) values.add(value);
    }
    return Collections.unmodifiableList(values);
  }

  private @Nullable Object map(
      Shape.MapOf shape, Node node, ConfigPath path, RecordShape.@Nullable Key key) {
    if (!(node instanceof Node.Fields fields)) return wrongKind(shape, node, path, key);
    Map<String, Object> values = new LinkedHashMap<>();
    for (Node.Field field : fields.entries()) {
      Object value = value(shape.value(), field.value(), path.key(field.key()), key);
      if (value != null) values.put(field.key(), value);
    }
    return Collections.unmodifiableMap(values);
  }

  private @Nullable Object oneOf(Shape.OneOf shape, Node node, ConfigPath path) {
    Named named = named(shape, node, path);
    if (named == null) return null;
    Class<? extends Record> type = shape.records().get(named.name);
    if (type != null) return record(RecordShape.of(type), named.settings, path.key(named.name));
    problems.add(
        named.place,
        path,
        Names.quote(named.name) + " may not stand here",
        Names.remedy(named.name, shape.records().keySet()));
    return null;
  }

  private @Nullable Object offered(Shape.Offered shape, Node node, ConfigPath path) {
    Named named = named(shape, node, path);
    if (named == null) return null;
    Class<? extends Record> type = registries.configType(shape.factory(), named.name);
    if (type == null) {
      problems.add(
          named.place,
          path,
          "there is no " + Registries.kind(shape.factory()) + " " + Names.quote(named.name),
          Names.remedy(named.name, registries.names(shape.factory())));
      return null;
    }
    Record settings = record(RecordShape.of(type), named.settings, path.key(named.name));
    if (settings == null) return null;
    return shape.isFree() ? FreeForm.value(node) : new ComponentConfig(named.name, settings);
  }

  /** One name with what belongs to it. */
  private record Named(String name, Place place, Node settings) {}

  private @Nullable Named named(Shape shape, Node node, ConfigPath path) {
    if (node instanceof Node.Scalar scalar && !scalar.isNothing()) {
      return new Named(scalar.text(), scalar.place(), new Node.Fields(List.of(), scalar.place()));
    }
    if (!(node instanceof Node.Fields fields) || fields.entries().isEmpty()) {
      wrongKind(shape, node, path, null);
      return null;
    }
    if (fields.entries().size() > 1) {
      List<String> names =
          fields.entries().stream().map(field -> Names.quote(field.key())).toList();
      problems.add(
          fields.entries().get(1).keyPlace(),
          path,
          "one name is expected, found " + Names.and(names),
          "begin each with its own \"- \", and indent settings below their name");
      return null;
    }
    Node.Field only = fields.entries().getFirst();
    Node settings =
        isNothing(only.value()) ? new Node.Fields(List.of(), only.keyPlace()) : only.value();
    return new Named(only.key(), only.keyPlace(), settings);
  }

  @Nullable Record create(
      RecordShape shape, @Nullable Object[] values, Node node, ConfigPath path) {
    Throwable cause;
    try {
      return shape.create(values);
    } catch (InvocationTargetException e) {
      cause = Objects.requireNonNull(e.getCause());
    }
    boolean isForUser =
        cause instanceof IllegalArgumentException || cause instanceof ConfigException;
    String message = String.valueOf(isForUser ? cause.getMessage() : cause);
    for (RecordShape.Key key : shape.keys()) {
      if (key.isSecret() && values[key.index()] instanceof String secret && !secret.isEmpty()) {
        message = message.replace(secret, "***");
      }
    }
    message = Redaction.hide(message, node);
    report(isForUser ? message : "cannot be used: " + message, node, path);
    return null;
  }

  /**
   * A sentence that begins with the name of a key is about that key; one that begins with a text in
   * quotes is about that text.
   */
  private void report(String message, Node node, ConfigPath path) {
    if (node instanceof Node.Fields fields) {
      for (Node.Field field : fields.entries()) {
        String key = field.key();
        if (message.startsWith(key + ": ")) {
          problems.add(
              field.value().place(), path.key(key), message.substring(key.length() + 2), "");
          return;
        }
        if (message.startsWith(key + " ")) {
          problems.add(field.value().place(), path.key(key), message, "");
          return;
        }
      }
    }
    if (message.startsWith("\"") && reportAtText(message, node, path)) return;
    problems.add(node.place(), path, message, "");
  }

  private boolean reportAtText(String message, Node node, ConfigPath path) {
    return switch (node) {
      case Node.Scalar scalar -> {
        boolean isAboutIt = message.startsWith(Names.quote(scalar.source()));
        if (isAboutIt) problems.add(scalar.place(), path, message, "");
        yield isAboutIt;
      }
      case Node.Items items -> {
        for (int i = 0; i < items.nodes().size(); i++) {
          if (reportAtText(message, items.nodes().get(i), path.index(i))) yield true;
        }
        yield false;
      }
      case Node.Fields fields -> {
        for (Node.Field field : fields.entries()) {
          if (reportAtText(message, field.value(), path.key(field.key()))) yield true;
        }
        yield false;
      }
      case Node.Broken broken -> false;
    };
  }
}
