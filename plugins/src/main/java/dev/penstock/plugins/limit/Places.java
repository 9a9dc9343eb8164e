package dev.penstock.plugins.limit;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Places for so many at a time, by key, and who waits for one. Only keys that hold a place are
 * remembered, so there are never more than exchanges under way. Thread-safe; who leaves hands its
 * place to who waits longest.
 */
final class Places {
  /** Who waits. Told on whatever thread another leaves. */
  interface Waiter {
    /** The place is yours; leave it, even if you do not want it any more. */
    void onPlace();
  }

  /** What came of entering. */
  enum Outcome {
    ENTERED,
    WAITS,
    FULL
  }

  private static final class Room {
    int taken;
    final ArrayDeque<Waiter> line = new ArrayDeque<>();
  }

  private final int atATime;
  private final int maxWaiting;
  private final Map<String, Room> rooms = new ConcurrentHashMap<>();

  Places(int atATime, int maxWaiting) {
    this.atATime = atATime;
    this.maxWaiting = maxWaiting;
  }

  /** Takes a place, or a place in the line for {@code waiter}. */
  Outcome enter(String key, Waiter waiter) {
    Outcome[] outcome = {Outcome.FULL};
    rooms.compute(
        key,
        (k, room) -> {
          Room here = room == null ? new Room() : room;
          if (here.taken < atATime) {
            here.taken++;
            outcome[0] = Outcome.ENTERED;
          } else if (here.line.size() < maxWaiting) {
            here.line.add(waiter);
            outcome[0] = Outcome.WAITS;
          }
          return here;
        });
    return outcome[0];
  }

  /** Takes a place though there is none. */
  void enterAnyway(String key) {
    rooms.compute(
        key,
        (k, room) -> {
          Room here = room == null ? new Room() : room;
          here.taken++;
          return here;
        });
  }

  /** Whether {@code waiter} was still in the line, and is not any more. */
  boolean giveUp(String key, Waiter waiter) {
    boolean[] waited = {false};
    rooms.computeIfPresent(
        key,
        (k, room) -> {
          waited[0] = room.line.remove(waiter);
          return room;
        });
    return waited[0];
  }

  /** Gives a place back; once for each that was taken. */
  void leave(String key) {
    @Nullable Waiter[] next = {null};
    rooms.compute(
        key,
        (k, room) -> {
          if (room == null) throw new IllegalStateException("nobody is there");
          if (room.taken <= atATime) next[0] = room.line.poll();
          if (next[0] != null) return room;
          return --room.taken == 0 ? null : room;
        });
    Waiter waiter = next[0];
    if (waiter != null) waiter.onPlace();
  }

  /** How many keys hold a place. */
  int keys() {
    return rooms.size();
  }
}
