package dev.penstock.engine.proxy;

import static dev.penstock.engine.proxy.LiveExchange.Step.RESPONSE;
import static dev.penstock.engine.proxy.LiveExchange.Step.SENDING;
import static dev.penstock.engine.proxy.LiveExchange.Step.TUNNEL;

import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.HttpVersion;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.plan.Pipeline;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.ProxyError.Kind;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.engine.upstream.Outcome;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Gives an exchange its response: an endpoint's, one of our own, or an error's, by way of the
 * response filters. Part of {@link ExchangeDriver}; worker-confined.
 */
final class Responder {
  private static final Logger LOG = LogManager.getLogger(Responder.class);

  private final ExchangeDriver driver;
  private final Forwarder forwarder;
  private final ResponseFields fields;

  Responder(ExchangeDriver driver, Forwarder forwarder) {
    this.driver = driver;
    this.forwarder = forwarder;
    this.fields = new ResponseFields(driver.worker().clock());
  }

  // ---- before the head

  /** Lets a client go on that waits for 100 (RFC 9110 §10.1.1). */
  void allowBody(LiveExchange exchange) {
    if (!exchange.expectsContinue) return;
    exchange.expectsContinue = false;
    exchange.continueAtNs = Long.MAX_VALUE;
    ClientStream client = exchange.client;
    if (client == null) return;
    ResponseHead go = new ResponseHead();
    go.status(100);
    client.sendInterim(go);
  }

  /** An endpoint sent a 1xx (E5). */
  void onUpstreamInterim(LiveExchange exchange) {
    if (exchange.response.status() == 100) {
      allowBody(exchange);
      return;
    }
    fields.cleanInterim(exchange.response);
    sendInterim(exchange, exchange.response);
  }

  /** Sends an interim response to the client, if its version knows them. */
  void sendInterim(LiveExchange exchange, ResponseHead head) {
    ClientStream client = exchange.client;
    if (client == null
        || exchange.responseRelay.isHeadSent()
        || client.version() == HttpVersion.HTTP_1_0) return;
    client.sendInterim(head);
  }

  // ---- whose response it is

  /** An endpoint answered; filters see its head next. */
  void fromUpstream(LiveExchange exchange, BodyFraming framing, long length) {
    exchange.step = RESPONSE;
    exchange.hasResponse = true;
    fields.fromUpstream(exchange);
    exchange.responseRelay.fromUpstream(framing, length);
    Pipeline pipeline = exchange.pipeline;
    if (pipeline == null) send(exchange);
    else exchange.phases.start(pipeline, Phase.ON_UPSTREAM_RESPONSE);
  }

  /** An endpoint switches to {@code protocol}: its head is passed on without its other hops. */
  void switching(LiveExchange exchange, String protocol) {
    fields.fromUpstream(exchange);
    exchange.response.headers().add(HeaderName.UPGRADE, protocol);
  }

  /** Answers with a response of ours. */
  void respond(LiveExchange exchange, Response response) {
    if (!exchange.isAlive() || exchange.responseRelay.isHeadSent()) return;
    exchange.isLocal = true;
    replace(exchange, response);
    exchange.step = RESPONSE;
    exchange.phases.clear();
    filter(exchange);
  }

  /** Answers with a response of ours that stands for an error. */
  void respond(LiveExchange exchange, Response answer, ProxyError error) {
    if (exchange.error == null) exchange.error = error;
    forwarder.abandon(exchange);
    respond(exchange, answer);
  }

  /** A filter puts its own response in the place of the one it has seen. */
  void replace(LiveExchange exchange, Response response) {
    forwarder.abandon(exchange);
    exchange.response.clear();
    exchange.response.status(response.head().status());
    exchange.response.headers().addAll(response.head().headers());
    exchange.hasResponse = true;
    exchange.responseRelay.fromAnswer(response);
    fields.own(exchange);
  }

  /** See {@link ExchangeDriver#fail}. */
  void fail(LiveExchange exchange, ProxyError error) {
    if (!exchange.isAlive()) return;
    if (LOG.isDebugEnabled())
      LOG.debug("exchange {}: {} {}", exchange.id(), error.kind(), error.detail());
    if (exchange.responseRelay.isHeadSent() || exchange.step == TUNNEL) {
      if (exchange.error == null) exchange.error = error;
      breakOff(exchange);
    } else if (exchange.error != null && exchange.step == RESPONSE) {
      // The filters that look at our error have failed over it: they are not asked again.
      exchange.phases.clear();
      failPlainly(exchange, error);
    } else if (!driver.caching().rescues(exchange, error)) {
      respond(exchange, Answers.of(exchange, error), error);
    }
  }

  /** A response filter refuses: its own kind is not asked again. */
  void failPlainly(LiveExchange exchange, ProxyError error) {
    exchange.error = error;
    replace(exchange, Answers.of(exchange, error));
    send(exchange);
  }

  // ---- what filters say

  /**
   * A filter said something other than NEXT or SUSPEND.
   *
   * @return whether the filters behind it are to be called
   */
  boolean onVerdict(LiveExchange exchange, Phase phase, Verdict verdict) {
    switch (verdict) {
      case Verdict.Next n -> throw new IllegalStateException("NEXT needs no decision");
      case Verdict.Suspend s -> throw new IllegalStateException("SUSPEND needs no decision");
      case Verdict.Retry r -> {
        if (phase == Phase.ON_UPSTREAM_ERROR) forwarder.retryIfAllowed(exchange);
        else
          fail(exchange, ProxyError.of(Kind.FILTER_FAILED, "RETRY belongs into onUpstreamError"));
        return false;
      }
      case Verdict.Respond respond -> {
        if (phase == Phase.ON_RESPONSE || phase == Phase.ON_UPSTREAM_RESPONSE) {
          replace(exchange, respond.response());
          return true;
        }
        if (phase == Phase.ON_RESPONSE_BODY) {
          fail(
              exchange,
              ProxyError.of(Kind.FILTER_FAILED, "the head of the response has been sent"));
        } else {
          respond(exchange, respond.response());
        }
        return false;
      }
      case Verdict.Reject reject -> {
        if (phase == Phase.ON_RESPONSE) failPlainly(exchange, reject.error());
        else if (reject.answer() == null) fail(exchange, reject.error());
        else driver.failRequest(exchange, reject.answer(), reject.error());
        return false;
      }
    }
  }

  // ---- to the client

  /** What an endpoint sent may be stored from here on; the rest of the filters see it. */
  void filter(LiveExchange exchange) {
    Pipeline pipeline = exchange.pipeline;
    if (pipeline == null || exchange.isSubrequest) send(exchange);
    else exchange.phases.start(pipeline, Phase.ON_RESPONSE);
  }

  /** All filters have seen the head. */
  void send(LiveExchange exchange) {
    if (!exchange.isAlive()) return;
    exchange.step = SENDING;
    ClientStream client = exchange.client;
    if (client == null) {
      exchange.responseRelay.cancel();
      breakOff(exchange);
      return;
    }
    fields.finish(exchange, ExchangeDriver.plan(exchange).snapshot().forwarding());
    if (driver.isDraining()) client.closeAfterResponse();
    exchange.responseRelay.start();
  }

  /** The head is about to be sent: whoever waits for 100 need not be told any more. */
  void onHeadSent(LiveExchange exchange) {
    exchange.isHeadSent = true;
    exchange.expectsContinue = false;
    exchange.continueAtNs = Long.MAX_VALUE;
    forwarder.watchBody(exchange);
  }

  void onComplete(LiveExchange exchange) {
    exchange.attempt.end(Outcome.ofStatus(exchange.response.status()));
    driver.over(exchange);
  }

  /** Nothing that could still be sent would be right. */
  void breakOff(LiveExchange exchange) {
    forwarder.abandon(exchange);
    exchange.responseRelay.cancel();
    ClientStream client = exchange.client;
    if (client != null) client.abort();
    driver.over(exchange);
  }
}
