package dev.penstock.engine.plan;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;

/** What we tell endpoints about the client, and the client about us. */
@Doc("Fields that the gateway adds on the way.")
public record ForwardingRules(
    @Doc("Adds Via in both directions (RFC 9110 §7.6.3).") @Default("true") boolean via,
    @Doc("The name under which this gateway appears in Via, CDN-Loop and Proxy-Status.")
        @Default("penstock")
        String pseudonym,
    @Doc("Sends X-Forwarded-For, -Proto, -Host and -Port to endpoints.") @Default("true")
        boolean xForwarded,
    @Doc("Sends Forwarded (RFC 7239) to endpoints.") @Default("false") boolean forwarded,
    @Doc("Sends X-Request-Id to endpoints: the trusted client's own, otherwise a new UUIDv7.")
        @Default("true")
        boolean requestId,
    @Doc("Returns X-Request-Id to the client.") @Default("false") boolean echoRequestId,
    @Doc("Sends traceparent: the client's if it is valid, otherwise a new one (W3C Trace Context).")
        @Default("true")
        boolean trace,
    @Doc(
            "Refuses requests that passed this gateway more often than this, by CDN-Loop or Via; 0 does not look.")
        @Default("5")
        int maxLoops,
    @Doc("Replaces the Server field of responses; absent keeps the endpoint's.") @Default("")
        String server) {

  public static final ForwardingRules DEFAULT =
      new ForwardingRules(true, "penstock", true, false, true, false, true, 5, "");

  public ForwardingRules {
    if (!dev.penstock.engine.bytes.Ascii.isToken(pseudonym)) {
      throw new IllegalArgumentException("pseudonym is a token: letters, digits, '-', '.', '_'");
    }
  }
}
