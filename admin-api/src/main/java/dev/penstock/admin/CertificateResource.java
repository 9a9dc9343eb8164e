package dev.penstock.admin;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.control.AdminRole;
import dev.penstock.engine.control.ControlPlane;
import dev.penstock.engine.plan.ListenerPolicy;
import dev.penstock.engine.tls.ServerCertificate;
import dev.penstock.engine.tls.TlsServer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /certificates}: what listeners and the admin address show to clients of TLS. */
final class CertificateResource {
  private final Gateway gateway;

  CertificateResource(Gateway gateway) {
    this.gateway = gateway;
  }

  List<Operation> operations() {
    return List.of(
        Operation.get(
                "/api/v1/certificates",
                AdminRole.VIEWER,
                "Certificates of listeners, those that end first in front",
                call -> Page.of(call, shown(), Shown::fields))
            .paged());
  }

  /**
   * A certificate, and where it is shown.
   *
   * @param id SHA-256 in hexadecimal
   */
  private record Shown(String id, ServerCertificate certificate, List<String> listeners) {
    Instant end() {
      return certificate.leaf().getNotAfter().toInstant();
    }

    Fields fields() {
      X509Certificate leaf = certificate.leaf();
      return Fields.of(
          "id", id,
          "names", List.copyOf(certificate.names()),
          "subject", leaf.getSubjectX500Principal().getName(),
          "issuer", leaf.getIssuerX500Principal().getName(),
          "key", leaf.getPublicKey().getAlgorithm(),
          "notBefore", Fields.time(leaf.getNotBefore().toInstant().toEpochMilli()),
          "notAfter", Fields.time(end().toEpochMilli()),
          "listeners", listeners);
    }
  }

  private List<Shown> shown() {
    Map<String, Shown> all = new LinkedHashMap<>();
    ControlPlane.Active active = gateway.control().active();
    if (active != null) {
      for (Map.Entry<String, ListenerPolicy> each : active.snapshot().listeners().entrySet())
        add(all, each.getKey(), each.getValue().tls());
      add(all, "admin", active.adminTls());
    }
    List<Shown> sorted = new ArrayList<>(all.values());
    sorted.sort(Comparator.comparing(Shown::end));
    return sorted;
  }

  private static void add(Map<String, Shown> all, String listener, @Nullable TlsServer tls) {
    if (tls == null) return;
    for (ServerCertificate each : tls.rules().certificates())
      all.computeIfAbsent(fingerprint(each), id -> new Shown(id, each, new ArrayList<>()))
          .listeners
          .add(listener);
  }

  private static String fingerprint(ServerCertificate certificate) {
    try {
      byte[] der = certificate.leaf().getEncoded();
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der));
    } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }
}
