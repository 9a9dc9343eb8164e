package dev.penstock.plugins.limit;

import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.Rewrites;
import org.jspecify.annotations.Nullable;

/** A number that is known, or that a template gives. Thread-safe. */
final class Amount {
  private static final long MOST = 1_000_000_000_000L;

  private final long fixed;
  private final Rewrites.@Nullable Text template;

  private Amount(long fixed, Rewrites.@Nullable Text template) {
    this.fixed = fixed;
    this.template = template;
  }

  static Amount compile(String text, PrepareScope scope) {
    if (text.indexOf('{') >= 0) return new Amount(0, scope.rewrites().text(text));
    long number = number(text, -1);
    if (number < 0)
      throw new ConfigException("\"%s\" is neither a number nor a template".formatted(text));
    return new Amount(number, null);
  }

  /** The number for this exchange; {@code otherwise} where the template gives none. */
  long of(Exchange exchange, long otherwise) {
    return template == null ? fixed : number(template.render(exchange), otherwise);
  }

  /** Scripts' numbers may have a fraction: what was begun counts whole. */
  private static long number(String text, long otherwise) {
    if (text.isEmpty()) return otherwise;
    try {
      double value = Double.parseDouble(text);
      return value >= 0 ? (long) Math.min(Math.ceil(value), MOST) : otherwise;
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }
}
