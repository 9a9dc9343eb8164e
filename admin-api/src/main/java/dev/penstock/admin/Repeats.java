package dev.penstock.admin;

import dev.penstock.engine.control.DurableFile;
import dev.penstock.engine.time.NanoClock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * First answers by {@code Idempotency-Key}, for a day: who repeats a request gets the first answer
 * and nothing is done again. A repetition waits for the first. Thread-safe.
 */
final class Repeats {
  private static final int MOST = 1000;
  private static final long KEPT_MILLIS = 86_400_000;

  private final NanoClock clock;
  private final Map<String, Once> known = new LinkedHashMap<>();

  private record Once(String fingerprint, long atMillis, CompletableFuture<Answer> answer) {}

  Repeats(NanoClock clock) {
    this.clock = clock;
  }

  /** What {@code work} answers, or has answered before to the same request. */
  Answer once(Call call, Supplier<Answer> work) {
    String key = call.header("Idempotency-Key");
    if (key == null || !call.request().method().equals("POST")) return work.get();
    if (key.isEmpty() || key.length() > 128)
      throw Problem.malformed("Idempotency-Key has 1 to 128 characters");
    Tokens.Token token = call.tokenOrNull();
    String owner = (token == null ? "" : token.id()) + " " + key;
    String fingerprint = call.request().target() + " " + DurableFile.digest(call.request().body());
    CompletableFuture<Answer> mine = new CompletableFuture<>();
    Once before = claim(owner, new Once(fingerprint, clock.wallMillis(), mine));
    if (before == null) return first(owner, mine, work);
    if (!before.fingerprint.equals(fingerprint))
      throw new Problem(
          Problem.Kind.IDEMPOTENCY_MISMATCH,
          "this Idempotency-Key came with another request before");
    try {
      Answer again = before.answer.join();
      return copy(again).header("Idempotent-Replayed", "true");
    } catch (CompletionException e) {
      throw new Problem(
          Problem.Kind.CONFLICT, "the first request with this key has failed; try anew");
    }
  }

  private synchronized @Nullable Once claim(String owner, Once mine) {
    long since = clock.wallMillis() - KEPT_MILLIS;
    known.values().removeIf(each -> each.atMillis < since);
    Once before = known.putIfAbsent(owner, mine);
    if (known.size() > MOST) known.remove(known.keySet().iterator().next());
    return before;
  }

  private synchronized void forget(String owner) {
    known.remove(owner);
  }

  private Answer first(String owner, CompletableFuture<Answer> mine, Supplier<Answer> work) {
    try {
      Answer answer = work.get();
      mine.complete(copy(answer));
      return answer;
    } catch (RuntimeException e) {
      // Nothing was done, so the key is free again.
      forget(owner);
      mine.completeExceptionally(e);
      throw e;
    }
  }

  private static Answer copy(Answer of) {
    Answer copy = Answer.bytes(of.type(), of.body()).status(of.status());
    of.headers().forEach(copy::header);
    return copy;
  }
}
