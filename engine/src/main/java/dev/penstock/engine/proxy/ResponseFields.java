package dev.penstock.engine.proxy;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.HopByHop;
import dev.penstock.engine.http.HttpDate;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.plan.ForwardingRules;
import dev.penstock.engine.plan.Route;
import dev.penstock.engine.time.NanoClock;
import dev.penstock.engine.upstream.UpstreamEndpoint;
import dev.penstock.engine.upstream.UpstreamWorker;

/** What is taken out of and put into the heads of responses (H1, H6, H8). Worker-confined. */
final class ResponseFields {
  private final NanoClock clock;
  private final HttpDate date = new HttpDate();
  private final ViaField via = new ViaField();

  ResponseFields(NanoClock clock) {
    this.clock = clock;
  }

  /** A head came from an endpoint: what was meant for our connection to it goes no further. */
  void fromUpstream(LiveExchange exchange) {
    HeaderMap headers = exchange.response.headers();
    HopByHop.strip(headers);
    headers.remove(HeaderName.ALT_SVC);
    UpstreamWorker upstream = exchange.upstream;
    UpstreamEndpoint endpoint = exchange.endpoint;
    if (upstream == null || endpoint == null) return;
    exchange.isViaOwed = true;
    String cookie = upstream.setCookie(exchange, endpoint);
    if (cookie != null) headers.add(HeaderName.SET_COOKIE, cookie);
    Route route = exchange.route;
    if (route != null) route.rewrite().response(exchange.response, exchange);
  }

  /** An interim head is passed on. */
  void cleanInterim(ResponseHead head) {
    HopByHop.strip(head.headers());
    head.headers().remove(HeaderName.ALT_SVC);
  }

  /** A response of ours: the framing is written by the encoder. */
  void own(LiveExchange exchange) {
    HeaderMap headers = exchange.response.headers();
    HopByHop.strip(headers);
    headers.remove(HeaderName.CONTENT_LENGTH);
    exchange.isViaOwed = false;
  }

  /** All filters have seen the head; it is about to be sent. */
  void finish(LiveExchange exchange, ForwardingRules rules) {
    HeaderMap headers = exchange.response.headers();
    if (!headers.contains(HeaderName.DATE)) {
      headers.add(HeaderName.DATE, date.at(clock.wallMillis()), 0, HttpDate.LENGTH);
    }
    if (!rules.server().isEmpty()) headers.set(HeaderName.SERVER, rules.server());
    if (rules.via() && exchange.isViaOwed) {
      via.addTo(headers, exchange.response.version(), rules);
    }
    if (rules.echoRequestId()) {
      String id = exchange.request.headers().get(HeaderName.X_REQUEST_ID);
      if (id != null) headers.set(HeaderName.X_REQUEST_ID, id);
    }
  }
}
