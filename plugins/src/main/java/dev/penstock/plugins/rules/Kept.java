package dev.penstock.plugins.rules;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What outlives a configuration, by name: a new configuration takes what the one before still
 * holds, and what nobody holds any more is gone. Thread-safe; not for the path of requests.
 */
public final class Kept<T> {
  private final Map<String, Holding<T>> all = new HashMap<>();

  private static final class Holding<T> {
    final T value;
    int holders;

    Holding(T value) {
      this.value = value;
    }
  }

  /** Takes what has that name, or what {@code maker} makes; to be let go once. */
  public synchronized T take(String name, Supplier<T> maker) {
    Holding<T> holding = all.get(name);
    if (holding == null) {
      holding = new Holding<>(maker.get());
      all.put(name, holding);
    }
    holding.holders++;
    return holding.value;
  }

  /** Lets go of what {@link #take} gave; {@code last} is called when nobody else holds it. */
  public synchronized void letGo(String name, Consumer<T> last) {
    Holding<T> holding = all.get(name);
    if (holding == null) throw new IllegalStateException("nobody holds " + name);
    if (--holding.holders > 0) return;
    all.remove(name);
    last.accept(holding.value);
  }

  /** Shows all that is held. */
  public synchronized void forEach(Consumer<T> visitor) {
    all.values().forEach(holding -> visitor.accept(holding.value));
  }
}
