package dev.penstock.engine.control;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Shorthand;

/** A redirect. */
@Doc("A redirect: where to, or a mapping.")
public record RedirectConfig(
    @Doc(
            "Where to: an absolute URL or a path, with variables such as {path}, {query} and the parameters of the match.")
        @Shorthand
        String to,
    @Doc("301, 302, 303, 307 or 308; 307 and 308 keep the method.") @Default("308") int status) {

  public RedirectConfig {
    switch (status) {
      case 301, 302, 303, 307, 308 -> {}
      default ->
          throw new IllegalArgumentException("status is 301, 302, 303, 307 or 308, not " + status);
    }
    if (to.isBlank() || !to.chars().allMatch(Ascii::isFieldValue)) {
      throw new IllegalArgumentException("to is a URL or a path");
    }
  }
}
