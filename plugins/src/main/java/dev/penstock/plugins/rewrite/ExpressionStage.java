package dev.penstock.plugins.rewrite;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.plugins.rules.Expressions;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Looks for an expression line by line, so that what is found does not depend on how the body was
 * cut into parts. A line longer than the limit is taken in pieces of that size.
 *
 * <p>Finding is linear in the line, but one line may hold many matches; {@link #MOST_STEPS} bounds
 * the whole, and what is left of such a line passes as it is.
 */
final class ExpressionStage implements Stage {
  private static final long MOST_STEPS = 4_000_000;

  private final Expression expression;
  private final byte[] line;
  private int length;

  /** An expression and what takes its place, prepared for a character set. Immutable. */
  static final class Expression {
    private final Pattern pattern;
    private final byte[][] literals;
    private final int[] groups;
    private final boolean isUtf8;

    Expression(String regex, String with, Charset charset) {
      pattern = Expressions.compile(regex, Pattern.MULTILINE);
      isUtf8 = charset.equals(StandardCharsets.UTF_8) || charset.equals(StandardCharsets.US_ASCII);
      List<byte[]> texts = new ArrayList<>();
      List<Integer> numbers = new ArrayList<>();
      StringBuilder literal = new StringBuilder();
      for (int i = 0; i < with.length(); i++) {
        char c = with.charAt(i);
        if (c != '$') {
          literal.append(c);
        } else if (with.startsWith("$", i + 1)) {
          literal.append('$');
          i++;
        } else {
          numbers.add(with.charAt(++i) - '0');
          texts.add(literal.toString().getBytes(charset));
          literal.setLength(0);
        }
      }
      texts.add(literal.toString().getBytes(charset));
      literals = texts.toArray(byte[][]::new);
      groups = numbers.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  static void check(String regex, String with) {
    Pattern pattern = Expressions.compile(regex);
    if (pattern.matches("")) {
      throw new ConfigException("\"%s\" fits nothing at all, so everywhere".formatted(regex));
    }
    for (int i = with.indexOf('$'); i >= 0; i = with.indexOf('$', i + 2)) {
      if (with.startsWith("$", i + 1)) continue;
      int group = i + 1 < with.length() ? Character.digit(with.charAt(i + 1), 10) : -1;
      if (group < 0)
        throw new ConfigException(
            "\"%s\" has a \"$\" that names no group; write \"$1\", or \"$$\" for the character"
                .formatted(with));
      if (group > pattern.groupCount())
        throw new ConfigException(
            "\"%s\" names the group $%d; the expression has %d"
                .formatted(with, group, pattern.groupCount()));
    }
  }

  ExpressionStage(Expression expression, int maxLine) {
    this.expression = expression;
    line = new byte[maxLine];
  }

  @Override
  public void take(byte[] bytes, int from, int count, GrowingBytes out) {
    for (int i = from; i < from + count; i++) {
      line[length++] = bytes[i];
      if (bytes[i] == '\n') {
        replace(length, out);
        length = 0;
      } else if (length == line.length) {
        int whole = expression.isUtf8 ? wholeCharacters() : length;
        replace(whole, out);
        System.arraycopy(line, whole, line, 0, length - whole);
        length -= whole;
      }
    }
  }

  /** How many bytes of the full line end with a whole character. */
  private int wholeCharacters() {
    for (int back = 1; back <= 3; back++) {
      int b = line[length - back] & 0xff;
      if (b < 0x80) return length;
      if (b >= 0xc0) {
        int needs = b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2;
        return needs > back ? length - back : length;
      }
    }
    return length;
  }

  @Override
  public void end(GrowingBytes out) {
    replace(length, out);
    length = 0;
  }

  private void replace(int to, GrowingBytes out) {
    byte[] text = to == line.length ? line : Arrays.copyOf(line, to);
    Matcher matcher =
        expression.isUtf8
            ? expression.pattern.matcher(text)
            : expression.pattern.matcher(new String(text, StandardCharsets.ISO_8859_1));
    int copied = 0;
    long steps = 0;
    while (steps < MOST_STEPS && matcher.find()) {
      if (matcher.end() > matcher.start()) {
        out.add(text, copied, matcher.start() - copied);
        copied = matcher.end();
        put(matcher, text, out);
        if (out.isOver()) return;
      }
      steps += to - copied;
    }
    out.add(text, copied, to - copied);
  }

  private void put(Matcher matcher, byte[] text, GrowingBytes out) {
    byte[][] literals = expression.literals;
    for (int i = 0; i < expression.groups.length; i++) {
      out.add(literals[i], 0, literals[i].length);
      int group = expression.groups[i];
      int start = matcher.start(group);
      if (start >= 0) out.add(text, start, matcher.end(group) - start);
    }
    byte[] last = literals[literals.length - 1];
    out.add(last, 0, last.length);
  }
}
