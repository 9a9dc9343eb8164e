package dev.penstock.admin;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.control.ConfigProblem;
import dev.penstock.engine.control.ControlPlane;
import dev.penstock.engine.control.GatewayConfig;
import dev.penstock.engine.control.Ledger;
import dev.penstock.engine.control.Revision;
import dev.penstock.engine.control.ScriptDoor;
import dev.penstock.engine.control.ScriptStore;
import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.time.SystemClock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What scripts write and how they fail, by name; the last two hundred of each are kept. Shown lines
 * on workers, so it holds its lock for moments only. Thread-safe.
 */
final class ScriptLog implements ScriptDoor.Viewer, Ledger.Listener {
  private static final Logger LOG = LogManager.getLogger(ScriptLog.class);
  private static final int KEPT = 200;
  private static final int MOST_NAMES = 1000;

  private final ScriptStore store;

  /** By the file or folder of a script; replaced with each revision. */
  private volatile Map<Path, Script> scripts = Map.of();

  private final Map<String, Deque<Entry>> last = new HashMap<>();
  private final Map<Feed, String> feeds = new HashMap<>();
  private long number;

  private record Entry(long number, String event, Fields data) {
    void into(Feed feed) {
      feed.add(event, Long.toString(number), data);
    }
  }

  private record Script(String name, String version) {}

  ScriptLog(ScriptStore store) {
    this.store = store;
  }

  /** Follows the scripts of {@code gateway}, and what they write. */
  static ScriptLog of(Gateway gateway) {
    ScriptLog log = new ScriptLog(gateway.scripts());
    gateway.ledger().listen(log);
    log.follow(gateway.ledger().state());
    for (Extension each : gateway.extensions()) if (each instanceof ScriptDoor door) door.add(log);
    return log;
  }

  @Override
  public void onApplied(
      Revision.Author author, Ledger.State now, ControlPlane.Active active, Ledger.Change change) {
    follow(now);
  }

  @Override
  public void onRefused(Revision.Author author, List<ConfigProblem> problems) {}

  private void follow(Ledger.State state) {
    Map<Path, Script> now = new HashMap<>();
    GatewayConfig config = state.read().config();
    if (config == null) return;
    config
        .scripts()
        .forEach((name, script) -> {
          try {
            String version = script.version();
            Path place =
                version == null
                    ? state.folder().resolve(String.valueOf(script.file()))
                    : store.place(name, version);
            now.put(place.toRealPath(), new Script(name, version == null ? "" : version));
          } catch (IOException e) {
            LOG.debug("script {} has no place; its log is not shown", name, e);
          }
        });
    scripts = now;
  }

  private @Nullable Script find(Path file) {
    Map<Path, Script> known = scripts;
    for (Path at = file; at != null; at = at.getParent()) {
      Script script = known.get(at);
      if (script != null) return script;
    }
    return null;
  }

  @Override
  public void onLine(ScriptDoor.Line line) {
    Script of = find(line.file());
    if (of == null) return;
    long at = SystemClock.INSTANCE.wallMillis();
    String[] parts = line.text().split("\n", 2);
    synchronized (this) {
      if (!last.containsKey(of.name()) && last.size() >= MOST_NAMES) return;
      Fields data =
          Fields.of(
              "id", Long.toString(++number),
              "at", Fields.time(at),
              "script", of.name(),
              "version", of.version().isEmpty() ? null : of.version(),
              "route", line.route(),
              "level", line.level(),
              "text", line.isFailure() ? parts[0] : line.text(),
              "exchange", line.exchange());
      if (line.isFailure())
        data.with("phase", line.phase())
            .with("message", parts[0])
            .with("stack", parts.length > 1 ? parts[1] : "");
      Entry entry = new Entry(number, line.isFailure() ? "exception" : "line", data);
      Deque<Entry> kept = last.computeIfAbsent(of.name(), name -> new ArrayDeque<>());
      kept.addLast(entry);
      if (kept.size() > KEPT) kept.removeFirst();
      feeds.forEach((feed, name) -> {
        if (name.equals(of.name())) entry.into(feed);
      });
    }
  }

  /**
   * The kept entries of a script, then those that come.
   *
   * @param since the number of the last entry that the client has
   */
  synchronized Feed open(String name, long since) {
    Feed[] self = new Feed[1];
    self[0] = new Feed(() -> forget(self[0]));
    for (Entry each : last.getOrDefault(name, new ArrayDeque<>()))
      if (each.number > since) each.into(self[0]);
    feeds.put(self[0], name);
    return self[0];
  }

  private synchronized void forget(Feed feed) {
    feeds.remove(feed);
  }
}
