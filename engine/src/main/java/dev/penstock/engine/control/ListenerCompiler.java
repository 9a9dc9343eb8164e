package dev.penstock.engine.control;

import dev.penstock.engine.control.TlsConfig.ClientCertificates;
import dev.penstock.engine.http.CidrSet;
import dev.penstock.engine.http.Violation;
import dev.penstock.engine.plan.ListenerPolicy;
import dev.penstock.engine.tls.ServerCertificate;
import dev.penstock.engine.tls.TlsServer;
import dev.penstock.engine.tls.TlsServer.ClientAuth;
import dev.penstock.engine.tls.TlsServer.Clients;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns entries under {@code listeners:} into policies: reads certificates, makes contexts. */
final class ListenerCompiler {
  private static final String PATH = "listeners.";

  private final TlsServer.Registry contexts;
  private final TlsFiles files;
  private final Sink sink;

  /** Takes what compiling finds out. */
  interface Sink {
    void fail(String path, String message);

    void warn(String path, String message);
  }

  ListenerCompiler(TlsServer.Registry contexts, TlsFiles files, Sink sink) {
    this.contexts = contexts;
    this.files = files;
    this.sink = sink;
  }

  ListenerPolicy policy(String name, ListenerConfig config) {
    EnumSet<Violation> tolerated = EnumSet.noneOf(Violation.class);
    tolerated.addAll(config.tolerate());
    ListenerConfig.Limits limits = config.limits();
    ListenerConfig.ProxyProtocol proxy = config.proxyProtocol();
    return new ListenerPolicy(
        name,
        limits.http(),
        tolerated,
        CidrSet.of(config.trustedProxies()),
        ListenerPolicy.ProxyProtocol.valueOf(proxy.version().name()),
        CidrSet.of(proxy.trusted()),
        proxy.timeout().toNanos(),
        config.timeouts().head().toNanos(),
        config.timeouts().bodyIdle().toNanos(),
        limits.minBytesPerSecond(),
        config.timeouts().halfClose().toNanos(),
        config.timeouts().keepAlive().toNanos(),
        limits.maxRequests(),
        config.timeouts().maxAge().toNanos(),
        limits.maxConnections(),
        limits.maxConnectionsPerClient(),
        limits.maxNewConnectionsPerClient(),
        config.tls() == null ? null : tls(name, config.tls()));
  }

  private @Nullable TlsServer tls(String listener, TlsConfig config) {
    String path = PATH + listener + ".tls";
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
          listener,
          new TlsServer.Rules(
              certificates,
              config.unknownName() == TlsConfig.UnknownName.REFUSE,
              config.minVersion(),
              clients,
              config.handshakeTimeout().toNanos(),
              config.maxHandshakes()));
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
      sink.fail(path, String.valueOf(e.getMessage()));
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
      sink.fail(path, String.valueOf(e.getMessage()));
      return null;
    }
  }
}
