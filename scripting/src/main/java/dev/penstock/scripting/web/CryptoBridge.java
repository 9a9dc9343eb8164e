package dev.penstock.scripting.web;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.concurrent.Callable;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * The operations of {@code crypto.subtle} on the JDK's providers. Arguments were checked by
 * crypto.js; imports answer null for key data that are not valid.
 *
 * <p>An operation ends in {@code done(result)} or {@code failed(name, message)}: at once when it is
 * cheap, later from a virtual thread when it could hold up the worker.
 */
public final class CryptoBridge {
  // Up to this many bytes, AES, HMAC and digests take tens of microseconds: less than going to
  // another thread and back.
  private static final int INLINE_BYTES = 32 * 1024;
  // Of PBKDF2: a second or so of a core. Workers-style runtimes stop at a tenth of this.
  private static final int MAX_ITERATIONS = 1_000_000;

  private final WebHost host;

  CryptoBridge(WebHost host) {
    this.host = host;
  }

  /**
   * Has the JDK set up what the operations need: the first use of its providers takes hundreds of
   * milliseconds. From any thread.
   */
  public static void prepare() {
    byte[] some = new byte[16];
    try {
      MessageDigest.getInstance("SHA-256").digest(some);
      Derivation.hmac("SHA-256", some).doFinal(some);
      AesModes.gcm(true, some, new byte[12], null, 128, some);
      KeyFactory.getInstance("RSA");
      KeyFactory.getInstance("EC");
      rsa("SHA-256", -1);
      ecdsa("SHA-256");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks what every JDK has", e);
    }
  }

  private void run(boolean isCheap, Callable<Object> work, Value done, Value failed) {
    if (!isCheap) {
      host.offload(
          work,
          (result, error) -> {
            if (error == null) done.executeVoid(result);
            else failed.executeVoid("OperationError", text(error));
          });
      return;
    }
    Object result;
    try {
      result = work.call();
    } catch (Exception e) {
      failed.executeVoid("OperationError", text(e));
      return;
    }
    done.executeVoid(result);
  }

  private static String text(Throwable error) {
    return "the operation failed: " + error.getMessage();
  }

  private static boolean isSmall(GuestData data) {
    return data.bytes.length <= INLINE_BYTES;
  }

  // ---- data and keys ----

  @HostAccess.Export
  public GuestData bytes(Value buffer, int offset, int length) {
    return new GuestData(GuestBytes.read(buffer, offset, length));
  }

  /** RFC 7515 §2: base64url without padding; null when it is not. */
  @HostAccess.Export
  public @Nullable GuestData unbase64(String text) {
    try {
      return text.indexOf('=') >= 0 ? null : new GuestData(Base64.getUrlDecoder().decode(text));
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
  }

  @HostAccess.Export
  public KeyHandle secret(GuestData data) {
    return KeyHandle.secret(data.bytes);
  }

  @HostAccess.Export
  public KeyHandle randomSecret(int bits) {
    byte[] bytes = new byte[(bits + 7) / 8];
    host.randomBytes(bytes);
    if (bits % 8 != 0) bytes[bytes.length - 1] &= (byte) (0xff << (8 - bits % 8));
    return KeyHandle.secret(bytes);
  }

  private interface Import {
    @Nullable KeyHandle run() throws GeneralSecurityException;
  }

  private static @Nullable KeyHandle valid(Import read) {
    try {
      return read.run();
    } catch (GeneralSecurityException | RuntimeException notValid) {
      return null;
    }
  }

  @HostAccess.Export
  public @Nullable KeyHandle importSpki(String kind, @Nullable String curve, GuestData data) {
    return valid(() -> {
      if (curve != null) return EcKeys.fromSpki(curve, data.bytes);
      if (!kind.equals("RSA")) return OkpKeys.valueOf(kind).fromSpki(data.bytes);
      return KeyHandle.rsa(
          KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(data.bytes)));
    });
  }

  @HostAccess.Export
  public @Nullable KeyHandle importPkcs8(String kind, @Nullable String curve, GuestData data) {
    return valid(() -> {
      if (curve != null) return EcKeys.fromPkcs8(curve, data.bytes);
      if (!kind.equals("RSA")) return OkpKeys.valueOf(kind).fromPkcs8(data.bytes);
      PrivateKey key =
          KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(data.bytes));
      return key instanceof RSAPrivateCrtKey ? KeyHandle.rsa(key) : null;
    });
  }

  private static BigInteger number(GuestData data) {
    return new BigInteger(1, data.bytes);
  }

  @HostAccess.Export
  public @Nullable KeyHandle importRsaPublic(GuestData n, GuestData e) {
    return valid(() ->
        KeyHandle.rsa(
            KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(number(n), number(e)))));
  }

  @HostAccess.Export
  public @Nullable KeyHandle importRsaPrivate(
      GuestData n,
      GuestData e,
      GuestData d,
      GuestData p,
      GuestData q,
      GuestData dp,
      GuestData dq,
      GuestData qi) {
    return valid(() ->
        KeyHandle.rsa(
            KeyFactory.getInstance("RSA")
                .generatePrivate(
                    new RSAPrivateCrtKeySpec(
                        number(n),
                        number(e),
                        number(d),
                        number(p),
                        number(q),
                        number(dp),
                        number(dq),
                        number(qi)))));
  }

  @HostAccess.Export
  public @Nullable KeyHandle importEcPoint(String curve, GuestData data) {
    return valid(() -> EcKeys.fromPoint(curve, data.bytes));
  }

  @HostAccess.Export
  public @Nullable KeyHandle importEcJwk(
      String curve, GuestData x, GuestData y, @Nullable GuestData d) {
    return valid(() -> EcKeys.fromJwk(curve, x.bytes, y.bytes, d == null ? null : d.bytes));
  }

  @HostAccess.Export
  public @Nullable KeyHandle importOkpPublic(String curve, GuestData data) {
    return valid(() -> OkpKeys.valueOf(curve).publicKey(data.bytes));
  }

  @HostAccess.Export
  public @Nullable KeyHandle importOkpJwk(String curve, GuestData x, @Nullable GuestData d) {
    return valid(() -> OkpKeys.valueOf(curve).fromJwk(x.bytes, d == null ? null : d.bytes));
  }

  @HostAccess.Export
  public void generateRsa(int bits, GuestData exponent, Value done, Value failed) {
    run(
        false,
        () -> {
          KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
          generator.initialize(new RSAKeyGenParameterSpec(bits, number(exponent)));
          KeyPair pair = generator.generateKeyPair();
          return new KeyPairHandle(
              KeyHandle.rsa(pair.getPublic()), KeyHandle.rsa(pair.getPrivate()));
        },
        done,
        failed);
  }

  @HostAccess.Export
  public void generateEc(String curve, Value done, Value failed) {
    run(false, () -> EcKeys.generate(curve), done, failed);
  }

  @HostAccess.Export
  public void generateOkp(String curve, Value done, Value failed) {
    run(false, () -> OkpKeys.valueOf(curve).generate(), done, failed);
  }

  // ---- operations ----

  @HostAccess.Export
  public void digest(String hash, GuestData data, Value done, Value failed) {
    run(
        isSmall(data),
        () -> ByteBuffer.wrap(MessageDigest.getInstance(hash).digest(data.bytes)),
        done,
        failed);
  }

  @HostAccess.Export
  public void hmac(KeyHandle key, String hash, GuestData data, Value done, Value failed) {
    run(
        isSmall(data),
        () -> ByteBuffer.wrap(Derivation.hmac(hash, key.raw).doFinal(data.bytes)),
        done,
        failed);
  }

  @HostAccess.Export
  public void hmacVerify(
      KeyHandle key, String hash, GuestData mac, GuestData data, Value done, Value failed) {
    run(
        isSmall(data),
        () -> MessageDigest.isEqual(Derivation.hmac(hash, key.raw).doFinal(data.bytes), mac.bytes),
        done,
        failed);
  }

  @HostAccess.Export
  public void aesGcm(
      boolean encrypt,
      KeyHandle key,
      GuestData iv,
      @Nullable GuestData aad,
      int tagBits,
      GuestData data,
      Value done,
      Value failed) {
    byte[] more = aad == null ? null : aad.bytes;
    run(
        isSmall(data),
        () -> ByteBuffer.wrap(AesModes.gcm(encrypt, key.raw, iv.bytes, more, tagBits, data.bytes)),
        done,
        failed);
  }

  @HostAccess.Export
  public void aesCbc(
      boolean encrypt, KeyHandle key, GuestData iv, GuestData data, Value done, Value failed) {
    run(
        isSmall(data),
        () -> ByteBuffer.wrap(AesModes.cbc(encrypt, key.raw, iv.bytes, data.bytes)),
        done,
        failed);
  }

  @HostAccess.Export
  public void aesCtr(
      KeyHandle key, GuestData counter, int bits, GuestData data, Value done, Value failed) {
    run(
        isSmall(data),
        () -> ByteBuffer.wrap(AesModes.ctr(key.raw, counter.bytes, bits, data.bytes)),
        done,
        failed);
  }

  @HostAccess.Export
  public void aesKw(boolean wrap, KeyHandle key, GuestData data, Value done, Value failed) {
    run(isSmall(data), () -> ByteBuffer.wrap(AesModes.kw(wrap, key.raw, data.bytes)), done, failed);
  }

  @HostAccess.Export
  public void rsaOaep(
      boolean encrypt,
      KeyHandle key,
      String hash,
      @Nullable GuestData label,
      GuestData data,
      Value done,
      Value failed) {
    PSource source =
        label == null ? PSource.PSpecified.DEFAULT : new PSource.PSpecified(label.bytes);
    run(
        false,
        () -> {
          Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
          var parameters = new OAEPParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), source);
          cipher.init(encrypt ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE, key.key, parameters);
          return ByteBuffer.wrap(cipher.doFinal(data.bytes));
        },
        done,
        failed);
  }

  private static Signature rsa(String hash, int saltLength) throws GeneralSecurityException {
    if (saltLength < 0) return Signature.getInstance(joined(hash) + "withRSA");
    Signature signature = Signature.getInstance("RSASSA-PSS");
    signature.setParameter(
        new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), saltLength, 1));
    return signature;
  }

  private static String joined(String hash) {
    return hash.startsWith("SHA3") ? hash : hash.replace("-", "");
  }

  private static Object sign(Signature signature, KeyHandle key, GuestData data)
      throws GeneralSecurityException {
    signature.initSign((PrivateKey) key.key);
    signature.update(data.bytes);
    return ByteBuffer.wrap(signature.sign());
  }

  private static boolean verify(Signature signature, KeyHandle key, GuestData given, GuestData data)
      throws GeneralSecurityException {
    signature.initVerify((PublicKey) key.key);
    signature.update(data.bytes);
    try {
      return signature.verify(given.bytes);
    } catch (java.security.SignatureException notEvenOne) {
      return false;
    }
  }

  @HostAccess.Export
  public void rsaSign(
      KeyHandle key, String hash, int saltLength, GuestData data, Value done, Value failed) {
    run(false, () -> sign(rsa(hash, saltLength), key, data), done, failed);
  }

  @HostAccess.Export
  public void rsaVerify(
      KeyHandle key,
      String hash,
      int saltLength,
      GuestData signature,
      GuestData data,
      Value done,
      Value failed) {
    // With the usual public exponent this is 30 µs: not worth another thread.
    run(isSmall(data), () -> verify(rsa(hash, saltLength), key, signature, data), done, failed);
  }

  private static Signature ecdsa(String hash) throws GeneralSecurityException {
    return Signature.getInstance(joined(hash) + "withECDSAinP1363Format");
  }

  @HostAccess.Export
  public void ecdsaSign(KeyHandle key, String hash, GuestData data, Value done, Value failed) {
    run(false, () -> sign(ecdsa(hash), key, data), done, failed);
  }

  @HostAccess.Export
  public void ecdsaVerify(
      KeyHandle key, String hash, GuestData signature, GuestData data, Value done, Value failed) {
    run(false, () -> verify(ecdsa(hash), key, signature, data), done, failed);
  }

  @HostAccess.Export
  public void edSign(KeyHandle key, GuestData data, Value done, Value failed) {
    run(false, () -> sign(Signature.getInstance("EdDSA"), key, data), done, failed);
  }

  @HostAccess.Export
  public void edVerify(
      KeyHandle key, GuestData signature, GuestData data, Value done, Value failed) {
    run(false, () -> verify(Signature.getInstance("EdDSA"), key, signature, data), done, failed);
  }

  @HostAccess.Export
  public void agree(KeyHandle own, KeyHandle other, Value done, Value failed) {
    run(
        false,
        () -> {
          boolean isEc = other.key instanceof java.security.interfaces.ECKey;
          KeyAgreement agreement = KeyAgreement.getInstance(isEc ? "ECDH" : "XDH");
          agreement.init(own.key);
          agreement.doPhase(other.key, true);
          return ByteBuffer.wrap(agreement.generateSecret());
        },
        done,
        failed);
  }

  @HostAccess.Export
  public void hkdf(
      KeyHandle key,
      String hash,
      GuestData salt,
      GuestData info,
      int length,
      Value done,
      Value failed) {
    run(
        length <= 1024,
        () -> ByteBuffer.wrap(Derivation.hkdf(hash, key.raw, salt.bytes, info.bytes, length)),
        done,
        failed);
  }

  @HostAccess.Export
  public void pbkdf2(
      KeyHandle key,
      String hash,
      GuestData salt,
      double iterations,
      int length,
      Value done,
      Value failed) {
    run(
        iterations <= 16,
        () -> {
          if (iterations > MAX_ITERATIONS) {
            throw new GeneralSecurityException(
                "more than " + MAX_ITERATIONS + " iterations are not allowed");
          }
          return ByteBuffer.wrap(
              Derivation.pbkdf2(hash, key.raw, salt.bytes, (int) iterations, length));
        },
        done,
        failed);
  }
}
