package dev.penstock.engine.control;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells when watched files say something else than before.
 *
 * <p>Folders are watched, not files, since editors and deployment tools replace a file by renaming
 * another over it, or turn a symbolic link. Where the system cannot notify (network file systems,
 * inotify limits), times and sizes are looked at every 200 ms, which also finds what notifications
 * miss. Several changes within some 50 ms are one; a file that was touched but says the same is
 * none.
 *
 * <p>Thread-safe. The listener is called on the watcher's own virtual thread, one call at a time.
 */
public final class FileWatcher implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(FileWatcher.class);
  private static final long POLL_MS = 200;
  private static final long SETTLE_MS = 20;
  private static final int SETTLE_ROUNDS = 2;

  private final Runnable onChange;
  private final @Nullable WatchService service;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Set<Path> wanted;
  private final Map<Path, WatchKey> folders = new HashMap<>();
  private final Thread thread;
  private Set<Path> watched = Set.of();
  private Map<Path, FileState> known = Map.of();

  private FileWatcher(Set<Path> files, @Nullable WatchService service, Runnable onChange) {
    this.onChange = onChange;
    this.service = service;
    this.wanted = absolute(files);
    takeUp();
    this.thread = Thread.ofVirtual().name("file-watcher").unstarted(this::run);
  }

  /**
   * Begins to watch. What {@code files} say now is what later changes are compared with.
   *
   * @param files files or folders; they need not exist
   */
  public static FileWatcher start(Set<Path> files, Runnable onChange) {
    return start(files, onChange, true);
  }

  /**
   * @param notified whether the file system is asked to notify; false leaves polling alone
   */
  static FileWatcher start(Set<Path> files, Runnable onChange, boolean notified) {
    WatchService service = null;
    try {
      if (notified) service = FileSystems.getDefault().newWatchService();
    } catch (IOException | UnsupportedOperationException e) {
      LOG.info("No notifications about files ({}); looking every {} ms", e.getMessage(), POLL_MS);
    }
    FileWatcher watcher = new FileWatcher(files, service, onChange);
    watcher.thread.start();
    return watcher;
  }

  /**
   * Watches these files from now on, and no others; what files say that were watched before is
   * still known.
   */
  public void watch(Set<Path> files) {
    wanted = absolute(files);
  }

  private static Set<Path> absolute(Set<Path> files) {
    Set<Path> all = new HashSet<>();
    for (Path file : files) all.add(file.toAbsolutePath().normalize());
    return Set.copyOf(all);
  }

  private void run() {
    try {
      while (!isClosed()) {
        Notice notice = await(POLL_MS);
        takeUp();
        if (notice == Notice.OURS || isMoved()) settle();
        // A log that is written beside our files must not keep us busy.
        else if (notice == Notice.OTHERS && closed.await(SETTLE_MS, TimeUnit.MILLISECONDS)) return;
      }
    } catch (ClosedWatchServiceException e) {
      // close() ends the wait this way.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  /** What the system told. */
  private enum Notice {
    NONE,
    /** About other files in the same folders. */
    OTHERS,
    OURS
  }

  /** Waits until the system notifies, at most {@code ms}. */
  private Notice await(long ms) throws InterruptedException {
    if (service == null) {
      if (closed.await(ms, TimeUnit.MILLISECONDS)) throw new ClosedWatchServiceException();
      return Notice.NONE;
    }
    Notice notice = Notice.NONE;
    WatchKey key = service.poll(ms, TimeUnit.MILLISECONDS);
    while (key != null) {
      if (notice == Notice.NONE) notice = Notice.OTHERS;
      for (WatchEvent<?> event : key.pollEvents()) {
        if (isOurs(key, event)) notice = Notice.OURS;
      }
      if (!key.reset()) folders.values().remove(key);
      key = service.poll();
    }
    return notice;
  }

  private boolean isOurs(WatchKey key, WatchEvent<?> event) {
    // Without a name, events were lost.
    if (!(key.watchable() instanceof Path folder && event.context() instanceof Path name))
      return true;
    return watched.contains(folder) || watched.contains(folder.resolve(name));
  }

  /** Waits until nothing moves any more, then tells, if it is a change. */
  private void settle() throws InterruptedException {
    for (int i = 0; i < SETTLE_ROUNDS; i++) {
      if (await(SETTLE_MS) != Notice.OURS && i > 0) break;
    }
    Map<Path, FileState> now = look();
    boolean isChanged = false;
    for (Path file : watched) {
      FileState state = now.get(file);
      isChanged |= state != null && !state.saysTheSame(known.get(file));
    }
    known = now;
    if (!isChanged || isClosed()) return;
    try {
      onChange.run();
    } catch (RuntimeException | Error e) {
      LOG.error("What listens to changes of files has failed; later changes are still told", e);
    }
  }

  private boolean isMoved() {
    for (Path file : watched) {
      FileState before = known.get(file);
      if (before == null || !FileState.glance(file).isUnmovedSince(before)) return true;
    }
    return false;
  }

  private Map<Path, FileState> look() {
    Map<Path, FileState> states = new HashMap<>();
    for (Path file : watched) states.put(file, FileState.read(file));
    return states;
  }

  /**
   * Goes over to the files that are wanted now, and watches their folders again where those were
   * replaced.
   */
  private void takeUp() {
    Set<Path> files = wanted;
    if (!files.equals(watched)) {
      watched = files;
      Map<Path, FileState> states = new HashMap<>();
      for (Path file : files) {
        FileState before = known.get(file);
        states.put(file, before == null ? FileState.read(file) : before);
      }
      known = states;
    }
    if (service == null) return;
    Set<Path> needed = new HashSet<>();
    for (Path file : files) {
      Path parent = file.getParent();
      if (parent != null) needed.add(parent);
      if (Files.isDirectory(file)) needed.add(file);
    }
    folders
        .entrySet()
        .removeIf(entry -> {
          if (needed.contains(entry.getKey())) return false;
          entry.getValue().cancel();
          return true;
        });
    for (Path folder : needed) {
      if (!folders.containsKey(folder)) register(service, folder);
    }
  }

  private void register(WatchService registry, Path folder) {
    try {
      WatchKey key =
          folder.register(
              registry,
              StandardWatchEventKinds.ENTRY_CREATE,
              StandardWatchEventKinds.ENTRY_MODIFY,
              StandardWatchEventKinds.ENTRY_DELETE);
      folders.put(folder, key);
    } catch (IOException e) {
      LOG.debug("{} is looked at every {} ms only", folder, POLL_MS, e);
    }
  }

  /**
   * Ends watching; returns when the listener is not called any more, unless the listener itself
   * calls this.
   */
  @Override
  public void close() {
    closed.countDown();
    try {
      if (service != null) service.close();
      if (Thread.currentThread() != thread) thread.join();
    } catch (IOException e) {
      LOG.debug("The watch service did not close", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
