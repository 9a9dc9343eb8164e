package dev.penstock.engine.control;

import dev.penstock.engine.control.TlsConfig.ClientCertificates;
import dev.penstock.engine.tls.ServerCertificate;
import dev.penstock.engine.tls.TlsClient;
import dev.penstock.engine.tls.TlsServer;
import dev.penstock.engine.tls.TlsServer.ClientAuth;
import dev.penstock.engine.tls.TlsServer.Clients;
import dev.penstock.engine.upstream.UpstreamRules;
import dev.penstock.engine.upstream.UpstreamTlsRules;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the certificates that a configuration names, and makes of them what connections need. */
final class TlsCompiler {
  /** Among the names of listeners, of which none has a slash. */
  static final String ADMIN = "/admin";

  private final TlsServer.Registry contexts;
  private final TlsFiles files;
  private final Sink sink;

  /** Takes what compiling finds out. */
  interface Sink {
    void fail(String path, String message);

    void warn(String path, String message);
  }

  TlsCompiler(TlsServer.Registry contexts, TlsFiles files, Sink sink) {
    this.contexts = contexts;
    this.files = files;
    this.sink = sink;
  }

  /** The {@code tls:} of a listener; null where it has none, and after a failure. */
  @Nullable TlsServer server(String listener, ListenerConfig config) {
    return server(listener, "listeners." + listener + ".tls", config.tls(), config.offersHttp2());
  }

  /** The {@code admin.tls}; null where there is none, and after a failure. */
  @Nullable TlsServer admin(@Nullable AdminConfig config) {
    return config == null ? null : server(ADMIN, "admin.tls", config.tls(), false);
  }

  private @Nullable TlsServer server(
      String name, String path, @Nullable TlsConfig config, boolean http2) {
    if (config == null) return null;
    List<ServerCertificate> certificates = new ArrayList<>();
    for (int i = 0; i < config.certificates().size(); i++) {
      ServerCertificate read =
          certificate(path + ".certificates[" + i + "]", config.certificates().get(i));
      if (read != null) certificates.add(read);
    }
    Clients clients = clients(path + ".client-certificates", config.clientCertificates());
    if (certificates.size() < config.certificates().size() || clients == null) return null;
    try {
      return contexts.prepare(
          name,
          new TlsServer.Rules(
              certificates,
              config.unknownName() == TlsConfig.UnknownName.REFUSE,
              config.minVersion(),
              clients,
              config.handshakeTimeout().toNanos(),
              config.maxHandshakes(),
              http2));
    } catch (GeneralSecurityException e) {
      sink.fail(path, "TLS cannot be set up: " + e.getMessage());
      return null;
    }
  }

  private @Nullable ServerCertificate certificate(String path, TlsConfig.Certificate config) {
    try {
      ServerCertificate read =
          files.read(config.chain(), config.key(), config.keyStore(), config.password());
      Instant end = read.leaf().getNotAfter().toInstant();
      if (end.isBefore(files.now()))
        sink.warn(path, "the certificate was valid until " + end + "; clients will refuse it");
      if (read.names().isEmpty())
        sink.warn(path, "the certificate names no host (subjectAltName); clients will refuse it");
      return read;
    } catch (IOException e) {
      sink.fail(path, ConfigCompiler.said(e));
      return null;
    }
  }

  private @Nullable Clients clients(String path, @Nullable ClientCertificates config) {
    if (config == null) return Clients.ANY;
    ClientAuth auth =
        config.demand() == ClientCertificates.Demand.REQUIRE
            ? ClientAuth.REQUIRE
            : ClientAuth.REQUEST;
    try {
      return new Clients(auth, files.authorities(config.authorities()));
    } catch (IOException e) {
      sink.fail(path, ConfigCompiler.said(e));
      return null;
    }
  }

  /** The {@code tls:} of an upstream; null where it has none, and after a failure. */
  @Nullable TlsClient client(String upstream, UpstreamRules of) {
    UpstreamTlsRules rules = of.tls();
    if (rules == null) return null;
    String path = "upstreams." + upstream + ".tls";
    if (!rules.verify())
      sink.warn(path + ".verify", "false: an impostor would get the requests of this upstream");
    try {
      UpstreamTlsRules.Certificate own = rules.certificate();
      return new TlsClient(
          new TlsClient.Rules(
              rules.name(),
              rules.authorities() == null ? null : files.authorities(rules.authorities()),
              rules.verify(),
              rules.minVersion(),
              own == null ? null : files.read(own.chain(), own.key(), null, own.password()),
              of.protocol().offered()));
    } catch (IOException | GeneralSecurityException e) {
      sink.fail(path, ConfigCompiler.said(e));
      return null;
    }
  }
}
