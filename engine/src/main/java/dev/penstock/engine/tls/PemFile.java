package dev.penstock.engine.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/** Certificates and private keys in textual encoding (RFC 7468). */
final class PemFile {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
  private static final byte[] RSA = {
    0x30,
    0x0d,
    0x06,
    0x09,
    0x2a,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xf7,
    0x0d,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };
  private static final byte[] EC_PUBLIC_KEY = {
    0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01
  };

  private PemFile() {}

  /** One block: its label and the bytes within. */
  private record Block(String label, byte[] bytes) {}

  /**
   * All certificates, in the order of the file; other blocks are passed over.
   *
   * @throws IOException when it cannot be read, holds none, or one that is malformed
   */
  static List<X509Certificate> certificates(Path file) throws IOException {
    List<X509Certificate> all = new ArrayList<>();
    for (Block block : blocks(file)) {
      if (!block.label.equals("CERTIFICATE") && !block.label.equals("TRUSTED CERTIFICATE"))
        continue;
      try {
        all.add(
            (X509Certificate)
                CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(block.bytes)));
      } catch (CertificateException e) {
        throw new IOException(
            "certificate %d of %s is malformed: %s".formatted(all.size() + 1, file, e.getMessage()),
            e);
      }
    }
    if (all.isEmpty())
      throw new IOException(file + " holds no -----BEGIN CERTIFICATE-----; it must be a PEM file");
    return all;
  }

  /**
   * The first private key: PKCS#8, plain or encrypted, or the older forms of RSA and EC keys.
   *
   * @param password for an encrypted key
   * @throws IOException when it cannot be read, holds none, or one that cannot be used
   */
  static PrivateKey key(Path file, @Nullable String password) throws IOException {
    byte @Nullable [] parameters = null;
    for (Block block : blocks(file)) {
      try {
        if (block.label.equals("EC PARAMETERS")) parameters = block.bytes;
        byte @Nullable [] pkcs8 = pkcs8(block, parameters, password, file);
        if (pkcs8 != null) return decode(pkcs8, file);
      } catch (GeneralSecurityException | IllegalArgumentException e) {
        throw new IOException(
            "the key in %s cannot be used: %s".formatted(file, e.getMessage()), e);
      }
    }
    throw new IOException(
        file + " holds no private key; it must be a PEM file with -----BEGIN PRIVATE KEY-----");
  }

  /** The key in its newer form; null when the block is none. */
  private static byte @Nullable [] pkcs8(
      Block block, byte @Nullable [] parameters, @Nullable String password, Path file)
      throws GeneralSecurityException, IOException {
    return switch (block.label) {
      case "PRIVATE KEY" -> block.bytes;
      case "ENCRYPTED PRIVATE KEY" -> decrypt(block.bytes, password, file);
      case "RSA PRIVATE KEY" -> wrap(RSA, block.bytes);
      case "EC PRIVATE KEY" -> {
        byte[] curve = parameters == null ? curve(block.bytes) : parameters;
        if (curve == null) throw new IOException("the key in " + file + " names no curve");
        yield wrap(der(SEQUENCE, EC_PUBLIC_KEY, curve), block.bytes);
      }
      default -> null;
    };
  }

  private static List<Block> blocks(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + file, e);
    }
    List<Block> all = new ArrayList<>();
    Matcher each = BLOCK.matcher(text);
    while (each.find()) {
      String label = each.group(1);
      String body = each.group(2);
      if (body.contains("DEK-Info"))
        throw new IOException(
            "the key in %s is encrypted in the way of old; convert it: openssl pkcs8 -topk8 -in %s"
                .formatted(file, file.getFileName()));
      try {
        all.add(new Block(label, Base64.getMimeDecoder().decode(body)));
      } catch (IllegalArgumentException e) {
        throw new IOException("a block in %s is not base64".formatted(file), e);
      }
    }
    return all;
  }

  private static PrivateKey decode(byte[] pkcs8, Path file)
      throws GeneralSecurityException, IOException {
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(pkcs8);
    for (String algorithm : List.of("EC", "RSA", "EdDSA", "RSASSA-PSS")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (InvalidKeySpecException e) {
        // It is of another kind.
      }
    }
    throw new IOException("the key in " + file + " is neither EC nor RSA nor EdDSA");
  }

  private static byte[] decrypt(byte[] bytes, @Nullable String password, Path file)
      throws GeneralSecurityException, IOException {
    if (password == null)
      throw new IOException("the key in " + file + " is encrypted; give its password");
    EncryptedPrivateKeyInfo sealed = new EncryptedPrivateKeyInfo(bytes);
    String algorithm =
        sealed.getAlgName().equals("PBES2")
            ? String.valueOf(sealed.getAlgParameters())
            : sealed.getAlgName();
    try {
      Cipher cipher = Cipher.getInstance(algorithm);
      cipher.init(
          Cipher.DECRYPT_MODE,
          SecretKeyFactory.getInstance(algorithm)
              .generateSecret(new PBEKeySpec(password.toCharArray())),
          sealed.getAlgParameters());
      return sealed.getKeySpec(cipher).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IOException("the password of the key in " + file + " is wrong", e);
    }
  }

  /** PKCS#8 around an older form (RFC 5958 §2). */
  private static byte[] wrap(byte[] algorithm, byte[] key) {
    return der(SEQUENCE, VERSION_0, algorithm, der(OCTETS, key));
  }

  /** The curve that an EC key names itself, in the field tagged 0 (RFC 5915 §3). */
  private static byte @Nullable [] curve(byte[] key) {
    for (int i = 0; i + 2 < key.length; i++) {
      boolean isTagged = (key[i] & 0xff) == 0xa0 && key[i + 2] == 0x06;
      int length = key[i + 1];
      if (!isTagged || length != key[i + 3] + 2 || i + 2 + length > key.length) continue;
      byte[] curve = new byte[length];
      System.arraycopy(key, i + 2, curve, 0, length);
      return curve;
    }
    return null;
  }

  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (byte[] part : parts) body.writeBytes(part);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int length = body.size();
    if (length >= 0x10000) {
      out.write(0x83);
      out.write(length >> 16);
      out.write(length >> 8);
    } else if (length >= 0x100) {
      out.write(0x82);
      out.write(length >> 8);
    } else if (length >= 0x80) {
      out.write(0x81);
    }
    out.write(length);
    out.writeBytes(body.toByteArray());
    return out.toByteArray();
  }
}
