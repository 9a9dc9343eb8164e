package dev.penstock.engine.control;

import dev.penstock.engine.spi.ConfigException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Gives text the type of the component it is meant for. */
final class ScalarDecoder {
  private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]+");
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]+)?");

  private final Problems problems;

  ScalarDecoder(Problems problems) {
    this.problems = problems;
  }

  /** A value that is not accepted: {@code why} continues "it …", {@code remedy} is the way out. */
  private static final class Refused extends Exception {
    final String remedy;

    Refused(String why, String remedy) {
      super(why, null, false, false);
      this.remedy = remedy;
    }
  }

  /** The value, or null when it is a problem, which is then known. */
  @Nullable Object decode(
      Shape shape, Node.Scalar scalar, ConfigPath path, RecordShape.@Nullable Key key) {
    boolean isSecret = key != null && key.isSecret();
    String shown = isSecret ? "this secret" : Names.quote(scalar.source());
    try {
      Object value = value(shape, scalar.text());
      Range range = key == null ? null : key.range();
      String breach = range == null ? null : range.breach(value);
      if (breach == null) return value;
      problems.add(
          scalar.place(),
          path,
          shown + " " + breach,
          java.util.Objects.requireNonNull(range).remedy());
    } catch (Refused e) {
      problems.add(scalar.place(), path, shown + " " + e.getMessage(), e.remedy);
    } catch (Sentence e) {
      String message = String.valueOf(e.getMessage());
      boolean isSafe = !isSecret && scalar.isVerbatim();
      problems.add(
          scalar.place(),
          path,
          isSafe ? message : shown + " is not accepted",
          isSafe ? "" : Expected.remedy(shape, key));
    }
    return null;
  }

  /** A whole sentence of a {@code parse} method; may show the value. */
  private static final class Sentence extends Exception {
    Sentence(@Nullable String message) {
      super(message, null, false, false);
    }
  }

  private static Object value(Shape shape, String text) throws Refused, Sentence {
    return switch (shape) {
      case Shape.Text t -> text;
      case Shape.Flag flag -> flag(text);
      case Shape.Whole whole -> whole(text, whole);
      case Shape.Size size -> size(text, size);
      case Shape.Decimal decimal -> decimal(text);
      case Shape.Share share -> withUnit(shape, () -> Units.share(text));
      case Shape.Time time -> withUnit(shape, () -> Units.duration(text));
      case Shape.Choice choice -> choice(text, choice);
      case Shape.FilePath path -> path(text);
      case Shape.Address address -> uri(text);
      case Shape.Expression expression -> expression(text);
      case Shape.Parsed parsed -> parsed(text, parsed.parse());
      case Shape.Free free -> free(text);
      case Shape.ListOf list -> throw notScalar(shape);
      case Shape.MapOf map -> throw notScalar(shape);
      case Shape.RecordOf record -> throw notScalar(shape);
      case Shape.OneOf oneOf -> throw notScalar(shape);
      case Shape.Offered offered -> throw notScalar(shape);
    };
  }

  /** Types plain text as the core schema of YAML 1.2 does, for free-form values; not for null. */
  static Object free(String text) {
    switch (text) {
      case "true", "True", "TRUE" -> {
        return true;
      }
      case "false", "False", "FALSE" -> {
        return false;
      }
      default -> {}
    }
    if (WHOLE.matcher(text).matches()) {
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException e) {
        return Double.parseDouble(text);
      }
    }
    return DECIMAL.matcher(text).matches() ? (Object) Double.parseDouble(text) : text;
  }

  private static IllegalStateException notScalar(Shape shape) {
    return new IllegalStateException("no scalar: " + shape);
  }

  private static Object flag(String text) throws Refused {
    if (text.equals("true")) return true;
    if (text.equals("false")) return false;
    throw new Refused("is neither true nor false", Expected.remedy(new Shape.Flag()));
  }

  private static Object whole(String text, Shape.Whole shape) throws Refused {
    if (!WHOLE.matcher(text).matches())
      throw new Refused("is not a whole number", Expected.remedy(shape));
    try {
      long value = Long.parseLong(text);
      return fit(value, shape.type());
    } catch (NumberFormatException e) {
      throw tooLarge(shape.type());
    }
  }

  private static Object size(String text, Shape.Size shape) throws Refused {
    try {
      return fit(Units.bytes(text), shape.type());
    } catch (IllegalArgumentException e) {
      throw new Refused("is not a size: it " + e.getMessage(), Expected.remedy(shape));
    }
  }

  private static Object fit(long value, Class<?> type) throws Refused {
    if (type == long.class || type == Long.class) return value;
    if (value != (int) value) throw tooLarge(type);
    return (int) value;
  }

  private static Refused tooLarge(Class<?> type) {
    boolean isLong = type == long.class || type == Long.class;
    return new Refused(
        "is too large", "the largest is " + (isLong ? Long.MAX_VALUE : Integer.MAX_VALUE));
  }

  private static Object decimal(String text) throws Refused {
    if (!DECIMAL.matcher(text).matches())
      throw new Refused("is not a number", Expected.remedy(new Shape.Decimal()));
    double value = Double.parseDouble(text);
    if (Double.isInfinite(value))
      throw new Refused("is too large", Expected.remedy(new Shape.Decimal()));
    return value;
  }

  private static Object withUnit(Shape shape, java.util.function.Supplier<Object> reader)
      throws Refused {
    try {
      return reader.get();
    } catch (IllegalArgumentException e) {
      throw new Refused(
          "is not " + Expected.noun(shape) + ": it " + e.getMessage(), Expected.remedy(shape));
    }
  }

  private static Object choice(String text, Shape.Choice choice) throws Refused {
    Object word = choice.words().get(text);
    if (word == null)
      throw new Refused(
          "is not one of the words that may stand here",
          Names.remedy(text, choice.words().keySet()));
    return word;
  }

  private static Object path(String text) throws Refused {
    try {
      if (!text.isBlank()) return Path.of(text);
    } catch (InvalidPathException e) {
      throw new Refused("is not a path: " + e.getReason(), Expected.remedy(new Shape.FilePath()));
    }
    throw new Refused("is not a path", Expected.remedy(new Shape.FilePath()));
  }

  private static Object uri(String text) throws Refused {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new Refused("is not a URI: " + e.getReason(), Expected.remedy(new Shape.Address()));
    }
  }

  private static Object expression(String text) throws Refused {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      String at = e.getIndex() < 0 ? "" : " at character " + (e.getIndex() + 1);
      throw new Refused(
          "is not a regular expression: " + e.getDescription() + at,
          Expected.remedy(new Shape.Expression()));
    }
  }

  private static Object parsed(String text, Method parse) throws Sentence {
    try {
      return parse.invoke(null, text);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException why)
        throw new Sentence(why.getMessage());
      if (e.getCause() instanceof ConfigException why) throw new Sentence(why.getMessage());
      throw new IllegalStateException(parse + " failed on a text", e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(parse + " cannot be called", e);
    }
  }
}
