package dev.penstock.admin;

import dev.penstock.engine.time.NanoClock;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What is done with every request, whatever it asks for: who and from where, body type, once only,
 * in time, and a line in the audit log. Thread-safe.
 */
final class Dispatcher implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(Dispatcher.class);
  private static final long MOST_SECONDS = 60;

  private final Gatekeeper gatekeeper;
  private final AuditLog audit;
  private final Repeats repeats;
  private final NanoClock clock;
  private final SecureRandom random = new SecureRandom();
  private final ExecutorService workers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("admin-", 0).factory());

  Dispatcher(Gatekeeper gatekeeper, AuditLog audit, NanoClock clock) {
    this.gatekeeper = gatekeeper;
    this.audit = audit;
    this.repeats = new Repeats(clock);
    this.clock = clock;
  }

  String newId() {
    byte[] id = new byte[8];
    random.nextBytes(id);
    return HexFormat.of().formatHex(id);
  }

  /** Reads the rest of a request, which costs something: after it is known that it may be made. */
  interface Reading {
    Call.Request read() throws java.io.IOException;
  }

  /** The answer to a request, whatever happens. */
  Answer answer(String id, Operation operation, Reading reading, Headers headers, Peer peer) {
    Tokens.Token token = null;
    Call call = null;
    Answer answer;
    try {
      gatekeeper.checkPlace(
          headers.get("Host"), headers.get("Origin"), headers.get("Sec-Fetch-Site"));
      if (operation.role() != null)
        token = gatekeeper.identify(headers.get("Authorization"), peer, operation.role());
      Call made = new Call(id, reading.read(), token);
      call = made;
      checkType(operation, made.request());
      answer = repeats.once(made, () -> inTime(operation, made));
    } catch (Problem e) {
      answer = e.answer(id);
    } catch (java.io.IOException e) {
      answer = Problem.malformed("the body could not be read to its end").answer(id);
    } catch (RuntimeException | Error e) {
      LOG.error(
          "request {} of the admin API failed: {} {}", id, operation.method(), operation.path(), e);
      answer =
          new Problem(Problem.Kind.INTERNAL, "the log has more of it, by the request id")
              .answer(id);
    }
    if (operation.isChange()) record(operation, id, token, call, answer, peer.address());
    return answer;
  }

  /** Fields of the request by name, in any case; null when absent. */
  interface Headers {
    @Nullable String get(String name);
  }

  private static void checkType(Operation operation, Call.Request request) {
    if (operation.consumes().isEmpty() || request.body().length == 0) return;
    if (!operation.consumes().contains(request.type()))
      throw new Problem(
          Problem.Kind.UNSUPPORTED_TYPE,
          "Content-Type is one of "
              + String.join(", ", operation.consumes().stream().sorted().toList()));
  }

  private Answer inTime(Operation operation, Call call) {
    Future<Answer> work = workers.submit(() -> operation.handler().handle(call));
    try {
      return work.get(MOST_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      work.cancel(true);
      throw new Problem(
          Problem.Kind.TIMEOUT,
          "it took longer than " + MOST_SECONDS + " s; look whether it was done");
    } catch (InterruptedException e) {
      work.cancel(true);
      Thread.currentThread().interrupt();
      throw new Problem(Problem.Kind.UNAVAILABLE, "the gateway stops");
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case Problem problem -> throw problem;
        case RuntimeException bug -> throw bug;
        case Error bug -> throw bug;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  private void record(
      Operation operation,
      String id,
      Tokens.@Nullable Token token,
      @Nullable Call call,
      Answer answer,
      String address) {
    boolean isDone = answer.status() < 400;
    boolean isDryRun = call != null && call.wasDryRun();
    audit.add(
        Fields.of(
            "at", Fields.time(clock.wallMillis()),
            "actor", token == null ? "?" : token.name(),
            "tokenId", token == null ? null : token.id(),
            "address", address,
            "action", operation.action(),
            "target", call == null ? operation.path() : call.request().target(),
            "result", !isDone ? "refused" : isDryRun ? "dry-run" : "ok",
            "status", answer.status(),
            "revision", call == null ? null : call.revision(),
            "difference", call == null ? null : call.difference(),
            "requestId", id));
  }

  @Override
  public void close() {
    workers.shutdownNow();
  }
}
