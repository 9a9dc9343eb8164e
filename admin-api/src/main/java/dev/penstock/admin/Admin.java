package dev.penstock.admin;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.control.AdminConfig;
import dev.penstock.engine.control.AdminRole;
import dev.penstock.engine.control.ControlPlane;
import dev.penstock.engine.control.GatewayConfig;
import dev.penstock.engine.time.NanoClock;
import dev.penstock.engine.time.SystemClock;
import dev.penstock.engine.tls.TlsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The admin API of one gateway: its resources, who may use them, and the server they are on. */
final class Admin implements AutoCloseable {
  private final AdminServer server;
  private final Series series;
  private final CanaryWatch canaries;

  Admin(Gateway gateway, ServerSocketChannel bound) throws IOException {
    NanoClock clock = SystemClock.INSTANCE;
    Path state = gateway.state();
    Tokens tokens = Tokens.in(state);
    AuditLog audit = AuditLog.in(state);
    GatewayConfig config = gateway.ledger().state().read().config();
    AdminConfig first = config == null ? null : config.admin();
    if (first == null) throw new IOException("the configuration has no part admin any more");
    AtomicReference<AdminConfig> last = new AtomicReference<>(first);
    Gatekeeper gatekeeper =
        new Gatekeeper(
            (InetSocketAddress) bound.getLocalAddress(),
            () -> config(gateway, last),
            tokens,
            clock);
    Dispatcher dispatcher = new Dispatcher(gatekeeper, audit, clock);
    series = new Series(gateway);
    Events events = Events.of(gateway);
    canaries = new CanaryWatch(gateway, events);
    server =
        new AdminServer(
            bound,
            () -> tls(gateway),
            operations(gateway, tokens, audit, clock, series, events, ScriptLog.of(gateway)),
            dispatcher);
    if (tokens.isEmpty()
        && first.token() == null
        && !first.clients().containsValue(AdminRole.ADMIN)) announceFirst(gateway, tokens, clock);
  }

  /** Who takes the part away keeps what guards it until the next start. */
  private static AdminConfig config(Gateway gateway, AtomicReference<AdminConfig> last) {
    GatewayConfig config = gateway.ledger().state().read().config();
    if (config != null && config.admin() != null) last.set(config.admin());
    return Objects.requireNonNull(last.get());
  }

  private static @Nullable TlsServer tls(Gateway gateway) {
    ControlPlane.Active active = gateway.control().active();
    return active == null ? null : active.adminTls();
  }

  private static void announceFirst(Gateway gateway, Tokens tokens, NanoClock clock)
      throws IOException {
    String secret = tokens.make("first", AdminRole.ADMIN, null, clock.wallMillis()).secret();
    gateway.announce(
        "\nToken for the admin API and the dashboard, shown this once:\n  " + secret + "\n");
  }

  static List<Operation> operations(
      Gateway gateway,
      Tokens tokens,
      AuditLog audit,
      NanoClock clock,
      Series series,
      Events events,
      ScriptLog log) {
    List<Operation> all = new ArrayList<>();
    all.addAll(new ConfigResource(gateway).operations());
    all.addAll(new RevisionResource(gateway).operations());
    all.addAll(new RouteResource(gateway).operations());
    all.addAll(new UpstreamResource(gateway).operations());
    all.addAll(new RuntimeResource(gateway, series, events).operations());
    all.addAll(new ScriptResource(gateway, log).operations());
    all.addAll(new TransactionResource(gateway).operations());
    all.addAll(new PluginResource(gateway).operations());
    all.addAll(new CacheResource(gateway, clock).operations());
    all.addAll(new OfferResource(gateway).operations());
    all.addAll(new AccessResource(tokens, audit, clock).operations());
    all.addAll(new CertificateResource(gateway).operations());
    all.addAll(new HealthResource(gateway).operations());
    all.addAll(new DocsResource(all).operations());
    all.addAll(new PageFiles("dev/penstock/admin/ui/", PageFiles.STYLES_INLINE).operations());
    return all;
  }

  @Override
  public void close() {
    canaries.close();
    series.close();
    server.close();
  }
}
