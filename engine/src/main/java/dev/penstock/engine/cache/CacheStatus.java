package dev.penstock.engine.cache;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import org.jspecify.annotations.Nullable;

/**
 * What the cache did with a request, as a member of {@code Cache-Status} (RFC 9211). Mutable and
 * reused; worker-confined.
 */
public final class CacheStatus {
  /** Why a request went to the upstream. */
  public enum Forward {
    BYPASS("bypass"),
    METHOD("method"),
    URI_MISS("uri-miss"),
    VARY_MISS("vary-miss"),
    STALE("stale"),
    REQUEST("request"),
    PARTIAL("partial");

    private final String token;

    Forward(String token) {
      this.token = token;
    }

    public String token() {
      return token;
    }
  }

  private boolean isHit;
  private @Nullable Forward forward;
  private int forwardStatus;
  private boolean isStored;
  private boolean isCollapsed;
  private boolean hasTtl;
  private long ttl;
  private @Nullable String detail;

  public void clear() {
    isHit = false;
    forward = null;
    forwardStatus = 0;
    isStored = false;
    isCollapsed = false;
    hasTtl = false;
    detail = null;
  }

  public boolean isHit() {
    return isHit;
  }

  /** Answered from the cache, without a word from the upstream. */
  public void hit() {
    isHit = true;
    forward = null;
  }

  public @Nullable Forward forward() {
    return forward;
  }

  public void forward(Forward why) {
    forward = why;
    isHit = false;
  }

  /** The status of the upstream's answer, where the client gets another. */
  public void forwardStatus(int status) {
    forwardStatus = status;
  }

  public void stored() {
    isStored = true;
  }

  public boolean isStored() {
    return isStored;
  }

  /** It waited for the answer to another's request. */
  public void collapsed() {
    isCollapsed = true;
  }

  public boolean isCollapsed() {
    return isCollapsed;
  }

  public void ttl(long seconds) {
    hasTtl = true;
    ttl = seconds;
  }

  /** A token. */
  public void detail(String token) {
    detail = token;
  }

  /** Adds what this says behind what caches before us said. */
  public void addTo(HeaderMap headers, String name) {
    StringBuilder member = new StringBuilder(48).append(name);
    if (isHit) member.append("; hit");
    Forward why = forward;
    if (why != null) {
      member.append("; fwd=").append(why.token);
      if (forwardStatus != 0) member.append("; fwd-status=").append(forwardStatus);
    }
    if (hasTtl) member.append("; ttl=").append(ttl);
    if (isStored) member.append("; stored");
    if (isCollapsed) member.append("; collapsed");
    if (detail != null) member.append("; detail=").append(detail);
    String before = headers.joined(HeaderName.CACHE_STATUS.text());
    headers.set(
        HeaderName.CACHE_STATUS, before == null ? member.toString() : before + ", " + member);
  }
}
