package dev.penstock.plugins.access;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.Config.Shorthand;
import dev.penstock.engine.spi.ConfigException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What browsers are told to be careful about. Without settings: what hardly ever breaks a page. */
@Doc(
    "Adds the fields by which browsers protect a page, and removes those that tell about servers. Without settings:"
        + " nosniff, SAMEORIGIN and strict-origin-when-cross-origin; an empty text leaves a field out.")
public record SecurityHeadersConfig(
    @Doc("Strict-Transport-Security: browsers use https only. Sent on https only (RFC 6797 §7.2).")
        @Nullable Hsts hsts,
    @Doc("Content-Security-Policy. {nonce} is a fresh random value for each response.") @Default("")
        String csp,
    @Doc("Content-Security-Policy-Report-Only: reported, not enforced. {nonce} as in csp.")
        @Default("")
        String cspReportOnly,
    @Doc(
            "Field of the request that tells the upstream the nonce for its pages. Clients cannot set it.")
        @Default("x-csp-nonce")
        String nonceHeader,
    @Doc("X-Frame-Options: who may frame the page.") @Default("SAMEORIGIN") String frameOptions,
    @Doc("X-Content-Type-Options: whether types are taken as told.") @Default("true")
        boolean noSniff,
    @Doc("Referrer-Policy.") @Default("strict-origin-when-cross-origin") String referrerPolicy,
    @Doc("Permissions-Policy, such as camera=(), geolocation=().") @Default("")
        String permissionsPolicy,
    @Doc("Cross-Origin-Opener-Policy, such as same-origin.") @Default("") String openerPolicy,
    @Doc("Cross-Origin-Embedder-Policy, such as require-corp.") @Default("") String embedderPolicy,
    @Doc("Cross-Origin-Resource-Policy, such as same-site.") @Default("") String resourcePolicy,
    @Doc("Keeps the value of a field that the upstream has set itself.") @Default("false")
        boolean keepUpstream,
    @Doc("Fields of the response that are removed.")
        @Default("[ server, x-powered-by, x-aspnet-version, x-aspnetmvc-version, x-generator ]")
        List<String> remove) {

  public SecurityHeadersConfig {
    remove = List.copyOf(remove);
    for (String name : remove) {
      if (!Ascii.isToken(name)) throw new ConfigException("\"" + name + "\" is no header name");
    }
    if (!Ascii.isToken(nonceHeader)) {
      throw new ConfigException("nonce-header: \"" + nonceHeader + "\" is no header name");
    }
    check("csp", csp);
    check("csp-report-only", cspReportOnly);
    check("frame-options", frameOptions);
    check("referrer-policy", referrerPolicy);
    check("permissions-policy", permissionsPolicy);
    check("opener-policy", openerPolicy);
    check("embedder-policy", embedderPolicy);
    check("resource-policy", resourcePolicy);
  }

  private static void check(String key, String value) {
    for (int i = 0; i < value.length(); i++) {
      if (!Ascii.isFieldValue(value.charAt(i))) {
        throw new ConfigException(
            "%s: holds the character U+%04X, which may not stand in a field"
                .formatted(key, (int) value.charAt(i)));
      }
    }
  }

  /** For how long, and for whom. */
  @Doc("For how long browsers insist on https, and for which names.")
  public record Hsts(
      @Doc("How long.") @Shorthand @Default("8760h") @Range("0s..87600h") Duration maxAge,
      @Doc("Names below this one too.") @Default("false") boolean includeSubdomains,
      @Doc("Agrees to be on the list that browsers bring along. Hard to take back.")
          @Default("false")
          boolean preload) {

    public Hsts {
      if (preload && (!includeSubdomains || maxAge.toDays() < 365)) {
        throw new ConfigException(
            "the preload list takes a year or more, and all names below: set include-subdomains and"
                + " max-age: 8760h");
      }
    }

    String text() {
      return "max-age="
          + maxAge.toSeconds()
          + (includeSubdomains ? "; includeSubDomains" : "")
          + (preload ? "; preload" : "");
    }
  }
}
