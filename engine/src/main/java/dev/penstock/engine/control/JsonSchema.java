package dev.penstock.engine.control;

import dev.penstock.engine.spi.FilterFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the JSON Schema (draft 2020-12) of the configuration for editors, from the same records
 * that the reader decodes, with what the extensions at hand offer.
 */
public final class JsonSchema {
  static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";
  private static final Map<String, Object> REFERENCE = Map.of("$ref", "#/$defs/substitution");

  private final Registries registries;
  private final Map<String, Object> definitions = new LinkedHashMap<>();
  private final Map<Class<?>, String> names = new LinkedHashMap<>();

  private JsonSchema(Registries registries) {
    this.registries = registries;
  }

  /** The schema of {@link GatewayConfig} as JSON text. */
  public static String of(Registries registries) {
    return Json.write(new JsonSchema(registries).document());
  }

  /** The schema of one record, as a tree. */
  public static Map<String, Object> of(Class<? extends Record> type, Registries registries) {
    JsonSchema schema = new JsonSchema(registries);
    schema.substitution();
    Map<String, Object> root = object("$schema", DIALECT);
    root.putAll(schema.record(RecordShape.of(type)));
    root.put("$defs", schema.definitions);
    return root;
  }

  private void substitution() {
    definitions.put(
        "substitution",
        object(
            "description",
                "Replaced when the configuration is read: ${NAME}, ${NAME:-default}, ${file:/path} or ${SOURCE:key}.",
            "type", "string",
            "pattern", "\\$\\{[^}]+\\}"));
  }

  private Map<String, Object> document() {
    substitution();
    Map<String, Object> root = object("$schema", DIALECT, "title", "Penstock configuration");
    root.putAll(mapping(RecordShape.of(GatewayConfig.class)));
    root.put("$defs", definitions);
    return root;
  }

  private Map<String, Object> key(RecordShape.Key key) {
    Map<String, Object> schema = new LinkedHashMap<>();
    if (key.doc() != null) schema.put("description", key.doc());
    if (key.isSecret()) schema.put("writeOnly", true);
    if (key.defaultText() != null) putDefault(key, schema);
    Map<String, Object> value = value(key.shape(), key.range());
    boolean holdsOthers =
        key.shape() instanceof Shape.ListOf
            || key.shape() instanceof Shape.MapOf
            || key.shape() instanceof Shape.RecordOf;
    // A key whose children are commented out.
    if (key.isNullable() || (!key.isRequired() && holdsOthers))
      value = anyOf(value, object("type", "null"));
    schema.putAll(value);
    return schema;
  }

  private static void putDefault(RecordShape.Key key, Map<String, Object> schema) {
    Node node = RecordShape.defaultNode(key, new Problems(""));
    Object value = node == null ? null : FreeForm.value(node);
    if (value != null) schema.put("default", value);
  }

  private Map<String, Object> value(Shape shape, @Nullable Range range) {
    return switch (shape) {
      case Shape.Text text -> object("type", List.of("string", "number", "boolean"));
      case Shape.Flag flag -> anyOf(object("type", "boolean"), REFERENCE);
      case Shape.Whole whole -> anyOf(number("integer", range), REFERENCE);
      case Shape.Decimal decimal -> anyOf(number("number", range), REFERENCE);
      case Shape.Size size ->
          anyOf(number("integer", range), text(Units.BYTES_PATTERN, range), REFERENCE);
      case Shape.Share share ->
          anyOf(
              object("type", "number", "minimum", 0, "maximum", 1),
              text(Units.SHARE_PATTERN, null),
              REFERENCE);
      case Shape.Time time ->
          anyOf(object("const", 0), text(Units.DURATION_PATTERN, range), REFERENCE);
      case Shape.Choice choice ->
          anyOf(object("enum", List.copyOf(choice.words().keySet())), REFERENCE);
      case Shape.FilePath path -> object("type", "string");
      case Shape.Address address -> object("type", "string");
      case Shape.Expression expression -> object("type", "string");
      case Shape.Parsed parsed -> object("type", List.of("string", "number"));
      case Shape.Free free -> new LinkedHashMap<>();
      case Shape.ListOf list -> {
        Map<String, Object> element = value(list.element(), range);
        yield anyOf(object("type", "array", "items", element), element);
      }
      case Shape.MapOf map ->
          object("type", "object", "additionalProperties", value(map.value(), range));
      case Shape.RecordOf record -> reference(record.type());
      case Shape.OneOf oneOf -> oneOf(oneOf.records());
      case Shape.Offered offered -> oneOf(offered(offered.factory()));
    };
  }

  private Map<String, Class<? extends Record>> offered(Class<?> factory) {
    Map<String, Class<? extends Record>> offered = new LinkedHashMap<>();
    for (String name : registries.names(factory)) {
      Class<? extends Record> type = registries.configType(factory, name);
      if (type != null) offered.put(name, type);
    }
    return offered;
  }

  /** A name alone, or one key with settings. */
  private Map<String, Object> oneOf(Map<String, Class<? extends Record>> records) {
    List<String> alone = new ArrayList<>();
    Map<String, Object> properties = new LinkedHashMap<>();
    records.forEach((name, type) -> {
      if (RecordShape.of(type).keys().stream().noneMatch(RecordShape.Key::isRequired))
        alone.add(name);
      properties.put(name, anyOf(reference(type), object("type", "null")));
    });
    Map<String, Object> mapping =
        object(
            "type",
            "object",
            "properties",
            properties,
            "additionalProperties",
            false,
            "minProperties",
            1,
            "maxProperties",
            1);
    return alone.isEmpty() ? mapping : anyOf(object("enum", alone), mapping);
  }

  private Map<String, Object> reference(Class<? extends Record> type) {
    String name = names.get(type);
    if (name == null) {
      name = freeName(type);
      names.put(type, name);
      // Before its parts: a record may hold itself.
      definitions.put(name, Map.of());
      definitions.put(name, record(RecordShape.of(type)));
    }
    return object("$ref", "#/$defs/" + name);
  }

  private String freeName(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    String base =
        Names.lowerDash((outer == null ? "" : outer.getSimpleName()) + type.getSimpleName());
    String name = base;
    for (int i = 2; definitions.containsKey(name); i++) name = base + "-" + i;
    return name;
  }

  private Map<String, Object> record(RecordShape shape) {
    RecordShape.Key shorthand = shape.shorthand();
    return shorthand == null
        ? mapping(shape)
        : anyOf(mapping(shape), value(shorthand.shape(), shorthand.range()));
  }

  private Map<String, Object> mapping(RecordShape shape) {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (RecordShape.Key key : shape.keys()) {
      properties.put(key.name(), key(key));
      if (key.isRequired()) required.add(key.name());
    }
    if (shape.others() != null) {
      offered(FilterFactory.class)
          .forEach((name, type) -> properties.putIfAbsent(name, reference(type)));
    }
    Map<String, Object> schema = new LinkedHashMap<>();
    if (shape.doc() != null) schema.put("description", shape.doc());
    schema.put("type", "object");
    schema.put("properties", properties);
    if (!required.isEmpty()) schema.put("required", required);
    schema.put("additionalProperties", false);
    return schema;
  }

  private static Map<String, Object> number(String type, @Nullable Range range) {
    Map<String, Object> schema = object("type", type);
    if (range != null && range.low() instanceof Number low) schema.put("minimum", low);
    if (range != null && range.high() instanceof Number high) schema.put("maximum", high);
    return schema;
  }

  private static Map<String, Object> text(String pattern, @Nullable Range range) {
    Map<String, Object> schema = object("type", "string", "pattern", pattern);
    boolean hasUnits =
        range != null && (range.low() instanceof Duration || range.high() instanceof Duration);
    // JSON Schema cannot compare durations; the editor shows the range at least.
    if (hasUnits && range != null) schema.put("description", "Allowed: " + range.text());
    return schema;
  }

  @SafeVarargs
  private static Map<String, Object> anyOf(Map<String, Object>... schemas) {
    List<Object> flat = new ArrayList<>();
    for (Map<String, Object> schema : schemas) {
      if (schema.size() == 1 && schema.get("anyOf") instanceof List<?> inner) {
        for (Object each : inner) if (!flat.contains(each)) flat.add(each);
      } else if (!flat.contains(schema)) {
        flat.add(schema);
      }
    }
    return object("anyOf", flat);
  }

  private static Map<String, Object> object(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2)
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    return map;
  }
}
