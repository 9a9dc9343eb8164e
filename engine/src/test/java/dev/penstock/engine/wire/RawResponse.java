package dev.penstock.engine.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A response as a client received it. Fields are {@code Name: value} lines, as they came. */
public record RawResponse(
    String statusLine, List<String> fields, byte[] bytes, List<String> trailers) {
  public int status() {
    return Integer.parseInt(statusLine.substring(9, 12));
  }

  /** The value of the field, or null; fails when there are several. */
  public @Nullable String field(String name) {
    List<String> all = all(name);
    if (all.size() > 1) throw new AssertionError(name + " stands more than once: " + fields);
    return all.isEmpty() ? null : all.getFirst();
  }

  public List<String> all(String name) {
    return fields.stream()
        .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
        .map(line -> line.substring(name.length() + 1).strip())
        .toList();
  }

  public String body() {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  @Override
  public String toString() {
    return statusLine + " " + fields + " " + body() + (trailers.isEmpty() ? "" : " " + trailers);
  }
}
