package dev.penstock.engine.cache;

import dev.penstock.engine.spi.ExchangeCache;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What filters have asked the cache for, of one exchange. Worker-confined. */
public final class CacheWishes implements ExchangeCache {
  private final List<String> tags = new ArrayList<>(0);
  private boolean isBypassed;
  private @Nullable String key;
  private long ttl = CacheControl.ABSENT;
  private long staleWhileRevalidate = CacheControl.ABSENT;
  private long staleIfError = CacheControl.ABSENT;

  @Override
  public void bypass() {
    isBypassed = true;
  }

  @Override
  public void key(String part) {
    key = part;
  }

  @Override
  public void ttl(Duration time) {
    ttl = seconds(time);
  }

  @Override
  public void staleWhileRevalidate(Duration time) {
    staleWhileRevalidate = seconds(time);
  }

  @Override
  public void staleIfError(Duration time) {
    staleIfError = seconds(time);
  }

  @Override
  public void tag(String name) {
    tags.add(name);
  }

  private static long seconds(Duration time) {
    if (time.isNegative()) throw new IllegalArgumentException("a negative time: " + time);
    return Math.min(time.toSeconds(), CacheControl.MOST_SECONDS);
  }

  boolean isBypassed() {
    return isBypassed;
  }

  @Nullable String key() {
    return key;
  }

  long ttl() {
    return ttl;
  }

  long staleWhileRevalidate() {
    return staleWhileRevalidate;
  }

  long staleIfError() {
    return staleIfError;
  }

  List<String> tags() {
    return tags;
  }
}
