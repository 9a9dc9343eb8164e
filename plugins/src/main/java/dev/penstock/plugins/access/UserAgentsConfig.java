package dev.penstock.plugins.access;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.plugins.rules.Expressions;
import java.util.List;

/** Which programs may come in, by what they call themselves. */
@Doc(
    "Refuses programs by their User-Agent. Whoever lies gets through: it keeps out the honest and the lazy, no more.")
public record UserAgentsConfig(
    @Doc("Kinds that are refused: scanners, ai-crawlers, http-libraries, seo-crawlers.")
        @Default("[]")
        List<Kind> kinds,
    @Doc("Texts that are looked for in any case, or ~ and an expression; who has one is refused.")
        @Default("[]")
        List<String> deny,
    @Doc("As deny, looked at first: who has one comes in.") @Default("[]") List<String> allow,
    @Doc("Refuses requests without User-Agent.") @Default("false") boolean denyMissing,
    @Doc(
            "What happens: deny answers 403, note lets pass. Both set the variable ua.match to what was found, for the log and"
                + " later filters.")
        @Default("deny")
        Action action) {

  /** What is done with whoever is found. */
  public enum Action {
    DENY,
    NOTE
  }

  /** Programs that are known by their names. */
  public enum Kind {
    /** Look for holes. */
    SCANNERS(
        "sqlmap",
        "nikto",
        "nmap",
        "masscan",
        "zgrab",
        "nuclei",
        "wpscan",
        "dirbuster",
        "gobuster",
        "feroxbuster",
        "acunetix",
        "nessus",
        "openvas",
        "w3af",
        "arachni",
        "havij",
        "commix"),
    /** Collect texts to train or feed language models. */
    AI_CRAWLERS(
        "gptbot",
        "chatgpt-user",
        "oai-searchbot",
        "claudebot",
        "claude-web",
        "anthropic-ai",
        "ccbot",
        "google-extended",
        "bytespider",
        "perplexitybot",
        "amazonbot",
        "applebot-extended",
        "meta-externalagent",
        "facebookbot",
        "cohere-ai",
        "diffbot",
        "omgili",
        "imagesiftbot"),
    /** Programs in which nobody has set a name. */
    HTTP_LIBRARIES(
        "curl/",
        "wget/",
        "python-requests",
        "python-urllib",
        "aiohttp",
        "httpx",
        "go-http-client",
        "java/",
        "apache-httpclient",
        "okhttp",
        "libwww-perl",
        "scrapy",
        "node-fetch",
        "axios/",
        "guzzlehttp",
        "http_request2"),
    /** Sell what they find about sites. */
    SEO_CRAWLERS(
        "ahrefsbot",
        "semrushbot",
        "mj12bot",
        "dotbot",
        "blexbot",
        "rogerbot",
        "dataforseobot",
        "serpstatbot",
        "barkrowler",
        "seokicks",
        "megaindex",
        "zoominfobot");

    private final List<String> names;

    Kind(String... names) {
      this.names = List.of(names);
    }

    List<String> names() {
      return names;
    }
  }

  public UserAgentsConfig {
    kinds = List.copyOf(kinds);
    deny = List.copyOf(deny);
    allow = List.copyOf(allow);
    check(deny);
    check(allow);
    if (kinds.isEmpty() && deny.isEmpty() && !denyMissing) {
      throw new IllegalArgumentException(
          "nobody is refused; name \"kinds\", \"deny\" or \"deny-missing: true\"");
    }
  }

  private static void check(List<String> patterns) {
    for (String pattern : patterns) {
      if (pattern.isBlank())
        throw new IllegalArgumentException("an empty text is found in every user agent");
      if (pattern.startsWith("~")) Expressions.compile(pattern.substring(1).strip());
    }
  }
}
