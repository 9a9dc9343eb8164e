package dev.penstock.scripting.web;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.KeyAgreement;
import org.jspecify.annotations.Nullable;

/**
 * Keys of Ed25519, Ed448, X25519 and X448 (RFC 8410): their encodings differ from curve to curve in
 * two bytes only.
 */
enum OkpKeys {
  X25519("6e", 32),
  X448("6f", 56),
  Ed25519("70", 32),
  Ed448("71", 57);

  private final byte[] algorithm;
  private final int size;

  OkpKeys(String lastByteOfOid, int size) {
    algorithm = Der.element(Der.SEQUENCE, HexFormat.of().parseHex("06032b65" + lastByteOfOid));
    this.size = size;
  }

  private KeyFactory factory() throws GeneralSecurityException {
    return KeyFactory.getInstance(name());
  }

  KeyPairHandle generate() throws GeneralSecurityException {
    KeyPair pair = KeyPairGenerator.getInstance(name()).generateKeyPair();
    byte[] open = tail(pair.getPublic().getEncoded());
    byte[] secret = tail(pair.getPrivate().getEncoded());
    return new KeyPairHandle(publicKey(open), privateKey(secret, open));
  }

  private byte[] tail(byte[] encoded) {
    return Arrays.copyOfRange(encoded, encoded.length - size, encoded.length);
  }

  KeyHandle publicKey(byte[] bytes) throws GeneralSecurityException {
    if (bytes.length != size) throw new InvalidKeyException("wrong length");
    byte[] encoded = Der.element(Der.SEQUENCE, algorithm, Der.bitString(bytes));
    return KeyHandle.curve(
        bytes, factory().generatePublic(new X509EncodedKeySpec(encoded)), encoded, bytes);
  }

  private KeyHandle privateKey(byte[] secret, byte[] open) throws GeneralSecurityException {
    byte[] encoded = pkcs8(secret);
    return KeyHandle.curve(
        secret, factory().generatePrivate(new PKCS8EncodedKeySpec(encoded)), encoded, open);
  }

  private byte[] pkcs8(byte[] secret) throws InvalidKeyException {
    if (secret.length != size) throw new InvalidKeyException("wrong length");
    byte[] inner = Der.element(Der.OCTET_STRING, Der.element(Der.OCTET_STRING, secret));
    return Der.element(Der.SEQUENCE, new byte[] {Der.INTEGER, 1, 0}, algorithm, inner);
  }

  KeyHandle fromSpki(byte[] encoded) throws GeneralSecurityException {
    byte[] prefix = Der.element(Der.SEQUENCE, algorithm, Der.bitString(new byte[size]));
    return publicKey(afterPrefix(encoded, prefix));
  }

  KeyHandle fromPkcs8(byte[] encoded) throws GeneralSecurityException {
    byte[] secret = afterPrefix(encoded, pkcs8(new byte[size]));
    return privateKey(secret, publicOf(secret));
  }

  private byte[] afterPrefix(byte[] encoded, byte[] like) throws InvalidKeyException {
    int n = like.length - size;
    if (encoded.length != like.length || !Arrays.equals(encoded, 0, n, like, 0, n)) {
      throw new InvalidKeyException("not a key of " + name());
    }
    return tail(encoded);
  }

  KeyHandle fromJwk(byte[] x, byte @Nullable [] d) throws GeneralSecurityException {
    KeyHandle open = publicKey(x);
    if (d == null) return open;
    if (d.length != size) throw new InvalidKeyException("wrong length");
    if (!Arrays.equals(publicOf(d), x)) throw new InvalidKeyException("d does not fit x");
    return privateKey(d, x);
  }

  private byte[] publicOf(byte[] secret) throws GeneralSecurityException {
    return this == Ed25519 || this == Ed448 ? publicOfEd(secret) : publicOfX(secret);
  }

  /** The generator asks for the secret first; given ours, it computes the public key of it. */
  private byte[] publicOfEd(byte[] secret) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(name());
    generator.initialize(new NamedParameterSpec(name()), new FixedRandom(secret));
    KeyPair pair = generator.generateKeyPair();
    if (!Arrays.equals(tail(pair.getPrivate().getEncoded()), secret)) {
      throw new InvalidKeyException("the public key cannot be computed");
    }
    return tail(pair.getPublic().getEncoded());
  }

  /** RFC 7748 §6: the public key is the function of the secret and the base point. */
  private byte[] publicOfX(byte[] secret) throws GeneralSecurityException {
    byte[] base = new byte[size];
    base[0] = (byte) (this == X25519 ? 9 : 5);
    PrivateKey own = factory().generatePrivate(new PKCS8EncodedKeySpec(pkcs8(secret)));
    PublicKey point =
        factory()
            .generatePublic(
                new X509EncodedKeySpec(Der.element(Der.SEQUENCE, algorithm, Der.bitString(base))));
    KeyAgreement agreement = KeyAgreement.getInstance(name());
    agreement.init(own);
    agreement.doPhase(point, true);
    return agreement.generateSecret();
  }

  /** Gives the same bytes to whoever asks. */
  private static final class FixedRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private final byte[] bytes;

    FixedRandom(byte[] bytes) {
      this.bytes = bytes.clone();
    }

    @Override
    public void nextBytes(byte[] target) {
      System.arraycopy(bytes, 0, target, 0, Math.min(bytes.length, target.length));
    }
  }
}
