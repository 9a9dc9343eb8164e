package dev.penstock.engine.control;

import dev.penstock.engine.spi.HealthCheck;
import dev.penstock.engine.upstream.ControlLoop;
import java.util.function.Consumer;

/**
 * Asks an extension's {@link HealthCheck} about one endpoint, each time on a virtual thread of its
 * own, one at a time and no longer than the rules say. One that does not end is not asked again.
 *
 * <p>Confined to the control loop.
 */
final class GuestProbe {
  private final ControlLoop loop;
  private boolean isRunning;

  GuestProbe(ControlLoop loop) {
    this.loop = loop;
  }

  /** Asks; {@code done} is told once, on the control loop, within the time-out or soon after. */
  void probe(HealthCheck check, HealthCheck.Target target, Consumer<Prober.Result> done) {
    if (isRunning) {
      done.accept(new Prober.Result(false, "the check before has not ended yet"));
      return;
    }
    isRunning = true;
    Call call = new Call(target, done);
    Thread thread =
        Thread.ofVirtual()
            .name("health-" + target.upstream())
            .start(() -> {
              Prober.Result result = ask(check, target);
              loop.execute(() -> {
                isRunning = false;
                call.end(result);
              });
            });
    call.limit(thread);
  }

  private static Prober.Result ask(HealthCheck check, HealthCheck.Target target) {
    try {
      HealthCheck.Result result = check.check(target);
      return new Prober.Result(result.isHealthy(), result.reason());
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      return new Prober.Result(false, e.toString());
    }
  }

  private final class Call {
    private final HealthCheck.Target target;
    private final Consumer<Prober.Result> done;
    private Runnable timer = () -> {};
    private boolean isDone;

    Call(HealthCheck.Target target, Consumer<Prober.Result> done) {
      this.target = target;
      this.done = done;
    }

    void limit(Thread thread) {
      timer =
          loop.schedule(
              target.timeout().toNanos(),
              () -> {
                thread.interrupt();
                end(
                    new Prober.Result(
                        false, "no answer within " + target.timeout().toMillis() + " ms"));
              });
    }

    void end(Prober.Result result) {
      if (isDone) return;
      isDone = true;
      timer.run();
      done.accept(result);
    }
  }
}
