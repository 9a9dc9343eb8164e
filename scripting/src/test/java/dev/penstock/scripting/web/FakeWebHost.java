package dev.penstock.scripting.web;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.spi.BodySink;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.ProxyError;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * A runtime for one context without a gateway: virtual time for timers, a thread for slow work, an
 * echo for fetch.
 */
final class FakeWebHost implements WebHost {
  private record Timer(int id, long atMs, long everyMs, Runnable fire) {}

  final List<String> console = new ArrayList<>();
  final List<String> uncaught = new ArrayList<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(Timer::atMs).thenComparingInt(Timer::id));
  private final Set<Integer> cleared = new HashSet<>();
  private final LinkedBlockingQueue<Runnable> arrivals = new LinkedBlockingQueue<>();
  private final Random random = new Random(1);
  FetchCall lastCall;
  private long nowMs;
  private int nextTimer = 1;
  private int offloaded;

  @Override
  public long epochMillis() {
    return 1_700_000_000_000L + nowMs;
  }

  @Override
  public double monotonicMillis() {
    return nowMs;
  }

  @Override
  public int setTimer(long delayMs, boolean repeat, Runnable fire) {
    int id = nextTimer++;
    timers.add(new Timer(id, nowMs + delayMs, repeat ? Math.max(1, delayMs) : 0, fire));
    return id;
  }

  @Override
  public void clearTimer(int id) {
    cleared.add(id);
  }

  @Override
  public void console(ConsoleLevel level, String text) {
    console.add(level + " " + text);
  }

  @Override
  public void uncaught(String text, @Nullable Value error) {
    uncaught.add(text);
  }

  @Override
  public void offload(
      Callable<Object> work, BiConsumer<@Nullable Object, @Nullable Throwable> done) {
    offloaded++;
    Thread.startVirtualThread(() -> {
      Object result = null;
      Throwable error = null;
      try {
        result = work.call();
      } catch (Throwable e) {
        error = e;
      }
      Object finalResult = result;
      Throwable finalError = error;
      arrivals.add(() -> {
        offloaded--;
        done.accept(finalResult, finalError);
      });
    });
  }

  @Override
  public void randomBytes(byte[] target) {
    random.nextBytes(target);
  }

  @Override
  public String userAgent() {
    return "Penstock/test";
  }

  @Override
  public void fetch(FetchCall call) {
    lastCall = call;
    String host = call.url().replaceFirst("^http://([^/]*).*$", "$1");
    switch (host) {
      case "echo" -> {
        HeaderMap fields = new HeaderMap();
        fields.add("x-method", call.method());
        fields.addAll(call.headers());
        byte[] content = call.content();
        BodySource body = content != null ? new BytesBody(content) : call.source();
        arrivals.add(
            () -> call.respond(201, "Created", fields, body, call.length(), call.url(), false));
      }
      case "slowbody" ->
          arrivals.add(
              () -> call.respond(200, "", new HeaderMap(), new Silent(), -1, call.url(), false));
      case "broken" ->
          arrivals.add(
              () -> call.respond(200, "", new HeaderMap(), new Broken(), -1, call.url(), false));
      case "never" -> call.onAbort(() -> console.add("fetch aborted"));
      default -> arrivals.add(() -> call.fail("connection refused"));
    }
  }

  /**
   * Runs what is due until {@code isDone}; time jumps to the next timer when nothing else is left.
   */
  void runUntil(BooleanSupplier isDone) throws InterruptedException {
    while (!isDone.getAsBoolean()) {
      Runnable arrival = offloaded > 0 ? arrivals.poll(20, TimeUnit.SECONDS) : arrivals.poll();
      if (arrival != null) {
        arrival.run();
        continue;
      }
      Timer timer = timers.poll();
      if (timer == null)
        throw new IllegalStateException("nothing is left to happen, but the script is not done");
      if (cleared.contains(timer.id)) continue;
      nowMs = Math.max(nowMs, timer.atMs);
      if (timer.everyMs > 0)
        timers.add(new Timer(timer.id, nowMs + timer.everyMs, timer.everyMs, timer.fire));
      timer.fire.run();
    }
  }

  /** Gives one part and then nothing more. */
  private static final class Silent implements BodySource {
    @Override
    public void start(BodySink sink) {
      sink.write(ByteBuffer.wrap("begin".getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void demand() {}

    @Override
    public void cancel() {}
  }

  /** Gives one part and then breaks. */
  private static final class Broken implements BodySource {
    @Override
    public void start(BodySink sink) {
      sink.write(ByteBuffer.wrap("begin".getBytes(StandardCharsets.UTF_8)));
      sink.fail(ProxyError.of(ProxyError.Kind.UPSTREAM_INCOMPLETE, "the upstream went away"));
    }

    @Override
    public void demand() {}

    @Override
    public void cancel() {}
  }
}
