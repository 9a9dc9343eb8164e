package dev.penstock.engine.control;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Secret;
import dev.penstock.engine.spi.Config.Shorthand;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where operators look in and change things: metrics, probes, the admin API, the dashboard. */
@Doc("Metrics, probes, the admin API and the dashboard.")
public record AdminConfig(
    @Doc(
            "Address and port. Whoever reaches it can watch the gateway: keep it on the loopback or behind a firewall.")
        @Default("127.0.0.1:9000")
        @Shorthand
        BindAddress bind,
    @Doc(
            "Folder for revisions, tokens, scripts and the audit log. Absent: $STATE_DIRECTORY, or penstock below $XDG_STATE_HOME.")
        @Nullable Path state,
    @Doc(
            "An admin token given from outside, at least 16 characters, best as ${file:…}; without it, the first start makes one and shows it.")
        @Secret
        @Nullable String token,
    @Doc("Names under which it may be reached, beside its addresses and localhost.") @Default("[]")
        List<String> hosts,
    @Doc("Origins beside its own whose pages may use it, such as https://ops.example.com.")
        @Default("[]")
        List<String> origins,
    @Doc("Refuses writes that do not say with If-Match which version they mean to change.")
        @Default("false")
        boolean requireIfMatch,
    @Doc("Writes edits over the API to the configuration's file too; its comments are lost then.")
        @Default("false")
        boolean writeBack,
    @Doc("Speaks https; client-certificates asks who comes for one. Needs the admin API.")
        @Nullable TlsConfig tls,
    @Doc(
            "Who comes in by certificate instead of a token: viewer, deployer or admin, by the certificate's whole subject (as RFC 2253"
                + " writes it), or CN=, DNS:, URI: or email: and a name of it.")
        @Default("{}")
        Map<String, AdminRole> clients) {

  public AdminConfig {
    hosts = List.copyOf(hosts);
    origins = List.copyOf(origins);
    clients = Collections.unmodifiableMap(new LinkedHashMap<>(clients));
    if (!clients.isEmpty() && (tls == null || tls.clientCertificates() == null))
      throw new IllegalArgumentException(
          "clients come in by certificate: add tls.client-certificates, the PEM file of their authorities");
    if (token != null && token.length() < 16)
      throw new IllegalArgumentException("token is shorter than 16 characters");
  }
}
