package dev.penstock.plugins.compression;

import dev.penstock.engine.spi.Config.Bytes;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Percent;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.Config.Shorthand;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.plugins.rules.When;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** Which responses are compressed, and how. */
@Doc(
    "Compresses the bodies of responses while they stream, as the client's Accept-Encoding allows. Not again what is encoded, not"
        + " parts (206), not what is marked no-transform, nor responses that set a session's cookie. Where a client can take neither"
        + " the body as it is nor any encoding offered: 406.")
public record CompressConfig(
    @Doc("What is offered; the first wins where the client likes several equally.")
        @Default("[ zstd, br, gzip, deflate ]")
        @Shorthand
        List<Coding> encodings,
    @Doc(
            "Media types that are compressed; text/* stands for all that begin so, *+json for all that end so.")
        @Default(
            "[ text/*, application/json, application/javascript, application/xml, application/x-ndjson, application/wasm, \"*+json\", \"*+xml\", font/ttf, font/otf, application/vnd.ms-fontobject, image/bmp, image/x-icon, image/vnd.microsoft.icon ]")
        List<String> types,
    @Doc("Shorter bodies are left alone; one of unknown length is compressed.")
        @Default("1KiB")
        @Bytes
        @Range("0..")
        long minSize,
    @Doc("How hard to try.") @Default("{}") Levels levels,
    @Doc(
            "Above this share of a worker's time in use the levels are lowered, to 1 when it is busy all the time. 100%: never.")
        @Default("80%")
        @Percent
        double lowerLevelsAbove,
    @Doc(
            "When the upstream pauses for so long, what it has sent so far goes out. Of text/event-stream each part goes out at once.")
        @Default("50ms")
        @Range("1ms..1m")
        Duration flushAfter,
    @Doc(
            "What becomes of a strong ETag, which would promise the same bytes: weak makes it W/\"…\"; suffix appends the encoding, and"
                + " takes it off again when the client sends it back, so that If-Match works too.")
        @Default("weak")
        EntityTags etag,
    @Doc(
            "What could be guessed from the length of what is compressed (BREACH): secrets beside texts of the attacker's.")
        @Default("{}")
        Breach breach,
    @Doc("On which exchanges.") @Default("{}") When when) {

  private static final Pattern TYPE =
      Pattern.compile("[\\w.+-]+/(\\*|[\\w.+-]+)|\\*\\+[\\w.-]+|[\\w.+-]+/[\\w.+-]*\\*");

  /** What becomes of strong entity tags. */
  public enum EntityTags {
    WEAK,
    SUFFIX
  }

  /** How hard each coding tries. */
  @Doc("Levels: higher is smaller and slower.")
  public record Levels(
      @Doc("gzip and deflate.") @Default("1") @Range("1..9") int gzip,
      @Doc("Brotli.") @Default("4") @Range("0..11") int br,
      @Doc("zstd.") @Default("3") @Range("1..19") int zstd) {

    int of(Coding coding) {
      return switch (coding) {
        case GZIP, DEFLATE -> gzip;
        case BR -> br;
        case ZSTD -> zstd;
      };
    }
  }

  /** Rules against guessing secrets by length (Z4, CVE-2013-3587). */
  @Doc("Rules against guessing secrets by the length of compressed responses.")
  public record Breach(
      @Doc(
              "A response that sets a cookie whose name holds one of these is not compressed; [] for no such rule.")
          @Default("[ sess, sid, csrf, xsrf, auth, token, jwt ]")
          List<String> secretCookies,
      @Doc("Compresses what a page of another site asks for (Sec-Fetch-Site: cross-site).")
          @Default("true")
          boolean crossSite,
      @Doc(
              "Up to so many random bytes in front of each gzip body, which blur its length; other encodings have no place for them and"
                  + " are not offered then.")
          @Default("0")
          @Bytes
          @Range("0..1KiB")
          int padding) {

    public Breach {
      secretCookies = List.copyOf(secretCookies);
      if (secretCookies.contains("")) throw new ConfigException("an empty text is in every name");
    }
  }

  public CompressConfig {
    encodings = List.copyOf(encodings);
    types = List.copyOf(types);
    if (encodings.isEmpty()) throw new ConfigException("no encoding is offered; add one: gzip");
    if (breach.padding() > 0 && !encodings.contains(Coding.GZIP))
      throw new ConfigException("padding needs gzip; add it to the encodings");
    for (String type : types) {
      if (!TYPE.matcher(type).matches())
        throw new ConfigException(
            "types: \"%s\" is no media type; write one like text/html, text/* or *+json"
                .formatted(type));
    }
  }
}
