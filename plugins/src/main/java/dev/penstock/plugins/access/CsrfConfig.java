package dev.penstock.plugins.access;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import java.util.List;

/** Which sites may make a browser send requests that change something. */
@Doc(
    "Refuses with 403 what other sites make a browser send (CSRF): looks at Sec-Fetch-Site and Origin of requests that"
        + " are not GET, HEAD, OPTIONS or TRACE, and of those that open a WebSocket.")
public record CsrfConfig(
    @Doc("Other sites that may send, as under \"origins\" of cors.") @Default("[]")
        List<String> trusted,
    @Doc(
            "Whether other hosts of the same site, such as blog.example.com for example.com, may send.")
        @Default("false")
        boolean sameSite,
    @Doc(
            "Refuses requests with neither field too. Programs that are no browsers, and browsers before 2020, send none.")
        @Default("false")
        boolean requireOrigin) {

  public CsrfConfig {
    trusted = List.copyOf(trusted);
    if (OriginSet.of(trusted).isAny()) {
      throw new IllegalArgumentException("trusted: \"*\" trusts every site; leave the filter out");
    }
  }
}
