package dev.penstock.scripting;

import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.Subrequests;
import dev.penstock.engine.time.TimerWheel;
import java.util.HashSet;
import java.util.Set;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * A script at one place of the configuration on one worker: its context there, its rules, and the
 * functions by which its handlers are called. Worker-confined.
 */
final class ScriptUse {
  private final ScriptContext context;
  private final ScriptRules rules;
  private final ScriptLimits limits;
  private final Bindings bindings;
  private final EnvHost env;
  private final String owner;
  private final Subrequests subrequests;
  private final boolean keepsObjects;
  private final Set<ScriptExchange> outliving = new HashSet<>();
  private @Nullable Guest linkedTo;
  private Functions functions = Functions.NONE;
  private boolean closing;

  ScriptUse(
      ScriptContext context,
      ScriptRules rules,
      Bindings bindings,
      FilterScope scope,
      boolean keepsObjects) {
    this.context = context;
    this.rules = rules;
    this.limits = ScriptLimits.of(rules);
    this.owner = scope.route();
    this.subrequests = scope.subrequests();
    this.bindings = bindings;
    this.env = new EnvHost(bindings, this);
    this.keepsObjects = keepsObjects;
    functions();
  }

  /**
   * The functions of the JavaScript side of the door for this use, in the realm of now; null
   * members for what is not exported.
   */
  Functions functions() {
    Guest guest = context.guest();
    if (linkedTo != guest) {
      context.run(null, limits, () -> functions = new Functions(guest.use(env)));
      linkedTo = guest;
    }
    return functions;
  }

  ScriptContext context() {
    return context;
  }

  ScriptLimits limits() {
    return limits;
  }

  ScriptRules rules() {
    return rules;
  }

  /** Id of the route, or name of the upstream. */
  String owner() {
    return owner;
  }

  Subrequests subrequests() {
    return subrequests;
  }

  Bindings bindings() {
    return bindings;
  }

  /** Whether an exchange can pass more than one phase of this script. */
  boolean keepsObjects() {
    return keepsObjects;
  }

  /** Work given to waitUntil goes on after its exchange. */
  void outlives(ScriptExchange exchange) {
    outliving.add(exchange);
    TimerWheel.Timer end =
        new TimerWheel.Timer() {
          @Override
          protected void onTimer() {
            if (!exchange.isWorking()) return;
            context.report(
                ScriptFailure.of("waitUntil work did not end within limits.wait-until"),
                exchange,
                "waitUntil");
            exchange.release();
            outlived(exchange);
          }
        };
    context
        .thread()
        .timers()
        .schedule(end, context.thread().clock().nanoTime() + limits.waitUntilNs());
  }

  void outlived(ScriptExchange exchange) {
    if (outliving.remove(exchange) && closing && outliving.isEmpty()) context.release();
  }

  /** No exchange uses it any more; what waitUntil still does keeps the context for its time. */
  void close() {
    closing = true;
    if (outliving.isEmpty()) context.release();
  }

  /** What the JavaScript side of the door made of the exports. */
  static final class Functions {
    static final Functions NONE = new Functions(null);

    final @Nullable Value onRequest;
    final @Nullable Value onRequestBody;
    final @Nullable Value onUpstreamRequest;
    final @Nullable Value onUpstreamError;
    final @Nullable Value onUpstreamResponse;
    final @Nullable Value onResponse;
    final @Nullable Value onResponseBody;
    final @Nullable Value onLog;
    final @Nullable Value selectEndpoint;
    final @Nullable Value scheduled;

    Functions(@Nullable Value all) {
      onRequest = of(all, "onRequest");
      onRequestBody = of(all, "onRequestBody");
      onUpstreamRequest = of(all, "onUpstreamRequest");
      onUpstreamError = of(all, "onUpstreamError");
      onUpstreamResponse = of(all, "onUpstreamResponse");
      onResponse = of(all, "onResponse");
      onResponseBody = of(all, "onResponseBody");
      onLog = of(all, "onLog");
      selectEndpoint = of(all, "selectEndpoint");
      scheduled = of(all, "scheduled");
    }

    private static @Nullable Value of(@Nullable Value all, String name) {
      if (all == null) return null;
      Value value = all.getMember(name);
      return value == null || value.isNull() ? null : value;
    }
  }
}
