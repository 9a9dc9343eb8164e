package dev.penstock.plugins.auth;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/**
 * What a field tells about a client's certificate; texts are empty where it does not tell.
 *
 * @param fingerprint SHA-256 in hexadecimal
 */
record ToldCertificate(
    String dn,
    String issuer,
    String fingerprint,
    List<String> dns,
    List<String> uris,
    List<String> emails) {
  private static final int MAX_CHARS = 16 * 1024;

  /**
   * Reads {@code Client-Cert} (RFC 9440 §2.2): a byte sequence, the certificate in DER.
   *
   * @return null when it is none
   */
  static @Nullable ToldCertificate ofClientCert(String field) {
    String text = field.strip();
    boolean isBytes =
        text.length() > 2
            && text.length() <= MAX_CHARS
            && text.startsWith(":")
            && text.endsWith(":");
    if (!isBytes) return null;
    try {
      byte[] der = Base64.getDecoder().decode(text.substring(1, text.length() - 1));
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der));
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return new ToldCertificate(
          certificate.getSubjectX500Principal().getName(),
          certificate.getIssuerX500Principal().getName(),
          HexFormat.of().formatHex(hash),
          names(certificate, 2),
          names(certificate, 6),
          names(certificate, 1));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return null;
    }
  }

  /** Alternative names of a kind (RFC 5280 §4.2.1.6). */
  private static List<String> names(X509Certificate certificate, int kind)
      throws GeneralSecurityException {
    List<String> names = new ArrayList<>();
    Collection<List<?>> all = certificate.getSubjectAlternativeNames();
    if (all == null) return names;
    for (List<?> name : all) {
      if (name.get(0) instanceof Integer is && is == kind && name.get(1) instanceof String text)
        names.add(text);
    }
    return names;
  }

  /**
   * Reads the last element of {@code X-Forwarded-Client-Cert} (Envoy).
   *
   * @return null when it is none
   */
  static @Nullable ToldCertificate ofForwarded(String field) {
    if (field.length() > MAX_CHARS) return null;
    Map<String, List<String>> pairs = new LinkedHashMap<>();
    StringBuilder value = new StringBuilder();
    String key = "";
    boolean isQuoted = false;
    for (int i = 0; i <= field.length(); i++) {
      char c = i == field.length() ? ',' : field.charAt(i);
      if (isQuoted && i == field.length()) return null;
      if (isQuoted) {
        if (c == '\\' && i + 1 < field.length()) value.append(field.charAt(++i));
        else if (c == '"') isQuoted = false;
        else value.append(c);
      } else if (c == '"') {
        isQuoted = true;
      } else if (c == '=' && key.isEmpty()) {
        key = value.toString().strip().toLowerCase(Locale.ROOT);
        value.setLength(0);
      } else if (c == ';' || c == ',') {
        if (!key.isEmpty())
          pairs.computeIfAbsent(key, k -> new ArrayList<>()).add(value.toString());
        key = "";
        value.setLength(0);
        // Another element follows: what was before is another hop's.
        if (c == ',' && i < field.length()) pairs.clear();
      } else {
        value.append(c);
      }
    }
    List<String> hash = pairs.getOrDefault("hash", List.of());
    if (hash.size() != 1 || hash.getFirst().isBlank()) return null;
    List<String> subject = pairs.getOrDefault("subject", List.of());
    return new ToldCertificate(
        subject.isEmpty() ? "" : subject.getFirst(),
        "",
        hash.getFirst().toLowerCase(Locale.ROOT),
        pairs.getOrDefault("dns", List.of()),
        pairs.getOrDefault("uri", List.of()),
        List.of());
  }

  /** The subject's common name, or empty. */
  String cn() {
    try {
      for (Rdn part : new LdapName(dn).getRdns()) {
        if (part.getType().equalsIgnoreCase("CN")) return String.valueOf(part.getValue());
      }
    } catch (InvalidNameException e) {
      return "";
    }
    return "";
  }
}
