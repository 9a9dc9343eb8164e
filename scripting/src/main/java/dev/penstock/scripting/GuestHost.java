package dev.penstock.scripting;

import dev.penstock.scripting.web.ConsoleLevel;
import dev.penstock.scripting.web.FetchCall;
import dev.penstock.scripting.web.WebApi;
import dev.penstock.scripting.web.WebHost;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * What the Web APIs of one guest ask of the world; goes to the worker once one has adopted the
 * guest.
 */
final class GuestHost implements WebHost {
  private static final Logger log = LogManager.getLogger("dev.penstock.script");
  private static final SecureRandom RANDOM = new SecureRandom();

  private final ScriptVersion version;
  private final long startNs;
  private @Nullable WebApi web;
  private @Nullable ScriptContext owner;

  GuestHost(ScriptVersion version) {
    this.version = version;
    this.startNs = version.runtime().meter().nanoTime();
  }

  void attach(WebApi installed) {
    web = installed;
  }

  void adoptedBy(ScriptContext context) {
    owner = context;
  }

  WebApi web() {
    WebApi installed = web;
    if (installed == null) throw new IllegalStateException("still loading");
    return installed;
  }

  @Override
  public long epochMillis() {
    return version.runtime().meter().wallMillis();
  }

  @Override
  public double monotonicMillis() {
    // 100 µs steps: fine enough to measure with, too coarse to spy with.
    return Math.floorDiv(version.runtime().meter().nanoTime() - startNs, 100_000L) / 10.0;
  }

  @Override
  public int setTimer(long delayMs, boolean repeat, Runnable fire) {
    ScriptContext context = owner;
    return context == null ? 0 : context.timers().set(delayMs, repeat, fire);
  }

  @Override
  public void clearTimer(int id) {
    ScriptContext context = owner;
    if (context != null) context.timers().clear(id);
  }

  @Override
  public void console(ConsoleLevel level, String text) {
    ScriptContext context = owner;
    if (context != null) context.console(level, text);
    else log.info("{}: {}", version.label(), text);
  }

  @Override
  public void uncaught(String text, @Nullable Value error) {
    ScriptContext context = owner;
    ScriptFailure failure =
        error == null ? ScriptFailure.of(text) : ScriptFailure.of(error, version.bundle());
    if (context != null) context.uncaught(failure);
    else log.warn("{}: nobody caught, while the module was loaded: {}", version.label(), failure);
  }

  @Override
  public void offload(
      Callable<Object> work, BiConsumer<@Nullable Object, @Nullable Throwable> done) {
    ScriptContext context = owner;
    if (context == null) {
      done.accept(null, new IllegalStateException("not while the module is loaded"));
      return;
    }
    context.offload(work, done);
  }

  @Override
  public void randomBytes(byte[] target) {
    RANDOM.nextBytes(target);
  }

  @Override
  public String userAgent() {
    return "Penstock";
  }

  @Override
  public void fetch(FetchCall call) {
    ScriptContext context = owner;
    if (context == null)
      call.fail("fetch() cannot be used while the module is loaded; call it in a handler");
    else context.fetch(call);
  }
}
