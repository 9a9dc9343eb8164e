package dev.penstock.engine.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Media types by the ends of file names: those of {@code types.txt} and more. */
final class MediaTable {
  private static final String UNKNOWN = "application/octet-stream";
  private static final Map<String, String> USUAL = usual();

  private final Map<String, String> more = new HashMap<>();

  /** Takes the usual ones, and {@code more} by extension, with or without its dot. */
  MediaTable(Map<String, String> more) {
    more.forEach((end, type) ->
        this.more.put(
            (end.startsWith(".") ? end.substring(1) : end).toLowerCase(Locale.ROOT), type));
  }

  private static Map<String, String> usual() {
    Map<String, String> types = new HashMap<>();
    try (InputStream in = MediaTable.class.getResourceAsStream("types.txt")) {
      if (in == null) throw new IllegalStateException("types.txt is missing");
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (String line : text.lines().toList()) {
        String[] words = line.split(" ");
        for (int i = 1; i < words.length; i++) types.put(words[i], words[0]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return types;
  }

  /** The Content-Type of a file with this name. */
  String of(String name) {
    String end = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    String type = more.get(end);
    if (type != null) return type;
    type = USUAL.getOrDefault(end, UNKNOWN);
    boolean isText = type.startsWith("text/") || type.equals("application/javascript");
    return isText ? type + "; charset=utf-8" : type;
  }
}
