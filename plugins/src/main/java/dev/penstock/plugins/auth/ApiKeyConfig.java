package dev.penstock.plugins.auth;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Secret;
import dev.penstock.engine.spi.Config.Shorthand;
import dev.penstock.engine.spi.ConfigException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keys of programs. */
@Doc(
    "Asks for a key. Only hashes of keys are kept, and SHA-256 is enough since keys are random: at least 128 bits,"
        + " such as \"openssl rand -hex 24\" makes. Whoever has none gets 401.")
public record ApiKeyConfig(
    @Doc("Names of keys, and their hashes or more about them.") @Default("{}")
        Map<String, Key> keys,
    @Doc(
            "A file with more: NAME:HASH or NAME:HASH:GROUP,GROUP in each line. Read again when it changes.")
        @Nullable String keysFile,
    @Doc("The field that holds the key.") @Default("x-api-key") String header,
    @Doc("What stands before the key in the field, such as \"Bearer \".") @Default("")
        String prefix,
    @Doc(
            "A parameter of the query that may hold the key instead. Addresses end up in logs and histories: prefer the field.")
        @Nullable String query,
    @Doc("Lets requests without a key pass as nobody's; a wrong one is refused all the same.")
        @Default("false")
        boolean optional,
    @Doc("Asks even if a filter before knows already who it is.") @Default("false") boolean always,
    @Doc("Sends the key on to the upstream.") @Default("false") boolean forward,
    @Doc(
            "Fields that tell the upstream who it is, such as x-user: \"{identity}\"; a client's own are taken out.")
        @Default("{}")
        Map<String, String> headers) {

  /** One key. */
  @Doc("A key.")
  public record Key(
      @Doc("SHA-256 of the key in hexadecimal, as \"echo -n KEY | sha256sum\" writes it.")
          @Shorthand
          @Secret
          String hash,
      @Doc("What its holder belongs to or may do.") @Default("[]") List<String> groups,
      @Doc("What else is to be known about its holder, for later filters and scripts.")
          @Default("{}")
          Map<String, String> claims,
      @Doc("The first day on which it does not work any more, or the moment: 2027-01-01.")
          @Nullable String expires) {
    public Key {
      groups = List.copyOf(groups);
      claims = Map.copyOf(claims);
      checkHash(hash);
      if (expires != null) millis(expires);
    }

    /** When it stops working, in milliseconds since 1970. */
    long untilMillis() {
      return expires == null ? Long.MAX_VALUE : millis(expires);
    }

    private static long millis(String text) {
      try {
        return text.indexOf('T') >= 0
            ? Instant.parse(text).toEpochMilli()
            : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
      } catch (DateTimeParseException e) {
        throw new ConfigException(
            "\"%s\" is no date; write 2027-01-01 or 2027-01-01T12:00:00Z".formatted(text));
      }
    }
  }

  public ApiKeyConfig {
    keys = Map.copyOf(keys);
    headers = Map.copyOf(headers);
    if (keys.isEmpty() && keysFile == null)
      throw new ConfigException("nobody can come in; name \"keys\" or a \"keys-file\"");
    if (!Ascii.isToken(header))
      throw new ConfigException("\"%s\" is no name of a field".formatted(header));
  }

  static void checkHash(String hash) {
    boolean isHash = hash.length() == 64 && hash.chars().allMatch(c -> Ascii.hexValue(c) >= 0);
    if (!isHash)
      throw new ConfigException(
          "a key's hash is 64 hexadecimal digits; make it with \"echo -n KEY | sha256sum\"");
  }
}
