package dev.penstock.plugins.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys that sign tokens. Immutable. A key verifies only what its kind and its own {@code alg}
 * allow: the token chooses among keys, never what they are (A4).
 */
final class TokenKeys {
  /** Before the first were fetched. */
  static final TokenKeys NONE = new TokenKeys(List.of());

  /** RFC 7518 §3.3. */
  private static final int LEAST_RSA_BITS = 2048;

  private final List<Key> keys;

  private TokenKeys(List<Key> keys) {
    this.keys = List.copyOf(keys);
  }

  private record Key(
      @Nullable String id, @Nullable String algorithm, Kind kind, JWSVerifier verifier) {
    boolean fits(JWSAlgorithm used) {
      return kind.fits(used) && (algorithm == null || algorithm.equals(used.getName()));
    }
  }

  /** What a key is, and so which algorithms it can be used with. */
  private enum Kind {
    RSA,
    P256,
    P384,
    P521,
    SECRET;

    boolean fits(JWSAlgorithm algorithm) {
      return switch (this) {
        case RSA -> JWSAlgorithm.Family.RSA.contains(algorithm);
        case P256 -> algorithm.equals(JWSAlgorithm.ES256);
        case P384 -> algorithm.equals(JWSAlgorithm.ES384);
        case P521 -> algorithm.equals(JWSAlgorithm.ES512);
        case SECRET -> JWSAlgorithm.Family.HMAC_SHA.contains(algorithm);
      };
    }
  }

  /**
   * Reads a set of keys. Such as we cannot use, are too short, symmetric or for encryption are left
   * out: a set may hold more than is for us.
   *
   * @throws ParseException when it is no set of keys
   */
  static TokenKeys parse(String json) throws ParseException {
    List<Key> keys = new ArrayList<>();
    for (JWK key : JWKSet.parse(json).getKeys()) {
      if (KeyUse.ENCRYPTION.equals(key.getKeyUse())) continue;
      Key usable = usable(key);
      if (usable != null) keys.add(usable);
    }
    return new TokenKeys(keys);
  }

  static TokenKeys ofSecret(String secret) {
    try {
      JWSVerifier verifier = new MACVerifier(secret.getBytes(StandardCharsets.UTF_8));
      return new TokenKeys(List.of(new Key(null, null, Kind.SECRET, verifier)));
    } catch (JOSEException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static @Nullable Key usable(JWK key) {
    try {
      return read(key);
    } catch (JOSEException e) {
      return null;
    }
  }

  private static @Nullable Key read(JWK key) throws JOSEException {
    String algorithm = key.getAlgorithm() == null ? null : key.getAlgorithm().getName();
    if (key instanceof RSAKey rsa) {
      return rsa.size() < LEAST_RSA_BITS
          ? null
          : new Key(key.getKeyID(), algorithm, Kind.RSA, new RSASSAVerifier(rsa.toPublicJWK()));
    }
    if (!(key instanceof ECKey ec)) return null;
    Kind kind = null;
    if (ec.getCurve().equals(Curve.P_256)) kind = Kind.P256;
    else if (ec.getCurve().equals(Curve.P_384)) kind = Kind.P384;
    else if (ec.getCurve().equals(Curve.P_521)) kind = Kind.P521;
    return kind == null
        ? null
        : new Key(key.getKeyID(), algorithm, kind, new ECDSAVerifier(ec.toPublicJWK()));
  }

  boolean areNone() {
    return keys.isEmpty();
  }

  /** Whether a key could have signed a token with this head. */
  boolean know(JWSHeader header) {
    for (Key key : keys) {
      if (isMeant(key, header)) return true;
    }
    return false;
  }

  /** Whether one of the keys has signed it. */
  boolean verify(JWSObject token) {
    for (Key key : keys) {
      if (isMeant(key, token.getHeader()) && hasSigned(key, token)) return true;
    }
    return false;
  }

  private static boolean hasSigned(Key key, JWSObject token) {
    try {
      return token.verify(key.verifier());
    } catch (JOSEException e) {
      return false;
    }
  }

  private static boolean isMeant(Key key, JWSHeader header) {
    String wanted = header.getKeyID();
    return key.fits(header.getAlgorithm())
        && (wanted == null || key.id() == null || wanted.equals(key.id()));
  }
}
