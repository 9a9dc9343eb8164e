package dev.penstock.engine.http.h1;

import dev.penstock.engine.http.HttpLimits;
import dev.penstock.engine.http.Violation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * One case of a table file.
 *
 * <pre>
 * === name
 * &#64;option value
 * wire bytes; line ends of the file do not count, \r \n \t \\ \xHH and \{60*a} do
 * ---
 * the transcript expected
 * </pre>
 *
 * Options: {@code eof} (the input ends behind the wire), {@code method M} (of the request that a
 * response answers), {@code tolerate V}, {@code limits} with the six numbers of {@link HttpLimits}.
 */
record WireCase(
    String name,
    String wire,
    String expected,
    boolean endsInput,
    String method,
    Set<Violation> tolerated,
    HttpLimits limits) {

  @Override
  public String toString() {
    return name;
  }

  /** Whether the case ends with a whole message, so that what follows belongs to nobody yet. */
  boolean isComplete() {
    return expected.endsWith("end\n") && !endsInput;
  }

  static List<WireCase> read(String file) {
    try (InputStream in = Objects.requireNonNull(WireCase.class.getResourceAsStream(file), file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      List<WireCase> cases = new ArrayList<>();
      String[] parts = text.split("(?m)^=== ", -1);
      for (int i = 1; i < parts.length; i++) cases.add(parse(parts[i]));
      return cases;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static WireCase parse(String part) {
    String[] halves = part.split("(?m)^---\n", 2);
    if (halves.length != 2) throw new IllegalArgumentException("no --- in: " + part);
    String[] lines = halves[0].split("\n", -1);
    StringBuilder wire = new StringBuilder();
    boolean endsInput = false;
    String method = "GET";
    Set<Violation> tolerated = EnumSet.noneOf(Violation.class);
    HttpLimits limits = HttpLimits.DEFAULT;
    for (int i = 1; i < lines.length; i++) {
      String[] words = lines[i].split(" ", -1);
      switch (words[0]) {
        case "@eof" -> endsInput = true;
        case "@method" -> method = words[1];
        case "@tolerate" -> tolerated.add(Violation.valueOf(words[1]));
        case "@limits" -> limits = limits(words);
        default -> wire.append(unescape(lines[i]));
      }
    }
    StringBuilder expected = new StringBuilder();
    for (String line : halves[1].split("\n", -1)) {
      if (!line.isEmpty()) expected.append(repeats(line)).append('\n');
    }
    return new WireCase(
        lines[0], wire.toString(), expected.toString(), endsInput, method, tolerated, limits);
  }

  private static HttpLimits limits(String[] words) {
    int[] n = new int[6];
    for (int i = 0; i < 6; i++) n[i] = Integer.parseInt(words[i + 1]);
    return new HttpLimits(n[0], n[1], n[2], n[3], n[4], n[5]);
  }

  /** Expected lines show escapes as they are; only repetition is spelled out. */
  private static String repeats(String line) {
    int open = line.indexOf("\\{");
    if (open < 0) return line;
    int close = line.indexOf('}', open);
    return line.substring(0, open)
        + repeat(line.substring(open + 2, close))
        + repeats(line.substring(close + 1));
  }

  private static String repeat(String countAndText) {
    String[] repeat = countAndText.split("\\*", 2);
    return repeat[1].repeat(Integer.parseInt(repeat[0]));
  }

  private static String unescape(String line) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      char kind = line.charAt(++i);
      switch (kind) {
        case 'r' -> text.append('\r');
        case 'n' -> text.append('\n');
        case 't' -> text.append('\t');
        case '\\' -> text.append('\\');
        case 'x' -> {
          text.append((char) Integer.parseInt(line.substring(i + 1, i + 3), 16));
          i += 2;
        }
        case '{' -> {
          int close = line.indexOf('}', i);
          text.append(unescape(repeat(line.substring(i + 1, close))));
          i = close;
        }
        default -> throw new IllegalArgumentException("\\" + kind + " in " + line);
      }
    }
    return text.toString();
  }
}
