package dev.penstock.plugins.auth;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.spi.Config.Bytes;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.Config.Secret;
import dev.penstock.engine.spi.ConfigException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Bearer tokens that are signed. */
@Doc(
    "Asks for a signed token (JWT, RFC 7519) and checks its signature, times, issuer and audience. Which keys and"
        + " algorithms count is said here and by the keys, never by the token (RFC 8725). Whoever has none gets 401.")
public record JwtConfig(
    @Doc(
            "Where the keys (JWKS, RFC 7517) are, as an http address. They are kept as long as the answer says, 5 minutes to a day, and"
                + " fetched anew before; an unknown key is looked for at most once a minute.")
        @Nullable URI jwksUrl,
    @Doc("An upstream that has the keys instead, for TLS, balancing and health.")
        @Nullable String jwksUpstream,
    @Doc("The path of the keys there.") @Default("/.well-known/jwks.json") String jwksPath,
    @Doc("A file with the keys. Read again when it changes.") @Nullable String jwksFile,
    @Doc("A secret for HS256, HS384 or HS512 that issuer and gateway share, at least 32 bytes.")
        @Secret
        @Nullable String secret,
    @Doc(
            "Algorithms that are accepted: RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512; HS256, HS384, HS512 with a secret"
                + " only.")
        @Default("[]")
        List<String> algorithms,
    @Doc("Issuers, one of which the token names in iss; without any, it does not matter.")
        @Default("[]")
        List<String> issuer,
    @Doc("Audiences, one of which the token is for; without any, it does not matter.")
        @Default("[]")
        List<String> audience,
    @Doc("By how much clocks may differ.") @Default("60s") @Range("0s..10m") Duration leeway,
    @Doc("Claims that a token must have.") @Default("[ exp ]") List<String> required,
    @Doc(
            "Kinds of token (typ) that are accepted, in any case; one without says it is none of them.")
        @Default("[ JWT, at+jwt ]")
        List<String> types,
    @Doc("Whether a token may leave out its kind.") @Default("true") boolean untyped,
    @Doc("The claim that says who it is.") @Default("sub") String subjectClaim,
    @Doc("Claims that say groups: lists, or words with spaces between them.")
        @Default("[ groups, roles, scope ]")
        List<String> groupClaims,
    @Doc("A cookie that may hold the token instead of Authorization.") @Nullable String cookie,
    @Doc("Longest token.") @Default("8KiB") @Bytes @Range("256..64KiB") int maxToken,
    @Doc("What clients are told they are asked for.") @Default("restricted") String realm,
    @Doc("Lets requests without a token pass as nobody's; a wrong one is refused all the same.")
        @Default("false")
        boolean optional,
    @Doc("Asks even if a filter before knows already who it is.") @Default("false") boolean always,
    @Doc("Sends the token on to the upstream.") @Default("true") boolean forward,
    @Doc("Fields that tell the upstream who it is; a client's own are taken out.") @Default("{}")
        Map<String, String> headers) {
  private static final List<String> PUBLIC =
      List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");
  private static final Set<String> SHARED = Set.of("HS256", "HS384", "HS512");

  public JwtConfig {
    algorithms = List.copyOf(algorithms);
    issuer = List.copyOf(issuer);
    audience = List.copyOf(audience);
    required = List.copyOf(required);
    types = List.copyOf(types);
    groupClaims = List.copyOf(groupClaims);
    headers = Map.copyOf(headers);
    int sources = 0;
    if (jwksUrl != null) sources++;
    if (jwksUpstream != null) sources++;
    if (jwksFile != null) sources++;
    if (secret != null) sources++;
    if (sources != 1)
      throw new ConfigException(
          "name one of \"jwks-url\", \"jwks-upstream\", \"jwks-file\" and \"secret\"");
    if (secret != null && secret.length() < 32)
      throw new ConfigException("\"secret\" has less than 32 characters; it could be guessed");
    if (algorithms.isEmpty()) algorithms = secret == null ? PUBLIC : List.of("HS256");
    for (String algorithm : algorithms) {
      boolean isKnown = secret == null ? PUBLIC.contains(algorithm) : SHARED.contains(algorithm);
      if (!isKnown)
        throw new ConfigException(
            "algorithms: \"%s\" is not one of %s"
                .formatted(algorithm, secret == null ? PUBLIC : SHARED));
    }
    if (jwksUrl != null) checkUrl(jwksUrl);
    if (!jwksPath.startsWith("/")) throw new ConfigException("\"jwks-path\" starts with \"/\"");
    if (cookie != null && !Ascii.isToken(cookie))
      throw new ConfigException("\"%s\" is no name of a cookie".formatted(cookie));
  }

  private static void checkUrl(URI url) {
    if ("https".equals(url.getScheme()))
      throw new ConfigException(
          "\"jwks-url\": https is not spoken here yet; make the server an upstream and name it in \"jwks-upstream\"");
    if (!"http".equals(url.getScheme()) || url.getHost() == null || url.getUserInfo() != null)
      throw new ConfigException("\"jwks-url\": \"%s\" is no http address".formatted(url));
  }
}
