package dev.penstock.scripting;

import dev.penstock.engine.spi.ScriptBinding.Blocking;
import dev.penstock.engine.spi.ScriptBinding.Method;
import dev.penstock.scripting.Bindings.BoundMethod;
import java.util.Collections;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * An object of a plugin's as the JavaScript side of the door sees it. Arguments and results cross
 * as JSON: neither side can reach into the other. What a call came to is a text: {@code =} and
 * JSON, or {@code !} and the message of what was thrown.
 */
public final class ObjectHost {
  private static final Logger LOG = LogManager.getLogger(ObjectHost.class);

  private final List<BoundMethod> methods;
  private final ScriptContext context;

  ObjectHost(List<BoundMethod> methods, ScriptContext context) {
    this.methods = methods;
    this.context = context;
  }

  @HostAccess.Export
  public int size() {
    return methods.size();
  }

  @HostAccess.Export
  public String name(int i) {
    return methods.get(i).name();
  }

  /** Whether {@link #begin} is to be called instead of {@link #call}. */
  @HostAccess.Export
  public boolean isBlocking(int i) {
    return methods.get(i).method() instanceof Blocking;
  }

  /** Calls method {@code i} at once. */
  @HostAccess.Export
  public String call(int i, String arguments) {
    return outcome(methods.get(i), arguments);
  }

  /** Calls method {@code i} off the worker; {@code done} hears what it came to. */
  @HostAccess.Export
  public void begin(int i, String arguments, Value done) {
    BoundMethod method = methods.get(i);
    context.offload(
        () -> outcome(method, arguments),
        (outcome, problem) -> done.executeVoid(outcome == null ? "!" + problem : outcome));
  }

  private static String outcome(BoundMethod bound, String arguments) {
    try {
      return "=" + Json.written(called(bound.method(), arguments));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "!interrupted";
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      LOG.debug("{} of a script's binding failed", bound.name(), e);
      return "!" + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
    }
  }

  private static @Nullable Object called(Method method, String arguments) throws Exception {
    return Json.parse(arguments) instanceof List<?> list
        ? method.call(Collections.unmodifiableList(list))
        : null;
  }
}
