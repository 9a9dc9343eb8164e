package dev.penstock.engine.cache;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rules that differ from the defaults in what a test is about. */
final class RulesMaker {
  private @Nullable Duration ttl;
  private @Nullable Duration defaultTtl;
  private Map<String, Duration> statusTtl = Map.of();
  private RouteCacheRules.SetCookie setCookie = RouteCacheRules.SetCookie.REFUSE;
  private CacheKeyRules key = CacheKeyRules.DEFAULTS;
  private Duration staleIfError = Duration.ZERO;
  private boolean ignoresClient;
  private RouteCacheRules.Bypass bypass = new RouteCacheRules.Bypass(List.of(), List.of());
  private List<String> ignoreVary = List.of();

  RulesMaker ttl(Duration value) {
    ttl = value;
    return this;
  }

  RulesMaker defaultTtl(Duration value) {
    defaultTtl = value;
    return this;
  }

  RulesMaker statusTtl(Map<String, Duration> value) {
    statusTtl = value;
    return this;
  }

  RulesMaker setCookie(RouteCacheRules.SetCookie value) {
    setCookie = value;
    return this;
  }

  RulesMaker key(CacheKeyRules value) {
    key = value;
    return this;
  }

  RulesMaker staleIfError(Duration value) {
    staleIfError = value;
    return this;
  }

  RulesMaker ignoringClients() {
    ignoresClient = true;
    return this;
  }

  RulesMaker bypass(List<String> headers, List<String> cookies) {
    bypass = new RouteCacheRules.Bypass(headers, cookies);
    return this;
  }

  RulesMaker ignoreVary(String... names) {
    ignoreVary = List.of(names);
    return this;
  }

  RouteCacheRules make() {
    RouteCacheRules usual = RouteCacheRules.DEFAULTS;
    return new RouteCacheRules(
        true,
        "default",
        key,
        ttl,
        defaultTtl,
        statusTtl,
        usual.heuristic(),
        usual.heuristicMax(),
        Duration.ZERO,
        staleIfError,
        setCookie,
        usual.targeted(),
        usual.tags(),
        ignoresClient,
        bypass,
        ignoreVary,
        usual.maxVariants(),
        usual.coalesce());
  }
}
