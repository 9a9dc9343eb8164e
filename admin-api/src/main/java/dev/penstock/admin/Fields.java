package dev.penstock.admin;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** A JSON object in the order in which it is built; what is null is left out. */
final class Fields extends LinkedHashMap<String, Object> {
  private static final long serialVersionUID = 1L;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  /** Names and values in turn. */
  static Fields of(@Nullable Object... namesAndValues) {
    Fields fields = new Fields();
    for (int i = 0; i < namesAndValues.length; i += 2)
      fields.with(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
    return fields;
  }

  Fields with(String name, @Nullable Object value) {
    if (value != null) put(name, value);
    return this;
  }

  /** RFC 3339 in UTC. */
  static String time(long wallMillis) {
    return TIME.format(Instant.ofEpochMilli(wallMillis));
  }

  /** Milliseconds with three places. */
  static double millis(long ns) {
    return Math.round(ns / 1e3) / 1e3;
  }
}
