package dev.penstock.engine.control;

import dev.penstock.engine.tls.TlsClient;
import dev.penstock.engine.upstream.HealthCheckRules;
import dev.penstock.engine.upstream.HostPort;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks an endpoint once whether it is well; never on the caller's thread. */
interface Prober {
  /**
   * Begins a probe on a connection of its own.
   *
   * @param done told once, on any thread, within the rules' time-out or soon after
   */
  void probe(Target target, Consumer<Result> done);

  /**
   * Whom to ask and how.
   *
   * @param addresses tried in turn within one time-out; at least one
   * @param endpoint for Host, unless the rules name another, and for what TLS verifies
   * @param tls null for plain connections
   */
  record Target(
      List<InetSocketAddress> addresses,
      HostPort endpoint,
      @Nullable TlsClient tls,
      HealthCheckRules rules) {}

  /**
   * What came of it.
   *
   * @param reason for the log: {@code status 503}
   */
  record Result(boolean passed, String reason) {}
}
