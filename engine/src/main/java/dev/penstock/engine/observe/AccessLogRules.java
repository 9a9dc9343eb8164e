package dev.penstock.engine.observe;

import dev.penstock.engine.spi.Config.Bytes;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Percent;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.ConfigException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Where entries of the access log go, what they hold and what must not be in them. */
@Doc("Where entries of the access log go, what they hold and what must not be in them.")
public record AccessLogRules(
    @Doc("Where entries go: a file, standard output, or nowhere.") @Default("stdout") Target to,
    @Doc("The file, when entries go to one. Directories are made; '%' and '$' may not stand in it.")
        @Default("logs/access.log")
        Path file,
    @Doc("How an entry is written: a JSON object, or the combined format of Apache and nginx.")
        @Default("json")
        Format format,
    @Doc("The fields of a JSON entry; all when empty.") @Default("[]") List<LogField> fields,
    @Doc("Fields that are left out.") @Default("[]") List<LogField> without,
    @Doc("Request headers to add to a JSON entry.") @Default("[]") List<String> requestHeaders,
    @Doc("Response headers to add to a JSON entry.") @Default("[]") List<String> responseHeaders,
    @Doc("Query parameters whose values are replaced by ***, in target and referer.")
        @Default(SECRET_PARAMETERS)
        List<String> redactQuery,
    @Doc("Headers whose values are replaced by *** when they are logged.") @Default(SECRET_HEADERS)
        List<String> redactHeaders,
    @Doc("How much of the client's address is kept: all, the network (/24 or /48), or nothing.")
        @Default("full")
        ClientAddress clientAddress,
    @Doc("Share of exchanges that are logged. Errors of ours or an upstream's are always logged.")
        @Default("100%")
        @Percent
        @Range("0%..100%")
        double sample,
    @Doc("Longest value of one field; more is cut off.") @Default("2KiB") @Bytes @Range("64B..8KiB")
        int maxValueBytes,
    @Doc(
            "Memory for entries that wait to be written, per worker. When it is full, entries are dropped and counted.")
        @Default("1MiB")
        @Bytes
        @Range("128KiB..64MiB")
        int queueBytes,
    @Doc("When the file is put aside and a new one begun.") @Default("{}") Rotation rotation) {

  static final String SECRET_PARAMETERS =
      "[token, access_token, id_token, refresh_token, key, api_key, apikey, password, passwd, pwd, secret,"
          + " client_secret, code, signature, sig, auth, jwt, session]";
  static final String SECRET_HEADERS =
      "[authorization, proxy-authorization, cookie, set-cookie, x-api-key, x-auth-token]";

  /** All defaults. */
  public static final AccessLogRules DEFAULTS =
      new AccessLogRules(
          Target.STDOUT,
          Path.of("logs/access.log"),
          Format.JSON,
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          list(SECRET_PARAMETERS),
          list(SECRET_HEADERS),
          ClientAddress.FULL,
          1,
          2048,
          1 << 20,
          Rotation.DEFAULTS);

  /** Where entries go. */
  public enum Target {
    FILE,
    STDOUT,
    OFF
  }

  /** How an entry is written. */
  public enum Format {
    JSON,
    COMBINED
  }

  /** How much of the client's address is kept. */
  public enum ClientAddress {
    FULL,
    NETWORK,
    NONE
  }

  /**
   * When the file is put aside.
   *
   * @param size a file that is larger is put aside; 0 for no limit
   * @param every as the clock in UTC passes multiples of this; 0 for never
   * @param keep files that are kept besides the current one; {@code .1} is the newest
   */
  @Doc("When the file is put aside and a new one begun.")
  public record Rotation(
      @Doc("A file that has grown larger is put aside; 0 for no limit.")
          @Default("100MiB")
          @Bytes
          @Range("0B..1TiB")
          long size,
      @Doc("How often a new file is begun, at multiples of this in UTC; 0s for never.")
          @Default("0s")
          Duration every,
      @Doc("How many files are kept besides the current one.") @Default("7") @Range("1..1000")
          int keep,
      @Doc("Whether files that are put aside are compressed with gzip.") @Default("false")
          boolean compress) {

    static final Rotation DEFAULTS = new Rotation(100L << 20, Duration.ZERO, 7, false);

    public Rotation {
      if (size < 0) throw new ConfigException("size: " + size + " is below 0; 0 means no limit");
      if (every.isNegative())
        throw new ConfigException("every: " + every + " is below 0; 0s means never");
      if (keep < 1 || keep > 1000)
        throw new ConfigException("keep: " + keep + " is not between 1 and 1000");
    }
  }

  public AccessLogRules {
    fields = List.copyOf(fields);
    without = List.copyOf(without);
    requestHeaders = List.copyOf(requestHeaders);
    responseHeaders = List.copyOf(responseHeaders);
    redactQuery = List.copyOf(redactQuery);
    redactHeaders = List.copyOf(redactHeaders);
    // Log4j would read them as parts of a pattern.
    String name = file.toString();
    if (name.indexOf('%') >= 0 || name.indexOf('$') >= 0) {
      throw new ConfigException(
          "file: '%' and '$' may not stand in " + name + "; choose another name");
    }
    if (!(sample >= 0 && sample <= 1))
      throw new ConfigException("sample: " + sample + " is not between 0% and 100%");
    if (maxValueBytes < 64 || maxValueBytes > 8192) {
      throw new ConfigException(
          "max-value-bytes: " + maxValueBytes + " is not between 64B and 8KiB");
    }
    if (queueBytes < 128 << 10 || queueBytes > 64 << 20) {
      throw new ConfigException("queue-bytes: " + queueBytes + " is not between 128KiB and 64MiB");
    }
  }

  /** These rules with entries going to {@code path}. */
  public AccessLogRules toFile(Path path) {
    return new AccessLogRules(
        Target.FILE,
        path,
        format,
        fields,
        without,
        requestHeaders,
        responseHeaders,
        redactQuery,
        redactHeaders,
        clientAddress,
        sample,
        maxValueBytes,
        queueBytes,
        rotation);
  }

  private static List<String> list(String flow) {
    return Arrays.stream(flow.substring(1, flow.length() - 1).split(","))
        .map(String::strip)
        .toList();
  }
}
