package dev.penstock.engine.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicInteger;

/** A file that is open as long as somebody uses it: a cache, answers under way. Thread-safe. */
final class OpenFile {
  private final FileChannel channel;
  private final AtomicInteger users = new AtomicInteger(1);
  private volatile boolean isWarm;

  /** Whoever makes it is its first user. */
  OpenFile(FileChannel channel) {
    this.channel = channel;
  }

  FileChannel channel() {
    return channel;
  }

  /** Whether all of it has been read a moment ago, so that reading it does not wait for a disk. */
  boolean isWarm() {
    return isWarm;
  }

  void warmed() {
    isWarm = true;
  }

  void acquire() {
    users.incrementAndGet();
  }

  void release() {
    if (users.decrementAndGet() > 0) return;
    try {
      channel.close();
    } catch (IOException e) {
      // It was only read.
    }
  }
}
