package dev.penstock.plugins.auth;

import dev.penstock.engine.spi.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Files with a name, a secret's hash and perhaps groups in each line: {@code anna:HASH:dev,ops}.
 */
final class NamedLines {
  private NamedLines() {}

  /** One line. {@code place} is for messages, such as {@code users.txt:3}. */
  record Line(String place, String name, String hash, List<String> groups) {
    ConfigException wrong(String sentence) {
      return new ConfigException(sentence, place, null);
    }
  }

  /**
   * Reads all lines but empty ones and those that begin with {@code #}.
   *
   * @throws ConfigException when the file cannot be read or a line is of another form
   */
  static List<Line> read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new ConfigException("%s cannot be read: %s".formatted(file, e.getMessage()));
    }
    List<Line> all = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) continue;
      String[] parts = line.split(":", -1);
      String place = file + ":" + (i + 1);
      if (parts.length < 2 || parts.length > 3 || parts[0].isBlank()) {
        throw new ConfigException("a line is NAME:HASH or NAME:HASH:GROUP,GROUP", place, null);
      }
      all.add(new Line(place, parts[0], parts[1], parts.length < 3 ? List.of() : groups(parts[2])));
    }
    return all;
  }

  private static List<String> groups(String text) {
    List<String> groups = new ArrayList<>();
    for (String group : text.split(",")) {
      if (!group.isBlank()) groups.add(group.strip());
    }
    return groups;
  }
}
