package dev.penstock.engine.files;

import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.time.NanoClock;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one worker knows of files: open ones and small ones are believed for a moment, so that a
 * request for them touches no disk. Others are looked for on a virtual thread. Worker-confined.
 */
public final class WorkerFiles {
  private static final int MAX_ENTRIES = 1024;
  private static final int MAX_BYTES = 16 << 20;

  private record Key(FileSite site, String path) {}

  private record Seen(Entry entry, long atNs) {}

  private final Executor worker;
  private final NanoClock clock;
  private final FileAnswer answers;
  private final Map<Key, Seen> seen = new LinkedHashMap<>(64, 0.75f, true);
  private long bytes;

  /** The executor runs what it is given on the worker. */
  public WorkerFiles(Executor worker, NanoClock clock) {
    this.worker = worker;
    this.clock = clock;
    answers = new FileAnswer(worker);
  }

  /** The answer to a GET or HEAD that needs no disk, or null. */
  public @Nullable Response known(FileSite site, RequestHead request) {
    Seen last = seen.get(new Key(site, request.path()));
    if (last == null || clock.nanoTime() - last.atNs() >= site.rules().recheckNs()) return null;
    return answer(last.entry(), request);
  }

  private Response answer(Entry entry, RequestHead request) {
    return answers.of(entry, request, Math.floorDiv(clock.wallMillis(), 1000L));
  }

  /**
   * Looks at what stands at {@code path}; {@code then}, on the worker, gets what makes the answer
   * of a request for it.
   */
  public void look(FileSite site, String path, Consumer<Found> then) {
    Thread.ofVirtual()
        .name("files")
        .start(() -> {
          Entry entry = site.look(path);
          worker.execute(() -> {
            put(new Key(site, path), entry);
            then.accept(request -> answer(entry, request));
          });
        });
  }

  /** Something that was looked for. */
  public interface Found {
    Response answer(RequestHead request);
  }

  private void put(Key key, Entry entry) {
    Seen before = seen.put(key, new Seen(entry, clock.nanoTime()));
    bytes += entry.weight();
    if (before != null) forget(before);
    Iterator<Seen> oldest = seen.values().iterator();
    while (seen.size() > 1 && (seen.size() > MAX_ENTRIES || bytes > MAX_BYTES)) {
      Seen leaving = oldest.next();
      oldest.remove();
      forget(leaving);
    }
  }

  private void forget(Seen leaving) {
    bytes -= leaving.entry().weight();
    leaving.entry().release();
  }

  /** Forgets everything; answers under way go on. */
  public void clear() {
    seen.values().forEach(each -> each.entry().release());
    seen.clear();
    bytes = 0;
  }
}
