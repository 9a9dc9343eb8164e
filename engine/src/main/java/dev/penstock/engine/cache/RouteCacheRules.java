package dev.penstock.engine.cache;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Percent;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.Config.Shorthand;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether and how the responses of a route are stored. {@link CachePolicy} is what it means. */
@Doc(
    "Whether and how the responses of a route are stored: true, or a mapping. What a response says"
        + " of itself holds unless a key here says otherwise.")
public record RouteCacheRules(
    @Doc("Whether responses are stored.") @Default("true") @Shorthand boolean enabled,
    @Doc("Name of the cache under caches:. The one named default is there without being written.")
        @Default("default")
        String in,
    @Doc("What of a request tells stored responses apart.") @Default("{}") CacheKeyRules key,
    @Doc(
            "How long a successful response is fresh, whatever it says of its age; no-store and"
                + " private still hold.")
        @Range("0s..3650d")
        @Nullable Duration ttl,
    @Doc("How long a successful response is fresh that says nothing about it.") @Range("0s..3650d")
        @Nullable Duration defaultTtl,
    @Doc(
            "How long responses with other statuses are fresh, such as { \"404\": 10s, \"500-599\":"
                + " 1s }; no-store and private still hold.")
        @Default("{}")
        Map<String, Duration> statusTtl,
    @Doc(
            "A response that says nothing but when it was modified is fresh for this part of its age"
                + " then; 0% for not at all.")
        @Default("10%")
        @Percent
        @Range("0..1")
        double heuristic,
    @Doc("The longest time that is guessed so.") @Default("24h") @Range("0s..3650d")
        Duration heuristicMax,
    @Doc(
            "For so long after its freshness a response that says nothing about it is still sent,"
                + " while it is asked for again in the background.")
        @Default("0s")
        @Range("0s..3650d")
        Duration staleWhileRevalidate,
    @Doc(
            "For so long after its freshness a response that says nothing about it is sent when the"
                + " upstream fails.")
        @Default("0s")
        @Range("0s..3650d")
        Duration staleIfError,
    @Doc(
            "What happens to responses that set a cookie: refuse does not store them, strip stores"
                + " them without it, store stores it and so hands it to everybody.")
        @Default("refuse")
        SetCookie setCookie,
    @Doc(
            "Fields with cache directives for gateways, in the order in which they are asked; the"
                + " first that is there replaces Cache-Control and Expires (RFC 9213).")
        @Default("[CDN-Cache-Control]")
        List<String> targeted,
    @Doc("Response fields with the tags by which responses can be purged.")
        @Default("[Surrogate-Key, Cache-Tag]")
        List<String> tags,
    @Doc(
            "Does not let clients ask for fresh responses with Cache-Control, so that they cannot"
                + " reach through the cache at will.")
        @Default("false")
        boolean ignoreClientCacheControl,
    @Doc("Requests that are neither answered from the cache nor stored.") @Default("{}")
        Bypass bypass,
    @Doc("Request fields in Vary that are left aside, such as User-Agent.") @Default("[]")
        List<String> ignoreVary,
    @Doc("So many responses are kept for one address that differ by Vary or key.")
        @Default("32")
        @Range("1..1024")
        int maxVariants,
    @Doc(
            "How long requests wait for the same response that is on its way to another, before"
                + " they go to the upstream themselves; 0s for not at all.")
        @Default("5s")
        @Range("0s..60s")
        Duration coalesce) {

  /** What a route has that says {@code cache: true}. */
  public static final RouteCacheRules DEFAULTS =
      new RouteCacheRules(
          true,
          "default",
          CacheKeyRules.DEFAULTS,
          null,
          null,
          Map.of(),
          0.1,
          Duration.ofHours(24),
          Duration.ZERO,
          Duration.ZERO,
          SetCookie.REFUSE,
          List.of("CDN-Cache-Control"),
          List.of("Surrogate-Key", "Cache-Tag"),
          false,
          new Bypass(List.of(), List.of()),
          List.of(),
          32,
          Duration.ofSeconds(5));

  /** What becomes of a response with {@code Set-Cookie} (C11). */
  public enum SetCookie {
    REFUSE,
    STRIP,
    STORE
  }

  public RouteCacheRules {
    targeted = List.copyOf(targeted);
    tags = List.copyOf(tags);
    ignoreVary = List.copyOf(ignoreVary);
    statusTtl = Collections.unmodifiableMap(new LinkedHashMap<>(statusTtl));
    checkNames("targeted", targeted);
    checkNames("tags", tags);
    checkNames("ignore-vary", ignoreVary);
    statusTtl.keySet().forEach(StatusTtl::check);
  }

  private static void checkNames(String key, List<String> names) {
    for (String name : names) {
      if (!Ascii.isToken(name))
        throw new IllegalArgumentException(key + ": \"" + name + "\" is not a field name");
    }
  }

  /** Requests that the cache leaves alone. */
  @Doc("Requests that are neither answered from the cache nor stored.")
  public record Bypass(
      @Doc("Those with one of these fields.") @Default("[]") List<String> headers,
      @Doc("Those with one of these cookies.") @Default("[]") List<String> cookies) {
    public Bypass {
      headers = List.copyOf(headers);
      cookies = List.copyOf(cookies);
      checkNames("headers", headers);
      checkNames("cookies", cookies);
    }
  }
}
