package dev.penstock.admin;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.control.CanaryMetrics;
import dev.penstock.engine.control.Document;
import dev.penstock.engine.control.GatewayConfig;
import dev.penstock.engine.control.Ledger;
import dev.penstock.engine.control.Revision;
import dev.penstock.engine.control.ScriptConfig;
import dev.penstock.engine.observe.Traffic;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** Takes canaries back that do worse than what they should replace. */
final class CanaryWatch implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(CanaryWatch.class);
  private static final long STEP_MILLIS = 500;

  private final Gateway gateway;
  private final Events events;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("admin-canaries").daemon().factory());

  CanaryWatch(Gateway gateway, Events events) {
    this.gateway = gateway;
    this.events = events;
    var _ =
        clock.scheduleWithFixedDelay(this::look, STEP_MILLIS, STEP_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      GatewayConfig config = gateway.ledger().state().read().config();
      if (config == null) return;
      config
          .scripts()
          .forEach((name, script) -> {
            ScriptConfig.Canary canary = script.canary();
            CanaryMetrics.Pair counts = gateway.control().canaries().find(name);
            String why = canary == null || counts == null ? null : why(canary.rollBack(), counts);
            if (canary != null && why != null) takeBack(name, canary.version(), why);
          });
    } catch (RuntimeException e) {
      LOG.error("canaries could not be looked at", e);
    }
  }

  /** Why it is taken back; null when it does well enough, or too little is known. */
  static @Nullable String why(ScriptConfig.RollBack rules, CanaryMetrics.Pair counts) {
    Traffic canary = counts.canary().traffic();
    Traffic stable = counts.stable().traffic();
    if (!rules.enabled() || canary.requests() < rules.minRequests()) return null;
    double errors = share(canary);
    if (errors > share(stable) + rules.errors())
      return "%.1f%% of %d requests failed, of the version in force %.1f%%"
          .formatted(100 * errors, canary.requests(), 100 * share(stable));
    long p99 = canary.quantileNs(0.99);
    long before = stable.quantileNs(0.99);
    if (stable.requests() >= rules.minRequests() && p99 > rules.p99Factor() * before)
      return "the 99th percentile is %.3f ms, of the version in force %.3f ms"
          .formatted(p99 / 1e6, before / 1e6);
    return null;
  }

  private static double share(Traffic of) {
    return of.requests() == 0 ? 0 : (double) of.errors() / of.requests();
  }

  private void takeBack(String name, String version, String why) {
    List<String> place = List.of("scripts", name, "canary");
    Revision.Author self =
        new Revision.Author(
            "penstock",
            Revision.Source.API,
            "canary " + version + " of " + name + " taken back: " + why,
            null);
    try {
      Ledger.Outcome outcome =
          gateway
              .ledger()
              .edit(
                  self,
                  before -> before.delete(place),
                  now -> version.equals(ScriptPlaces.trial(now.document(), name)),
                  false);
      if (outcome.change() == null) {
        LOG.error("canary {} of {} could not be taken back: {}", version, name, outcome.problems());
        return;
      }
      LOG.warn("canary {} of {} is taken back: {}", version, name, why);
      events.add(
          "script-rolled-back", Fields.of("script", name, "version", version, "reason", why));
    } catch (Ledger.StaleException | Document.NoSuchPlaceException e) {
      LOG.debug("somebody was quicker to end the canary of {}", name);
    } catch (Document.MalformedException | IOException e) {
      LOG.error("canary {} of {} could not be taken back", version, name, e);
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
