package dev.penstock.engine.plan;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;

/**
 * What a listener does with paths that two readers could understand differently. There is one
 * canonical path for routing, access rules, cache key and upstream; these rules say how it is
 * reached, or that the request is refused.
 *
 * <p>Refused whatever the rules say: malformed escapes, control characters (plain or encoded),
 * bytes beyond ASCII, backslashes, paths that climb above the root, and dot segments hidden behind
 * {@code ;} or an encoded slash.
 */
public record PathRules(
    @Doc(
            "What to do with %2F (and %5C): refuse the request, keep the escape, or take %2F as a slash.")
        @Default("reject")
        EncodedSlash encodedSlash,
    @Doc(
            "What to do with empty segments, as in //: take several slashes as one, keep them, or refuse the request.")
        @Default("merge")
        DoubleSlash doubleSlash,
    @Doc(
            "What to do with . and .. segments, encoded ones too: resolve them, or refuse the request.")
        @Default("normalise")
        DotSegments dotSegments,
    @Doc(
            "What to do with ;parameters in segments, which some servers cut off before they compare paths: refuse the"
                + " request, keep them, or remove them.")
        @Default("reject")
        PathParameters pathParameters) {

  /** Refuses what is ambiguous, merges slashes, resolves dot segments. */
  public static final PathRules DEFAULT =
      new PathRules(
          EncodedSlash.REJECT, DoubleSlash.MERGE, DotSegments.NORMALISE, PathParameters.REJECT);

  /** For {@code %2F} and {@code %5C}; with {@code DECODE}, {@code %5C} is still refused. */
  public enum EncodedSlash {
    REJECT,
    KEEP,
    DECODE
  }

  public enum DoubleSlash {
    MERGE,
    KEEP,
    REJECT
  }

  public enum DotSegments {
    NORMALISE,
    REJECT
  }

  public enum PathParameters {
    REJECT,
    KEEP,
    REMOVE
  }
}
