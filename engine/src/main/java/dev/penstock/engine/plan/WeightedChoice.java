package dev.penstock.engine.plan;

import dev.penstock.engine.spi.ConfigException;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A choice between few things by weight: a route's traffic split between upstreams. Immutable.
 *
 * <p>A key always gets the same choice (rendezvous hashing, weighted), and a change of weights or
 * choices moves only as many keys as it must: raising a canary from 5 to 10 % moves 5 % of the
 * clients to it and no others.
 */
public final class WeightedChoice<T> {
  private final List<Choice<T>> choices;
  private final long[] seeds;
  private final long total;

  /**
   * One of the things to choose.
   *
   * @param name by which it keeps its clients when others come and go
   * @param weight share relative to the others, 0 to 1,000,000; 0 is never chosen
   */
  public record Choice<T>(String name, int weight, T value) {
    public Choice {
      if (weight < 0 || weight > 1_000_000) {
        throw new ConfigException(
            "the weight %d of \"%s\" is not between 0 and 1000000".formatted(weight, name));
      }
    }
  }

  private WeightedChoice(String salt, List<Choice<T>> choices) {
    this.choices = List.copyOf(choices);
    seeds = choices.stream().mapToLong(choice -> seed(salt, choice.name())).toArray();
    total = choices.stream().mapToLong(Choice::weight).sum();
  }

  private static long seed(String salt, String name) {
    long h = 0xcbf29ce484222325L;
    String text = salt + '\0' + name;
    for (int i = 0; i < text.length(); i++) h = (h ^ text.charAt(i)) * 0x100000001b3L;
    return mix(h);
  }

  /**
   * Compiles a split.
   *
   * @param salt the id of the route; with one salt for all, the same clients would try every canary
   * @throws ConfigException when no choice has weight
   */
  public static <T> WeightedChoice<T> of(String salt, List<Choice<T>> choices) {
    WeightedChoice<T> choice = new WeightedChoice<>(salt, choices);
    if (choice.total == 0) throw new ConfigException("all weights are 0; one of them must not be");
    return choice;
  }

  /**
   * Chooses for a key, as {@link SplitKey#hash} gives it; at random when it is {@link
   * SplitKey#NONE}.
   */
  public T choose(long key, RandomGenerator random) {
    if (choices.size() == 1) return choices.getFirst().value();
    return key == SplitKey.NONE ? draw(random) : rendezvous(key);
  }

  private T draw(RandomGenerator random) {
    long left = random.nextLong(total);
    int i = 0;
    while (left >= choices.get(i).weight()) left -= choices.get(i++).weight();
    return choices.get(i).value();
  }

  /**
   * The highest of {@code -weight / ln(u)}, u being uniform in (0, 1) for each key and choice: so
   * shares are exact.
   */
  private T rendezvous(long hash) {
    int best = 0;
    double highest = -1;
    for (int i = 0; i < seeds.length; i++) {
      int weight = choices.get(i).weight();
      if (weight == 0) continue;
      double u = ((mix(hash ^ seeds[i]) >>> 11) + 0.5) * 0x1p-53;
      double score = -weight / Math.log(u);
      if (score > highest) {
        highest = score;
        best = i;
      }
    }
    return choices.get(best).value();
  }

  /** Lets every bit of the number depend on every other. */
  static long mix(long z) {
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
