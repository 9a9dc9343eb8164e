package dev.penstock.scripting.web;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EllipticCurve;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Keys on the NIST curves: encodings (SEC 1 §2.3, RFC 5915) and what the JDK leaves out of them.
 */
final class EcKeys {
  private static final byte[] ID_EC = HexFormat.of().parseHex("06072a8648ce3d0201");

  private EcKeys() {}

  private static String jcaName(String curve) {
    return "secp" + curve.substring(2) + "r1";
  }

  private static byte[] oid(String curve) {
    return HexFormat.of()
        .parseHex(
            switch (curve) {
              case "P-256" -> "06082a8648ce3d030107";
              case "P-384" -> "06052b81040022";
              default -> "06052b81040023";
            });
  }

  private static ECParameterSpec params(String curve) throws GeneralSecurityException {
    var parameters = java.security.AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(jcaName(curve)));
    return parameters.getParameterSpec(ECParameterSpec.class);
  }

  static KeyPairHandle generate(String curve) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(jcaName(curve)));
    KeyPair pair = generator.generateKeyPair();
    ECPoint w = ((ECPublicKey) pair.getPublic()).getW();
    BigInteger d = ((ECPrivateKey) pair.getPrivate()).getS();
    return new KeyPairHandle(publicKey(curve, w), privateKey(curve, d, w));
  }

  private static int size(String curve) {
    return curve.equals("P-521") ? 66 : curve.equals("P-384") ? 48 : 32;
  }

  private static byte[] fixed(BigInteger n, int size) {
    byte[] bytes = KeyHandle.unsigned(n);
    byte[] out = new byte[size];
    System.arraycopy(bytes, 0, out, size - bytes.length, bytes.length);
    return out;
  }

  private static byte[] write(String curve, ECPoint point) {
    int n = size(curve);
    byte[] out = new byte[1 + 2 * n];
    out[0] = 4;
    System.arraycopy(fixed(point.getAffineX(), n), 0, out, 1, n);
    System.arraycopy(fixed(point.getAffineY(), n), 0, out, 1 + n, n);
    return out;
  }

  private static KeyHandle publicKey(String curve, ECPoint w) throws GeneralSecurityException {
    ECParameterSpec params = params(curve);
    if (!isOnCurve(w, params.getCurve())) throw new InvalidKeyException("not a point of the curve");
    var key = KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(w, params));
    byte[] point = write(curve, w);
    byte[] algorithm = Der.element(Der.SEQUENCE, ID_EC, oid(curve));
    return KeyHandle.curve(
        point, key, Der.element(Der.SEQUENCE, algorithm, Der.bitString(point)), point);
  }

  private static KeyHandle privateKey(String curve, BigInteger d, ECPoint w)
      throws GeneralSecurityException {
    ECParameterSpec params = params(curve);
    if (d.signum() <= 0 || d.compareTo(params.getOrder()) >= 0)
      throw new InvalidKeyException("not a private key");
    var key = KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(d, params));
    byte[] point = write(curve, w);
    byte[] number = fixed(d, size(curve));
    byte[] inner =
        Der.element(
            Der.SEQUENCE,
            new byte[] {Der.INTEGER, 1, 1},
            Der.element(Der.OCTET_STRING, number),
            Der.element(0xa1, Der.bitString(point)));
    byte[] encoded =
        Der.element(
            Der.SEQUENCE,
            new byte[] {Der.INTEGER, 1, 0},
            Der.element(Der.SEQUENCE, ID_EC, oid(curve)),
            Der.element(Der.OCTET_STRING, inner));
    return KeyHandle.curve(number, key, encoded, point);
  }

  /** A point as SEC 1 writes it, compressed or not. */
  static KeyHandle fromPoint(String curve, byte[] bytes) throws GeneralSecurityException {
    int n = size(curve);
    EllipticCurve e = params(curve).getCurve();
    if (bytes.length == 1 + 2 * n && bytes[0] == 4) {
      BigInteger x = new BigInteger(1, Arrays.copyOfRange(bytes, 1, 1 + n));
      BigInteger y = new BigInteger(1, Arrays.copyOfRange(bytes, 1 + n, bytes.length));
      return publicKey(curve, new ECPoint(x, y));
    }
    if (bytes.length == 1 + n && (bytes[0] == 2 || bytes[0] == 3)) {
      BigInteger x = new BigInteger(1, Arrays.copyOfRange(bytes, 1, 1 + n));
      BigInteger p = prime(e);
      BigInteger square = x.pow(3).add(e.getA().multiply(x)).add(e.getB()).mod(p);
      // p is 3 modulo 4 on these curves.
      BigInteger y = square.modPow(p.add(BigInteger.ONE).shiftRight(2), p);
      if (y.testBit(0) != (bytes[0] == 3)) y = p.subtract(y);
      return publicKey(curve, new ECPoint(x, y));
    }
    throw new InvalidKeyException("not a point");
  }

  static KeyHandle fromJwk(String curve, byte[] x, byte[] y, byte @Nullable [] d)
      throws GeneralSecurityException {
    int n = size(curve);
    if (x.length != n || y.length != n || d != null && d.length != n)
      throw new InvalidKeyException("wrong length");
    ECPoint w = new ECPoint(new BigInteger(1, x), new BigInteger(1, y));
    KeyHandle open = publicKey(curve, w);
    if (d == null) return open;
    BigInteger number = new BigInteger(1, d);
    if (!multiply(params(curve), number).equals(w))
      throw new InvalidKeyException("d does not fit x and y");
    return privateKey(curve, number, w);
  }

  static KeyHandle fromSpki(String curve, byte[] bytes) throws GeneralSecurityException {
    ECPublicKey key =
        (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(bytes));
    checkCurve(curve, key.getParams());
    return publicKey(curve, key.getW());
  }

  static KeyHandle fromPkcs8(String curve, byte[] bytes) throws GeneralSecurityException {
    ECPrivateKey key =
        (ECPrivateKey) KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(bytes));
    checkCurve(curve, key.getParams());
    return privateKey(curve, key.getS(), multiply(key.getParams(), key.getS()));
  }

  private static void checkCurve(String curve, ECParameterSpec given)
      throws GeneralSecurityException {
    if (!params(curve).getCurve().equals(given.getCurve()))
      throw new InvalidKeyException("another curve");
  }

  private static BigInteger prime(EllipticCurve curve) {
    return ((ECFieldFp) curve.getField()).getP();
  }

  private static boolean isOnCurve(ECPoint w, EllipticCurve curve) {
    BigInteger p = prime(curve);
    BigInteger x = w.getAffineX();
    BigInteger y = w.getAffineY();
    if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0) return false;
    BigInteger right = x.pow(3).add(curve.getA().multiply(x)).add(curve.getB()).mod(p);
    return y.multiply(y).mod(p).equals(right);
  }

  /**
   * The public point of {@code d}. Used once per import of a private key; the JDK has no public way
   * to ask for it. A Montgomery ladder on affine points: the same operations for each bit, though
   * BigInteger itself is not constant in time.
   */
  private static ECPoint multiply(ECParameterSpec params, BigInteger d)
      throws GeneralSecurityException {
    if (d.signum() <= 0 || d.compareTo(params.getOrder()) >= 0)
      throw new InvalidKeyException("not a private key");
    EllipticCurve curve = params.getCurve();
    ECPoint low = ECPoint.POINT_INFINITY;
    ECPoint high = params.getGenerator();
    for (int i = params.getOrder().bitLength() - 1; i >= 0; i--) {
      ECPoint sum = add(curve, low, high);
      if (d.testBit(i)) {
        low = sum;
        high = add(curve, high, high);
      } else {
        high = sum;
        low = add(curve, low, low);
      }
    }
    return low;
  }

  private static ECPoint add(EllipticCurve curve, ECPoint a, ECPoint b) {
    if (a.equals(ECPoint.POINT_INFINITY)) return b;
    if (b.equals(ECPoint.POINT_INFINITY)) return a;
    BigInteger p = prime(curve);
    BigInteger slope;
    if (a.equals(b)) {
      BigInteger three = BigInteger.valueOf(3);
      BigInteger top = a.getAffineX().pow(2).multiply(three).add(curve.getA());
      slope = top.multiply(a.getAffineY().shiftLeft(1).modInverse(p)).mod(p);
    } else {
      BigInteger dx = b.getAffineX().subtract(a.getAffineX()).mod(p);
      if (dx.signum() == 0) return ECPoint.POINT_INFINITY;
      slope = b.getAffineY().subtract(a.getAffineY()).multiply(dx.modInverse(p)).mod(p);
    }
    BigInteger x = slope.pow(2).subtract(a.getAffineX()).subtract(b.getAffineX()).mod(p);
    BigInteger y = slope.multiply(a.getAffineX().subtract(x)).subtract(a.getAffineY()).mod(p);
    return new ECPoint(x, y);
  }
}
