package dev.penstock.plugins.rules;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.penstock.engine.spi.ConfigException;

/** Regular expressions of users: RE2 syntax, found in linear time whatever the text. */
public final class Expressions {
  private static final int LONGEST = 2000;

  private Expressions() {}

  /**
   * Compiles {@code expression}.
   *
   * @throws ConfigException when it is too long or no expression
   */
  public static Pattern compile(String expression) {
    return compile(expression, 0);
  }

  /** As {@link #compile(String)}, with flags of {@link Pattern}. */
  public static Pattern compile(String expression, int flags) {
    if (expression.length() > LONGEST) {
      throw new ConfigException(
          "the expression has %d characters, more than %d".formatted(expression.length(), LONGEST));
    }
    try {
      return Pattern.compile(expression, flags);
    } catch (PatternSyntaxException e) {
      throw new ConfigException(
          "\"%s\" is no expression: %s at \"%s\"; the syntax is RE2's, without look-around and"
                  .formatted(expression, e.getDescription(), e.getPattern())
              + " back-references");
    }
  }
}
