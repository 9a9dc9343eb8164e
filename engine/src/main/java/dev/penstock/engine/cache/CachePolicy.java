package dev.penstock.engine.cache;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a route's {@link RouteCacheRules} mean, compiled once. Immutable, shared by all workers. */
public final class CachePolicy {
  private final RouteCacheRules rules;
  private final StatusTtl statusTtl;
  private final long ttl;
  private final long defaultTtl;
  private final Set<String> ignoredVary;

  public CachePolicy(RouteCacheRules rules) {
    this.rules = rules;
    this.statusTtl = new StatusTtl(rules.statusTtl());
    this.ttl = seconds(rules.ttl());
    this.defaultTtl = seconds(rules.defaultTtl());
    this.ignoredVary =
        rules.ignoreVary().stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
  }

  private static long seconds(@Nullable Duration duration) {
    return duration == null ? CacheControl.ABSENT : duration.toSeconds();
  }

  CacheKeyRules key() {
    return rules.key();
  }

  /** What the operator says in place of the response, or {@link CacheControl#ABSENT}. */
  long ruledTtl(int status) {
    long ruled = statusTtl.of(status);
    if (ruled != CacheControl.ABSENT) return ruled;
    return isSuccess(status) ? ttl : CacheControl.ABSENT;
  }

  private static boolean isSuccess(int status) {
    return switch (status) {
      case 200, 203, 204, 300, 301, 308 -> true;
      default -> false;
    };
  }

  long defaultTtl() {
    return defaultTtl;
  }

  double heuristic() {
    return rules.heuristic();
  }

  long heuristicMax() {
    return rules.heuristicMax().toSeconds();
  }

  long staleWhileRevalidate() {
    return rules.staleWhileRevalidate().toSeconds();
  }

  long staleIfError() {
    return rules.staleIfError().toSeconds();
  }

  RouteCacheRules.SetCookie setCookie() {
    return rules.setCookie();
  }

  List<String> targeted() {
    return rules.targeted();
  }

  List<String> tags() {
    return rules.tags();
  }

  boolean ignoresClient() {
    return rules.ignoreClientCacheControl();
  }

  RouteCacheRules.Bypass bypass() {
    return rules.bypass();
  }

  boolean ignoresVary(String lowerName) {
    return ignoredVary.contains(lowerName);
  }

  int maxVariants() {
    return rules.maxVariants();
  }

  /** How long to wait for a response on its way to another, in nanoseconds; 0 for not at all. */
  public long coalesceNs() {
    return rules.coalesce().toNanos();
  }
}
