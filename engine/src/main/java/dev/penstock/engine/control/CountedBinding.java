package dev.penstock.engine.control;

import dev.penstock.engine.observe.OfferMetrics.Tally;
import dev.penstock.engine.spi.ScriptBinding;
import dev.penstock.engine.time.SystemClock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts the calls of scripts, and those that throw. */
record CountedBinding(ScriptBinding guest, Tally tally) implements ScriptBinding {
  @Override
  public Map<String, Method> methods() {
    Map<String, Method> all = new LinkedHashMap<>();
    guest
        .methods()
        .forEach((name, method) ->
            all.put(
                name,
                switch (method) {
                  case Inline inline -> (Inline) arguments -> counted(inline, arguments);
                  case Blocking blocking -> (Blocking) arguments -> counted(blocking, arguments);
                }));
    return all;
  }

  private @Nullable Object counted(Method method, List<@Nullable Object> arguments)
      throws Exception {
    long startNs = SystemClock.INSTANCE.nanoTime();
    try {
      return method.call(arguments);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      tally.failed();
      throw e;
    } finally {
      tally.called(SystemClock.INSTANCE.nanoTime() - startNs);
    }
  }

  @Override
  public void close() {
    guest.close();
  }
}
