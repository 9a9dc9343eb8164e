package dev.penstock.admin;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a connection.
 *
 * @param certificate verified; null when none was shown
 */
record Peer(String address, @Nullable X509Certificate certificate) {
  /** Kinds of alternative names, RFC 5280 §4.2.1.6. */
  private static final Map<Integer, String> KINDS = Map.of(1, "email:", 2, "DNS:", 6, "URI:");

  /** What {@code admin.clients} may call it; empty without a certificate. */
  Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    X509Certificate shown = certificate;
    if (shown == null) return names;
    String subject = shown.getSubjectX500Principal().getName();
    names.add(subject);
    try {
      for (Rdn part : new LdapName(subject).getRdns())
        if (part.getType().equalsIgnoreCase("CN")) names.add("CN=" + part.getValue());
      Collection<List<?>> others = shown.getSubjectAlternativeNames();
      if (others == null) return names;
      for (List<?> each : others) {
        String kind = KINDS.get(each.get(0));
        if (kind != null) names.add(kind + each.get(1));
      }
    } catch (InvalidNameException | CertificateParsingException e) {
      // Then it is called by what could be read.
    }
    return names;
  }
}
