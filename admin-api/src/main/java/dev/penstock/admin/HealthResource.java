package dev.penstock.admin;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.observe.OpenMetrics;
import dev.penstock.engine.observe.Readiness;
import dev.penstock.engine.time.SystemClock;
import java.util.List;
import java.util.function.Predicate;

/** {@code /livez}, {@code /readyz}, {@code /startupz}, {@code /metrics}: for machines (O6). */
final class HealthResource {
  private final Gateway gateway;

  HealthResource(Gateway gateway) {
    this.gateway = gateway;
  }

  List<Operation> operations() {
    return List.of(
        Operation.get(
            "/livez", null, "Whether the loops answer", call -> health(Readiness::isLive)),
        Operation.get(
            "/readyz", null, "Whether it takes requests", call -> health(Readiness::isReady)),
        Operation.get(
            "/startupz", null, "Whether it has started", call -> health(Readiness::isStarted)),
        Operation.get("/metrics", null, "Numbers for Prometheus", this::metrics));
  }

  private Answer health(Predicate<Readiness> question) {
    Readiness now = gateway.readiness();
    boolean isGood = question.test(now);
    return Answer.json(
        isGood ? 200 : 503,
        Fields.of("status", isGood ? "ok" : "unavailable", "details", now.details()));
  }

  private Answer metrics(Call call) {
    String accept = call.header("Accept");
    boolean isOpen = OpenMetrics.isPreferred(accept == null ? List.of() : List.of(accept));
    byte[] text = gateway.metrics().scrape(isOpen, SystemClock.INSTANCE.nanoTime());
    return Answer.bytes(OpenMetrics.type(isOpen), text).header("Vary", "Accept");
  }
}
