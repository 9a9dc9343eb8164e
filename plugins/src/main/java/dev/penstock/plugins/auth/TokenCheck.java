package dev.penstock.plugins.auth;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.penstock.engine.spi.Identity;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What makes a token good, its signature aside; and who it says it is. Thread-safe. */
final class TokenCheck {
  private final Set<String> algorithms;
  private final Set<String> issuers;
  private final Set<String> audiences;
  private final Set<String> types;
  private final List<String> required;
  private final List<String> groupClaims;
  private final String subjectClaim;
  private final boolean untyped;
  private final int maxToken;
  private final long leewayMillis;

  TokenCheck(JwtConfig config) {
    algorithms = Set.copyOf(config.algorithms());
    issuers = Set.copyOf(config.issuer());
    audiences = Set.copyOf(config.audience());
    types = Set.copyOf(config.types().stream().map(type -> type.toLowerCase(Locale.ROOT)).toList());
    required = config.required();
    groupClaims = config.groupClaims();
    subjectClaim = config.subjectClaim();
    untyped = config.untyped();
    maxToken = config.maxToken();
    leewayMillis = config.leeway().toMillis();
  }

  /**
   * Takes a token apart.
   *
   * @return null when it is none, or none of ours: too long, another algorithm, another kind
   */
  @Nullable SignedJWT parse(String text) {
    if (text.length() > maxToken) return null;
    SignedJWT token;
    try {
      token = SignedJWT.parse(text);
    } catch (ParseException | IllegalArgumentException e) {
      return null;
    }
    JWSHeader header = token.getHeader();
    if (!algorithms.contains(header.getAlgorithm().getName())) return null;
    // RFC 7515 §4.1.11: we know no extension, so we must not go on.
    if (header.getCriticalParams() != null && !header.getCriticalParams().isEmpty()) return null;
    JOSEObjectType type = header.getType();
    boolean isFine =
        type == null ? untyped : types.contains(plain(type.getType().toLowerCase(Locale.ROOT)));
    return isFine ? token : null;
  }

  /** RFC 7515 §4.1.9: {@code application/} may be left out. */
  private static String plain(String type) {
    return type.startsWith("application/") ? type.substring(12) : type;
  }

  /** Of a token whose signature is good: who it is, or why nobody. */
  Result judge(SignedJWT token, long nowMillis) {
    JWTClaimsSet claims;
    Map<String, Object> all;
    try {
      claims = token.getJWTClaimsSet();
      all = claims.toJSONObject();
    } catch (ParseException e) {
      return Result.refused("the claims are none");
    }
    for (String claim : required) {
      if (all.get(claim) == null) return Result.refused("the claim " + claim + " is missing");
    }
    Date expires = claims.getExpirationTime();
    if (expires != null && nowMillis >= millis(expires) + leewayMillis)
      return Result.refused("the token has expired");
    Date notBefore = claims.getNotBeforeTime();
    if (notBefore != null && nowMillis < millis(notBefore) - leewayMillis)
      return Result.refused("the token is not valid yet");
    Date issued = claims.getIssueTime();
    if (issued != null && nowMillis < millis(issued) - leewayMillis)
      return Result.refused("the token comes from the future");
    if (!issuers.isEmpty() && (claims.getIssuer() == null || !issuers.contains(claims.getIssuer())))
      return Result.refused("another has issued the token");
    if (!audiences.isEmpty() && claims.getAudience().stream().noneMatch(audiences::contains))
      return Result.refused("the token is for others");
    long until = expires == null ? Long.MAX_VALUE : millis(expires) + leewayMillis;
    return identity(all, until);
  }

  private static long millis(Date date) {
    return date.toInstant().toEpochMilli();
  }

  private Result identity(Map<String, Object> all, long untilMillis) {
    Map<String, Object> claims = new HashMap<>();
    all.forEach((name, value) -> {
      if (value != null) claims.put(name, value);
    });
    Object subject = new Identity("", "jwt", List.of(), claims).claim(subjectClaim);
    if (subject == null || subject.toString().isEmpty())
      return Result.refused("the claim " + subjectClaim + " is missing");
    Identity identity = new Identity(subject.toString(), "jwt", groups(claims), claims);
    return new Result(identity, "", untilMillis);
  }

  private List<String> groups(Map<String, Object> claims) {
    Identity bare = new Identity("", "jwt", List.of(), claims);
    Set<String> groups = new LinkedHashSet<>();
    for (String name : groupClaims) {
      Object claim = bare.claim(name);
      if (claim instanceof List<?> list) {
        for (Object item : list) {
          if (item instanceof String group) groups.add(group);
        }
      } else if (claim instanceof String words) {
        for (String word : words.split(" ")) {
          if (!word.isEmpty()) groups.add(word);
        }
      }
    }
    return new ArrayList<>(groups);
  }

  /**
   * What came of it.
   *
   * @param untilMillis since 1970; the token is not to be believed from then on
   */
  record Result(@Nullable Identity identity, String refusal, long untilMillis) {
    static Result refused(String why) {
      return new Result(null, why, 0);
    }
  }
}
