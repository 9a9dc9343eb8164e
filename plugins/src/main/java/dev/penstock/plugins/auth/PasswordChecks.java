package dev.penstock.plugins.auth;

import dev.penstock.engine.spi.Identity;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Compares passwords with hashes on virtual threads, a few at a time. Who asks the same while it is
 * being found out waits for the same answer. Thread-safe.
 */
final class PasswordChecks {
  /** A user of the configuration. */
  record User(Identity identity, PasswordHash hash) {}

  private final Map<String, User> users;
  private final User decoy;
  private final Semaphore places;
  private final int maxInLine;
  private final AtomicInteger inLine = new AtomicInteger();
  private final Map<Digest, CompletableFuture<Boolean>> underWay = new ConcurrentHashMap<>();

  PasswordChecks(Map<String, User> users, int atATime, int maxWaiting) {
    this.users = Map.copyOf(users);
    decoy = users.values().iterator().next();
    places = new Semaphore(atATime);
    maxInLine = atATime + maxWaiting;
  }

  /** The user of that name, or null. */
  @Nullable User find(String name) {
    return users.get(name);
  }

  /**
   * Finds out whether the password is that of the user; for a name that is not known, as slowly.
   *
   * @param key of name and password
   * @return completes on another thread; null when too many wait already
   */
  @Nullable CompletableFuture<Boolean> check(Digest key, String name, String password) {
    CompletableFuture<Boolean> mine = new CompletableFuture<>();
    CompletableFuture<Boolean> before = underWay.putIfAbsent(key, mine);
    if (before != null) return before;
    if (inLine.incrementAndGet() > maxInLine) {
      inLine.decrementAndGet();
      underWay.remove(key, mine);
      // Who joined in between is told, too.
      mine.completeExceptionally(new IllegalStateException("too many passwords are being hashed"));
      return null;
    }
    Thread.ofVirtual().name("password").start(() -> run(key, mine, name, password));
    return mine;
  }

  private void run(Digest key, CompletableFuture<Boolean> answer, String name, String password) {
    try {
      places.acquireUninterruptibly();
      try {
        User user = users.get(name);
        boolean isRight = (user == null ? decoy : user).hash().matches(password);
        answer.complete(user != null && isRight);
      } finally {
        places.release();
      }
    } catch (RuntimeException | Error e) {
      answer.completeExceptionally(e);
    } finally {
      inLine.decrementAndGet();
      underWay.remove(key, answer);
    }
  }
}
