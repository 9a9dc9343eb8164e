package dev.penstock.engine.proxy;

import dev.penstock.engine.observe.ExchangeView;
import dev.penstock.engine.observe.ExchangeView.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Makes of a {@link LiveExchange} what may be seen of it from outside. */
final class Viewing {
  private Viewing() {}

  /** What {@code of} is like at this moment. On its worker only. */
  static ExchangeView of(LiveExchange of, long nowNs) {
    return new ExchangeView(
        of.id(),
        of.driver.worker().index(),
        of.startMillis,
        nowNs - of.startNs,
        of.step.name().toLowerCase(Locale.ROOT).replace('_', '-'),
        of.request.method(),
        of.request.authority().toString(),
        of.request.path().toString(),
        of.clientAddress.getHostAddress(),
        of.listener,
        of.route == null ? null : of.route.id(),
        of.upstream(),
        of.endpoint == null ? null : of.endpoint.name(),
        of.attempts,
        of.requestRelay.received(),
        of.responseRelay.sent(),
        timeline(of, nowNs));
  }

  private static List<Moment> timeline(LiveExchange of, long nowNs) {
    List<Moment> timeline = new ArrayList<>();
    timeline.add(new Moment("started", 0));
    moment(timeline, "queued", of.queuedNs, of.startNs);
    moment(timeline, "connecting", of.attempt.beganNs, of.startNs);
    moment(timeline, "connected", of.attempt.connectedNs, of.startNs);
    moment(timeline, "response-head", of.attempt.headNs, of.startNs);
    if (of.isHeadSent) timeline.add(new Moment("responding", nowNs - of.startNs));
    return timeline;
  }

  private static void moment(List<Moment> into, String name, long atNs, long startNs) {
    if (atNs != 0) into.add(new Moment(name, atNs - startNs));
  }
}
