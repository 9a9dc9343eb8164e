package dev.penstock.scripting.web;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** AES as Web Crypto asks for it, where the JDK's modes are narrower. */
final class AesModes {
  private AesModes() {}

  private static SecretKeySpec key(byte[] raw) {
    return new SecretKeySpec(raw, "AES");
  }

  static byte[] gcm(
      boolean encrypt, byte[] raw, byte[] iv, byte @Nullable [] aad, int tagBits, byte[] data)
      throws GeneralSecurityException {
    if (tagBits >= 96) {
      int mode = encrypt ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE;
      return gcm(mode, raw, iv, aad, tagBits, data);
    }
    // The JDK takes tags of 96 bits and more. A shorter one is the begin of the full one (SP
    // 800-38D §5.2.1.2).
    int tag = tagBits / 8;
    if (encrypt) {
      byte[] all = gcm(Cipher.ENCRYPT_MODE, raw, iv, aad, 128, data);
      return Arrays.copyOf(all, data.length + tag);
    }
    if (data.length < tag) throw new AEADBadTagException("too short");
    byte[] sealed = Arrays.copyOf(data, data.length - tag);
    // Encrypting the ciphertext again gives the plaintext, since GCM is a stream cipher; its tag is
    // then recomputed.
    byte[] plain =
        Arrays.copyOf(gcm(Cipher.ENCRYPT_MODE, raw, iv, aad, 128, sealed), sealed.length);
    byte[] again = gcm(Cipher.ENCRYPT_MODE, raw, iv, aad, 128, plain);
    byte[] expected = Arrays.copyOfRange(again, plain.length, plain.length + tag);
    if (!MessageDigest.isEqual(expected, Arrays.copyOfRange(data, sealed.length, data.length))) {
      throw new AEADBadTagException("tag mismatch");
    }
    return plain;
  }

  private static byte[] gcm(
      int mode, byte[] raw, byte[] iv, byte @Nullable [] aad, int tagBits, byte[] data)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key(raw), new GCMParameterSpec(tagBits, iv));
    if (aad != null) cipher.updateAAD(aad);
    return cipher.doFinal(data);
  }

  static byte[] cbc(boolean encrypt, byte[] raw, byte[] iv, byte[] data)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
    cipher.init(
        encrypt ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE, key(raw), new IvParameterSpec(iv));
    return cipher.doFinal(data);
  }

  /** Only the last {@code bits} of the counter block count; the JDK counts with all 128. */
  static byte[] ctr(byte[] raw, byte[] counter, int bits, byte[] data)
      throws GeneralSecurityException {
    BigInteger period = BigInteger.ONE.shiftLeft(bits);
    BigInteger blocks = BigInteger.valueOf((data.length + 15L) / 16);
    if (blocks.compareTo(period) > 0)
      throw new GeneralSecurityException("the counter would repeat");
    BigInteger whole = new BigInteger(1, counter);
    BigInteger now = whole.mod(period);
    BigInteger untilWrap = period.subtract(now);
    if (blocks.compareTo(untilWrap) <= 0) return ctr(raw, counter, data);
    int split = untilWrap.intValueExact() * 16;
    byte[] first = ctr(raw, counter, Arrays.copyOf(data, split));
    byte[] wrapped = KeyHandle.unsigned(whole.subtract(now));
    byte[] restart = new byte[16];
    System.arraycopy(wrapped, 0, restart, 16 - wrapped.length, wrapped.length);
    byte[] second = ctr(raw, restart, Arrays.copyOfRange(data, split, data.length));
    byte[] all = Arrays.copyOf(first, data.length);
    System.arraycopy(second, 0, all, split, second.length);
    return all;
  }

  private static byte[] ctr(byte[] raw, byte[] counter, byte[] data)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, key(raw), new IvParameterSpec(counter));
    return cipher.doFinal(data);
  }

  /** RFC 3394. */
  static byte[] kw(boolean wrap, byte[] raw, byte[] data) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/KW/NoPadding");
    cipher.init(wrap ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE, key(raw));
    return cipher.doFinal(data);
  }
}
