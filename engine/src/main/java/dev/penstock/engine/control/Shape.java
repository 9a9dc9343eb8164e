package dev.penstock.engine.control;

import java.lang.reflect.Method;
import java.util.Map;

/**
 * What a component takes, read once from its type and annotations; decoder, schema and reference
 * all work from it.
 */
sealed interface Shape {
  /** Any text. */
  record Text() implements Shape {}

  /** true or false. */
  record Flag() implements Shape {}

  /** A whole number that fits {@code type}: int or long, or their boxes. */
  record Whole(Class<?> type) implements Shape {}

  /** A whole number of bytes, with units. */
  record Size(Class<?> type) implements Shape {}

  /** A number. */
  record Decimal() implements Shape {}

  /** A number from 0 to 1 or a percentage. */
  record Share() implements Shape {}

  /** A duration with units. */
  record Time() implements Shape {}

  /** One of some words. */
  record Choice(Map<String, Object> words) implements Shape {}

  /** A path in the file system. */
  record FilePath() implements Shape {}

  record Address() implements Shape {}

  record Expression() implements Shape {}

  /** Text that a static {@code parse(String)} takes. */
  record Parsed(Class<?> type, Method parse) implements Shape {}

  /** Anything that YAML can say. */
  record Free() implements Shape {}

  record ListOf(Shape element) implements Shape {}

  record MapOf(Shape value) implements Shape {}

  /** A nested record. */
  record RecordOf(Class<? extends Record> type) implements Shape {}

  /** One of the records of a sealed interface, by name. */
  record OneOf(Class<?> type, Map<String, Class<? extends Record>> records) implements Shape {}

  /**
   * Something that an extension offers, by name.
   *
   * @param isFree the component is an Object, which keeps what was written instead of the decoded
   *     settings
   */
  record Offered(Class<?> factory, boolean isFree) implements Shape {}
}
