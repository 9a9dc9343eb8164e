package dev.penstock.engine.control;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The part of JSON Schema 2020-12 that our schema uses; fails on keywords it does not know. */
final class SchemaValidator {
  private static final Set<String> ANNOTATIONS =
      Set.of("$schema", "title", "description", "default", "writeOnly", "$defs");

  private final Map<?, ?> root;

  SchemaValidator(Object schema) {
    root = (Map<?, ?>) schema;
  }

  boolean isValid(@Nullable Object value) {
    return isValid(root, value);
  }

  private boolean isValid(Map<?, ?> schema, @Nullable Object value) {
    for (Map.Entry<?, ?> keyword : schema.entrySet()) {
      if (!holds((String) keyword.getKey(), keyword.getValue(), schema, value)) return false;
    }
    return true;
  }

  private boolean holds(String keyword, Object expected, Map<?, ?> schema, @Nullable Object value) {
    if (ANNOTATIONS.contains(keyword)) return true;
    return switch (keyword) {
      case "$ref" -> isValid(definition((String) expected), value);
      case "anyOf" ->
          ((List<?>) expected).stream().anyMatch(each -> isValid((Map<?, ?>) each, value));
      case "type" ->
          (expected instanceof List<?> types ? types : List.of(expected))
              .stream().anyMatch(type -> isOfType((String) type, value));
      case "enum" -> ((List<?>) expected).contains(value);
      case "const" -> expected.equals(value);
      case "pattern" ->
          !(value instanceof String text)
              || java.util.regex.Pattern.compile((String) expected).matcher(text).find();
      case "minimum" ->
          !(value instanceof Number number)
              || number.doubleValue() >= ((Number) expected).doubleValue();
      case "maximum" ->
          !(value instanceof Number number)
              || number.doubleValue() <= ((Number) expected).doubleValue();
      case "items" ->
          !(value instanceof List<?> list)
              || list.stream().allMatch(each -> isValid((Map<?, ?>) expected, each));
      case "required" ->
          !(value instanceof Map<?, ?> map) || map.keySet().containsAll((List<?>) expected);
      case "minProperties" ->
          !(value instanceof Map<?, ?> map) || map.size() >= ((Number) expected).intValue();
      case "maxProperties" ->
          !(value instanceof Map<?, ?> map) || map.size() <= ((Number) expected).intValue();
      case "properties" -> !(value instanceof Map<?, ?> map) || areValid((Map<?, ?>) expected, map);
      case "additionalProperties" ->
          !(value instanceof Map<?, ?> map) || areOthersValid(expected, schema, map);
      default ->
          throw new AssertionError("a keyword that this validator does not know: " + keyword);
    };
  }

  private boolean areValid(Map<?, ?> properties, Map<?, ?> map) {
    for (Map.Entry<?, ?> property : properties.entrySet()) {
      if (map.containsKey(property.getKey())
          && !isValid((Map<?, ?>) property.getValue(), map.get(property.getKey()))) return false;
    }
    return true;
  }

  private boolean areOthersValid(Object expected, Map<?, ?> schema, Map<?, ?> map) {
    Object known = schema.get("properties");
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (known instanceof Map<?, ?> properties && properties.containsKey(entry.getKey())) continue;
      if (expected.equals(false) || !isValid((Map<?, ?>) expected, entry.getValue())) return false;
    }
    return true;
  }

  private Map<?, ?> definition(String reference) {
    Map<?, ?> definitions = (Map<?, ?>) Objects.requireNonNull(root.get("$defs"));
    return (Map<?, ?>)
        Objects.requireNonNull(definitions.get(reference.replace("#/$defs/", "")), reference);
  }

  private static boolean isOfType(String type, @Nullable Object value) {
    return switch (type) {
      case "null" -> value == null;
      case "boolean" -> value instanceof Boolean;
      case "integer" -> value instanceof Long;
      case "number" -> value instanceof Number;
      case "string" -> value instanceof String;
      case "array" -> value instanceof List<?>;
      case "object" -> value instanceof Map<?, ?>;
      default -> throw new AssertionError(type);
    };
  }
}
