package dev.penstock.scripting;

import dev.penstock.engine.spi.BodyPart;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.spi.Verdict;
import java.util.function.Function;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * Calls the handlers of a script for one worker and place of the configuration. Each phase is one
 * guest call; what the handler answers, or how it fails, becomes a verdict here.
 */
final class ScriptFilter implements Filter {
  private static final int NEXT = 0;
  private static final int RESPOND = 1;
  private static final int PENDING = 2;
  private static final int RETRY = 3;

  private final ScriptUse use;
  private final Exchange.Attribute<ScriptExchange> own = new Exchange.Attribute<>("script");
  private final boolean failsOpen;
  private final @Nullable Schedule schedule;

  ScriptFilter(ScriptUse use, @Nullable Schedule schedule) {
    this.use = use;
    this.failsOpen = use.rules().onError() == ScriptRules.OnError.OPEN;
    this.schedule = schedule;
    if (schedule != null) schedule.start(use);
  }

  @Override
  public Verdict onRequest(Exchange exchange) {
    ScriptExchange of = of(exchange);
    of.enter(Phase.ON_REQUEST);
    if (!use.context().isUsable()) return unusable();
    return call(exchange, of, use.functions().onRequest);
  }

  @Override
  public Verdict onRequestBody(Exchange exchange, BodyPart part) {
    ScriptExchange of = of(exchange);
    of.enter(Phase.ON_REQUEST_BODY, part);
    if (!use.context().isUsable()) return unusable();
    return call(exchange, of, use.functions().onRequestBody);
  }

  @Override
  public Verdict onUpstreamRequest(Exchange exchange) {
    ScriptExchange of = of(exchange);
    of.enter(Phase.ON_UPSTREAM_REQUEST);
    if (!use.context().isUsable()) return unusable();
    return call(exchange, of, use.functions().onUpstreamRequest);
  }

  @Override
  public Verdict onUpstreamError(Exchange exchange, ProxyError error) {
    ScriptExchange of = of(exchange);
    of.enter(Phase.ON_UPSTREAM_ERROR, error);
    if (!use.context().isUsable()) return unusable();
    return call(exchange, of, use.functions().onUpstreamError);
  }

  @Override
  public Verdict onUpstreamResponse(Exchange exchange) {
    ScriptExchange of = of(exchange);
    of.enter(Phase.ON_UPSTREAM_RESPONSE);
    if (!use.context().isUsable()) return unusable();
    return call(exchange, of, use.functions().onUpstreamResponse);
  }

  @Override
  public Verdict onResponse(Exchange exchange) {
    ScriptExchange of = of(exchange);
    of.enter(Phase.ON_RESPONSE);
    if (!use.context().isUsable()) return unusable();
    return call(exchange, of, use.functions().onResponse);
  }

  @Override
  public Verdict onResponseBody(Exchange exchange, BodyPart part) {
    ScriptExchange of = of(exchange);
    of.enter(Phase.ON_RESPONSE_BODY, part);
    if (!use.context().isUsable()) return unusable();
    return call(exchange, of, use.functions().onResponseBody);
  }

  @Override
  public void onLog(Exchange exchange) {
    Value handler = use.functions().onLog;
    ScriptExchange of = handler == null ? exchange.attribute(own) : of(exchange);
    if (of == null) return;
    of.enter(Phase.ON_LOG);
    if (handler != null && use.context().isUsable()) {
      ScriptContext context = use.context();
      if (context.call(handler, of, of.slotIn(context.guest())) == ScriptContext.FAILED) {
        context.report(context.takeFailure(), of, Phase.ON_LOG.text());
      }
    }
    of.end();
    exchange.attribute(own, null);
    use.context().worker().runAfterTurn();
  }

  @Override
  public void close() {
    if (schedule != null) schedule.stop();
    use.close();
  }

  private ScriptExchange of(Exchange exchange) {
    ScriptExchange known = exchange.attribute(own);
    if (known != null) return known;
    ScriptExchange made = new ScriptExchange(use, exchange);
    exchange.attribute(own, made);
    return made;
  }

  private Verdict call(Exchange exchange, ScriptExchange of, @Nullable Value function) {
    if (function == null) return Verdict.NEXT;
    ScriptContext context = use.context();
    Waiting waiting = of.waiting();
    waiting.expect();
    int code = context.call(function, of, of.slotIn(context.guest()));
    if (code == ScriptContext.FAILED) of.fail(context.takeFailure());
    if (code == PENDING) {
      if (!waiting.isSettled()) {
        Verdict suspended = waiting.suspend(exchange, new Verdicts(of));
        context.worker().runAfterTurn();
        return suspended;
      }
      code = waiting.take();
    }
    Verdict verdict = verdict(of, code);
    context.worker().runAfterTurn();
    return verdict;
  }

  private Verdict verdict(ScriptExchange of, int code) {
    return switch (code) {
      case NEXT -> Verdict.NEXT;
      case RESPOND -> {
        Response answer = of.takeAnswer();
        yield answer == null ? Verdict.NEXT : Verdict.respond(answer);
      }
      case RETRY -> Verdict.RETRY;
      default -> failed(of, of.takeFailure());
    };
  }

  private Verdict failed(ScriptExchange of, @Nullable ScriptFailure failure) {
    ScriptFailure why = failure == null ? ScriptFailure.of("no reason") : failure;
    use.context().report(why, of, of.phase().text());
    if (failsOpen) return Verdict.NEXT;
    if (use.rules().development() && mayAnswer(of.phase())) {
      String text = use.context().version().label() + " " + of.phase().text() + "\n" + why + "\n";
      return Verdict.respond(Response.text(why.error().kind().status(), text));
    }
    return Verdict.reject(why.error());
  }

  private static boolean mayAnswer(Phase phase) {
    return phase != Phase.ON_RESPONSE_BODY;
  }

  /** The realm was lost and another one is on its way: the exchange fails as if the script had. */
  private Verdict unusable() {
    if (failsOpen) return Verdict.NEXT;
    return Verdict.reject(ScriptFailure.of(Budget.STUCK).error());
  }

  /** The verdict of a code, for a phase that waited. */
  private final class Verdicts implements Function<Integer, Verdict> {
    private final ScriptExchange of;

    Verdicts(ScriptExchange of) {
      this.of = of;
    }

    @Override
    public Verdict apply(Integer code) {
      return verdict(of, code);
    }
  }
}
