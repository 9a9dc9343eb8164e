package dev.penstock.admin;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.control.ConfigProblem;
import dev.penstock.engine.control.ControlPlane;
import dev.penstock.engine.control.Ledger;
import dev.penstock.engine.control.Revision;
import dev.penstock.engine.time.SystemClock;
import dev.penstock.engine.upstream.EndpointEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What happens to the gateway, for whoever listens; the last thousand are kept. Thread-safe. */
final class Events implements Ledger.Listener {
  private static final int KEPT = 1000;

  private final Deque<Fields> last = new ArrayDeque<>();
  private final Map<Feed, Set<String>> feeds = new HashMap<>();
  private long number;

  /** Begins to listen to {@code gateway}. */
  static Events of(Gateway gateway) {
    Events events = new Events();
    gateway.ledger().listen(events);
    gateway.upstreams().listen(events::onEndpoint);
    return events;
  }

  @Override
  public void onApplied(
      Revision.Author author, Ledger.State now, ControlPlane.Active active, Ledger.Change change) {
    add(
        "config-applied",
        Fields.of(
            "revision", change.revision(),
            "source", author.source().text(),
            "actor", author.actor(),
            "difference", change.difference().toString()));
  }

  @Override
  public void onRefused(Revision.Author author, List<ConfigProblem> problems) {
    add(
        "config-refused",
        Fields.of("source", author.source().text(), "errors", Problem.errors(problems)));
  }

  private void onEndpoint(EndpointEvent event) {
    add(
        "endpoint-" + event.state().text(),
        Fields.of(
            "upstream", event.upstream(),
            "endpoint", event.endpoint(),
            "reason", event.reason().isEmpty() ? null : event.reason()));
  }

  /** Something of {@code type} has happened. */
  synchronized void add(String type, Fields more) {
    Fields event =
        Fields.of(
            "id", Long.toString(++number),
            "at", Fields.time(SystemClock.INSTANCE.wallMillis()),
            "type", type);
    event.putAll(more);
    last.addLast(event);
    if (last.size() > KEPT) last.removeFirst();
    feeds.forEach((feed, types) -> offer(feed, types, event));
  }

  private static void offer(Feed feed, Set<String> types, Fields event) {
    String type = String.valueOf(event.get("type"));
    if (types.isEmpty() || types.contains(type))
      feed.add(type, String.valueOf(event.get("id")), event);
  }

  /**
   * Events from now on.
   *
   * @param types empty for all
   * @param after the last event that the client has; null for none
   */
  synchronized Feed open(Set<String> types, @Nullable Long after) {
    Feed[] self = new Feed[1];
    self[0] = new Feed(() -> forget(self[0]));
    if (after != null)
      for (Fields each : last)
        if (Long.parseLong(String.valueOf(each.get("id"))) > after) offer(self[0], types, each);
    feeds.put(self[0], types);
    return self[0];
  }

  private synchronized void forget(Feed feed) {
    feeds.remove(feed);
  }
}
