package dev.penstock.engine.cache;

import dev.penstock.engine.http.HeaderMap;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * All that is stored under one key: responses for different kinds of requests, the latest first,
 * and notes about requests whose responses cannot be stored. Immutable; each change is a new one.
 */
final class Bucket {
  private static final int MOST_PASSES = 8;
  private static final Bucket EMPTY = new Bucket(new StoredResponse[0], new Pass[0]);

  private final StoredResponse[] responses;
  private final Pass[] passes;

  /** Set when the bucket answers a request, cleared by whoever looks for one to drop. */
  private volatile boolean isUsed = true;

  /** Until when nobody waits for the response to another's request. */
  private record Pass(String partition, long untilMillis) {}

  private Bucket(StoredResponse[] responses, Pass[] passes) {
    this.responses = responses;
    this.passes = passes;
  }

  static Bucket empty() {
    return EMPTY;
  }

  boolean isEmpty() {
    return responses.length == 0 && passes.length == 0;
  }

  int size() {
    return responses.length;
  }

  StoredResponse response(int i) {
    return responses[i];
  }

  /** Whether something asked for it since this was asked before. */
  boolean wasUsed() {
    boolean was = isUsed;
    if (was) isUsed = false;
    return was;
  }

  /** The response to this request, or null. */
  @Nullable StoredResponse find(String partition, HeaderMap request) {
    for (StoredResponse each : responses) {
      if (each.selector().partition().equals(partition)
          && each.selector().vary().matches(request)) {
        if (!isUsed) isUsed = true;
        return each;
      }
    }
    return null;
  }

  /** Whether there is one of this kind for other values of its Vary fields. */
  boolean hasOther(String partition) {
    for (StoredResponse each : responses) {
      if (each.selector().partition().equals(partition)) return true;
    }
    return false;
  }

  /** What the next response for this request will probably vary by, as a part of a key. */
  String guess(String partition, HeaderMap request) {
    for (StoredResponse each : responses) {
      StoredResponse.Selector of = each.selector();
      if (of.partition().equals(partition))
        return of.vary().isEmpty() ? "" : VaryFields.guess(of.vary().names(), request);
    }
    return "";
  }

  boolean isPassed(String partition, long nowMillis) {
    for (Pass pass : passes) {
      if (pass.partition.equals(partition)) return pass.untilMillis > nowMillis;
    }
    return false;
  }

  /** With one more, in place of the one for the same requests; the oldest leave. */
  Bucket with(StoredResponse fresh, int most) {
    StoredResponse[] next = new StoredResponse[Math.min(most, responses.length + 1)];
    int size = 0;
    next[size++] = fresh;
    for (StoredResponse each : responses) {
      if (size < next.length && !sameSelector(each, fresh)) next[size++] = each;
    }
    return new Bucket(Arrays.copyOf(next, size), without(passes, fresh.selector().partition()));
  }

  private static boolean sameSelector(StoredResponse a, StoredResponse b) {
    return a.selector().partition().equals(b.selector().partition())
        && a.selector().vary().sameAs(b.selector().vary());
  }

  /** With {@code updated} in the place of {@code old}; this one when {@code old} is gone. */
  Bucket replaced(StoredResponse old, @Nullable StoredResponse updated) {
    for (int i = 0; i < responses.length; i++) {
      if (!responses[i].equals(old)) continue;
      StoredResponse[] next;
      if (updated != null) {
        next = responses.clone();
        next[i] = updated;
      } else {
        next = new StoredResponse[responses.length - 1];
        System.arraycopy(responses, 0, next, 0, i);
        System.arraycopy(responses, i + 1, next, i, next.length - i);
      }
      return new Bucket(next, passes);
    }
    return this;
  }

  /** With a note that responses to such requests cannot be stored. */
  Bucket passing(String partition, long untilMillis) {
    Pass[] others = without(passes, partition);
    Pass[] next = Arrays.copyOf(others, Math.min(MOST_PASSES, others.length + 1));
    next[next.length - 1] = new Pass(partition, untilMillis);
    return new Bucket(responses, next);
  }

  private static Pass[] without(Pass[] passes, String partition) {
    int kept = 0;
    Pass[] next = passes.clone();
    for (Pass each : passes) {
      if (!each.partition.equals(partition)) next[kept++] = each;
    }
    return Arrays.copyOf(next, kept);
  }

  /** Bytes of memory. */
  long weight() {
    long weight = 128 + 64L * passes.length;
    for (StoredResponse each : responses) weight += each.weight();
    return weight;
  }
}
