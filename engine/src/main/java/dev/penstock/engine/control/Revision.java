package dev.penstock.engine.control;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One state of the document that was accepted.
 *
 * @param number grows by one with each change
 * @param atMillis when, on the wall clock
 * @param actor who; {@code penstock} for the gateway itself
 * @param note why, in the author's words; may be empty
 * @param bytes size of its text in UTF-8
 * @param digest {@code sha256:…} of its text
 * @param of the number that was rolled back to; null for others
 * @param fileDigest of the configuration's file at that time; empty without one
 */
public record Revision(
    long number,
    long atMillis,
    String actor,
    Source source,
    String note,
    int bytes,
    String digest,
    @Nullable Long of,
    String fileDigest) {

  /** Whether it was made over the API, so that a file that is edited overwrites somebody's work. */
  boolean isOfApi() {
    return source == Source.API || source == Source.ROLLBACK;
  }

  /** Through which door it came. */
  public enum Source {
    START,
    FILE,
    API,
    ROLLBACK;

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Who changes the document, and why.
   *
   * @param of the number that is rolled back to; null for others
   */
  public record Author(String actor, Source source, String note, @Nullable Long of) {
    /** The gateway itself. */
    public static Author self(Source source) {
      return new Author("penstock", source, "", null);
    }
  }
}
