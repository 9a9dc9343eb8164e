package dev.penstock.scripting.web;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.Key;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import org.graalvm.polyglot.HostAccess;
import org.jspecify.annotations.Nullable;

/**
 * Key material behind a {@code CryptoKey}. Whether it may be exported is checked by crypto.js,
 * which alone holds it.
 *
 * <p>Immutable, so operations may use it off the worker.
 */
public final class KeyHandle {
  // Secret bytes, the point of an EC or OKP public key, or the number of an EC or OKP private key.
  final byte[] raw;
  final @Nullable Key key;
  private final byte[] encoded;
  private final byte @Nullable [] publicPoint;

  private KeyHandle(byte[] raw, @Nullable Key key, byte[] encoded, byte @Nullable [] publicPoint) {
    this.raw = raw;
    this.key = key;
    this.encoded = encoded;
    this.publicPoint = publicPoint;
  }

  static KeyHandle secret(byte[] bytes) {
    return new KeyHandle(bytes, null, bytes, null);
  }

  static KeyHandle rsa(Key key) {
    return new KeyHandle(new byte[0], key, key.getEncoded(), null);
  }

  /** An EC or OKP key; {@code publicPoint} as a public key is written raw. */
  static KeyHandle curve(byte[] raw, Key key, byte[] encoded, byte[] publicPoint) {
    return new KeyHandle(raw, key, encoded, publicPoint);
  }

  byte[] publicPoint() {
    if (publicPoint == null) throw new IllegalStateException("not a key on a curve");
    return publicPoint;
  }

  @HostAccess.Export
  public Object raw() {
    return ByteBuffer.wrap(raw.clone());
  }

  /** SPKI of a public, PKCS #8 of a private key. */
  @HostAccess.Export
  public Object encoded() {
    return ByteBuffer.wrap(encoded.clone());
  }

  @HostAccess.Export
  public int modulusLength() {
    return modulus().bitLength();
  }

  @HostAccess.Export
  public Object publicExponent() {
    return ByteBuffer.wrap(unsigned(exponent()));
  }

  private BigInteger modulus() {
    if (key instanceof RSAPublicKey k) return k.getModulus();
    if (key instanceof RSAPrivateCrtKey k) return k.getModulus();
    throw new IllegalStateException("not an RSA key");
  }

  private BigInteger exponent() {
    if (key instanceof RSAPublicKey k) return k.getPublicExponent();
    if (key instanceof RSAPrivateCrtKey k) return k.getPublicExponent();
    throw new IllegalStateException("not an RSA key");
  }

  /** A member of the JSON Web Key (RFC 7517, 7518 §6, 8037 §2), in base64url. */
  @HostAccess.Export
  public String component(String name) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(componentBytes(name));
  }

  private byte[] componentBytes(String name) {
    if (publicPoint != null) {
      boolean isEc = publicPoint[0] == 4 && publicPoint.length % 2 == 1 && publicPoint.length > 60;
      int half = publicPoint.length / 2;
      return switch (name) {
        case "x" -> isEc ? java.util.Arrays.copyOfRange(publicPoint, 1, 1 + half) : publicPoint;
        case "y" -> java.util.Arrays.copyOfRange(publicPoint, 1 + half, publicPoint.length);
        case "d" -> raw;
        default -> throw new IllegalArgumentException(name);
      };
    }
    if (name.equals("k")) return raw;
    if (name.equals("n")) return unsigned(modulus());
    if (name.equals("e")) return unsigned(exponent());
    RSAPrivateCrtKey k = (RSAPrivateCrtKey) java.util.Objects.requireNonNull(key);
    return unsigned(
        switch (name) {
          case "d" -> k.getPrivateExponent();
          case "p" -> k.getPrimeP();
          case "q" -> k.getPrimeQ();
          case "dp" -> k.getPrimeExponentP();
          case "dq" -> k.getPrimeExponentQ();
          case "qi" -> k.getCrtCoefficient();
          default -> throw new IllegalArgumentException(name);
        });
  }

  static byte[] unsigned(BigInteger n) {
    byte[] bytes = n.toByteArray();
    return bytes.length > 1 && bytes[0] == 0
        ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length)
        : bytes;
  }
}
