package dev.penstock.plugins.auth;

import dev.penstock.engine.spi.Config.Bytes;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.Config.Secret;
import dev.penstock.engine.spi.Config.Shorthand;
import dev.penstock.engine.spi.ConfigException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Requests that are signed with a shared secret. */
@Doc(
    "Asks for a signature of the request with a shared secret: HTTP Message Signatures (RFC 9421) with hmac-sha256, and"
        + " Content-Digest (RFC 9530) for bodies. A signature is good for a while and once. Whoever has none gets 401.")
public record SignedRequestConfig(
    @Doc("Secrets by their names (keyid).") Map<String, Key> keys,
    @Doc(
            "What a signature must cover: names of fields, @method, @authority, @path, @query, @target-uri, @request-target, @scheme.")
        @Default("[ \"@method\", \"@authority\", \"@path\", \"@query\" ]")
        List<String> required,
    @Doc("How old a signature may be.") @Default("5m") @Range("1s..24h") Duration maxAge,
    @Doc("By how much clocks may differ.") @Default("60s") @Range("0s..10m") Duration leeway,
    @Doc("Refuses a signature that has come before.") @Default("true") boolean once,
    @Doc("How many signatures are remembered for that; more in max-age get 503.")
        @Default("100000")
        @Range("100..10000000")
        int maxRemembered,
    @Doc(
            "Whether a body must be covered, by content-digest with sha-256 or sha-512. It is read whole before it goes on.")
        @Default("true")
        boolean coverBody,
    @Doc("Largest body then; beyond: 413.") @Default("1MiB") @Bytes @Range("1..64MiB") int maxBody,
    @Doc("Lets requests without a signature pass as nobody's; a wrong one is refused all the same.")
        @Default("false")
        boolean optional,
    @Doc("Asks even if a filter before knows already who it is.") @Default("false") boolean always,
    @Doc("Fields that tell the upstream who it is; a client's own are taken out.") @Default("{}")
        Map<String, String> headers) {

  /** One secret. */
  @Doc("A secret.")
  public record Key(
      @Doc("The secret, at least 32 bytes.") @Shorthand @Secret String secret,
      @Doc("What its holder belongs to or may do.") @Default("[]") List<String> groups) {
    public Key {
      groups = List.copyOf(groups);
      if (secret.length() < 32)
        throw new ConfigException("a secret has less than 32 characters; it could be guessed");
    }
  }

  public SignedRequestConfig {
    keys = Map.copyOf(keys);
    required = List.copyOf(required);
    headers = Map.copyOf(headers);
    if (keys.isEmpty()) throw new ConfigException("nobody can come in; name \"keys\"");
    for (String component : required) {
      if (!SignatureInput.isComponent(component))
        throw new ConfigException("required: \"%s\" cannot be covered".formatted(component));
    }
  }
}
