package dev.penstock.plugins.auth;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Identity;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code client-certificate}. That only trusted proxies can tell is the gateway's work, before any
 * filter (H10).
 */
final class ClientCertificateFactory implements FilterFactory<ClientCertificateConfig> {
  @Override
  public String name() {
    return "client-certificate";
  }

  @Override
  public Class<ClientCertificateConfig> configType() {
    return ClientCertificateConfig.class;
  }

  @Override
  public FilterTemplate prepare(ClientCertificateConfig config, PrepareScope scope) {
    Gate gate = new Gate("", config.optional(), config.always(), config.headers(), scope);
    return new FilterTemplate() {
      @Override
      public Set<Phase> phases() {
        return Set.of(Phase.ON_REQUEST);
      }

      @Override
      public Filter create(FilterScope worker) {
        return new ClientCertificate(config, gate);
      }
    };
  }

  /** One worker's filter; remembers what the last fields told, in a table of fixed size. */
  private static final class ClientCertificate implements Filter {
    private static final int KEPT = 256;

    private final ClientCertificateConfig config;
    private final Gate gate;
    private final HeaderName field;
    private final Set<String> issuers;
    private final Set<String> fingerprints;
    private final @Nullable Told[] kept = new Told[KEPT];

    /** What came of a field: who it is, or why nobody. */
    private record Told(String field, @Nullable Identity identity, String refusal) {}

    ClientCertificate(ClientCertificateConfig config, Gate gate) {
      this.config = config;
      this.gate = gate;
      field = isForwarded() ? HeaderName.X_FORWARDED_CLIENT_CERT : HeaderName.CLIENT_CERT;
      issuers = Set.copyOf(config.issuers());
      fingerprints = Set.copyOf(config.fingerprints());
    }

    private boolean isForwarded() {
      return config.source() == ClientCertificateConfig.Source.X_FORWARDED_CLIENT_CERT;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
      if (gate.isSettled(exchange)) return gate.pass(exchange);
      HeaderMap headers = exchange.request().headers();
      int at = headers.find(field);
      if (at < 0) return gate.nobody(exchange);
      if (headers.find(field, at + 1) >= 0) return Gate.ambiguous("certificate");
      Told told = told(headers.value(at));
      if (told.identity() == null) return gate.refuse(told.refusal());
      if (!config.forward()) headers.remove(field);
      return gate.pass(exchange, told.identity());
    }

    private Told told(String value) {
      int at = (value.hashCode() * 0x9E3779B9) >>> 24;
      Told known = kept[at];
      if (known != null && known.field().equals(value)) return known;
      Told told = read(value);
      kept[at] = told;
      return told;
    }

    private Told read(String value) {
      ToldCertificate certificate =
          isForwarded() ? ToldCertificate.ofForwarded(value) : ToldCertificate.ofClientCert(value);
      if (certificate == null) return new Told(value, null, "the field tells no certificate");
      if (!issuers.isEmpty() && !issuers.contains(certificate.issuer()))
        return new Told(value, null, "another has issued the certificate");
      if (!fingerprints.isEmpty() && !fingerprints.contains(certificate.fingerprint()))
        return new Told(value, null, "the certificate is not among those allowed");
      String subject = subject(certificate);
      if (subject.isEmpty()) return new Told(value, null, "the certificate has no such name");
      Map<String, Object> claims =
          Map.of(
              "dn", certificate.dn(),
              "issuer", certificate.issuer(),
              "fingerprint", certificate.fingerprint(),
              "dns", List.copyOf(certificate.dns()),
              "uri", List.copyOf(certificate.uris()),
              "email", List.copyOf(certificate.emails()));
      return new Told(value, new Identity(subject, "client-cert", List.of(), claims), "");
    }

    private String subject(ToldCertificate certificate) {
      return switch (config.subject()) {
        case DN -> certificate.dn();
        case CN -> certificate.cn();
        case DNS -> first(certificate.dns());
        case URI -> first(certificate.uris());
        case EMAIL -> first(certificate.emails());
        case FINGERPRINT -> certificate.fingerprint();
      };
    }

    private static String first(List<String> names) {
      return names.isEmpty() ? "" : names.getFirst();
    }
  }
}
