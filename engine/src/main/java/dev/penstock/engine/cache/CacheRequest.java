package dev.penstock.engine.cache;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.Methods;
import dev.penstock.engine.http.RequestHead;
import org.jspecify.annotations.Nullable;

/**
 * What the cache has to know of a request: its key, what its client asks of caches, and whether the
 * cache has a part in it at all. Worker-confined, made once per exchange.
 */
public final class CacheRequest {
  /**
   * Fields by which servers let a request pose as another one. Where responses are shared they are
   * taken out: whoever sends one would otherwise choose what others get (C10).
   */
  private static final String[] POSING = {
    "X-Original-URL",
    "X-Rewrite-URL",
    "X-Original-Host",
    "X-Host",
    "X-Forwarded-Server",
    "X-HTTP-Method-Override",
    "X-HTTP-Method",
    "X-Method-Override"
  };

  /** What a trusted proxy says about the request of its client, which the server may believe. */
  private static final HeaderName[] TOLD = {
    HeaderName.X_FORWARDED_HOST,
    HeaderName.X_FORWARDED_PROTO,
    HeaderName.X_FORWARDED_PORT,
    HeaderName.X_FORWARDED_PREFIX
  };

  /** Why a request goes to the upstream without a look into the cache. */
  public enum Bypass {
    /** Unsafe, or one whose responses are not kept. */
    METHOD,
    /** By a rule of the route, or because of what the request is. */
    REQUEST
  }

  private final CachePolicy policy;
  private final RequestHead head;
  private final String key;
  private final String partition;
  private final CacheControl control;
  private final @Nullable Bypass bypass;
  private final CacheWishes wishes;

  private CacheRequest(
      CachePolicy policy,
      RequestHead head,
      String key,
      String partition,
      CacheControl control,
      @Nullable Bypass bypass,
      CacheWishes wishes) {
    this.policy = policy;
    this.head = head;
    this.key = key;
    this.partition = partition;
    this.control = control;
    this.bypass = bypass;
    this.wishes = wishes;
  }

  /**
   * Reads a request, and takes out of it what would let it pose as another.
   *
   * @param owner route and upstream: their responses are not those of others
   * @param isTold whether a trusted proxy speaks for its client
   * @param isOpaque whether it has a body or is to become a tunnel
   * @param wishes what filters ask for, now and later
   */
  public static CacheRequest of(
      RequestHead head,
      String scheme,
      String owner,
      boolean isTold,
      boolean isOpaque,
      CachePolicy policy,
      CacheWishes wishes) {
    HeaderMap headers = head.headers();
    boolean isShared = head.isMethod(Methods.GET) || head.isMethod(Methods.HEAD);
    for (String name : POSING) {
      if (isShared) headers.remove(name);
    }
    CacheControl control = policy.ignoresClient() ? CacheControl.NONE : CacheControl.of(headers);
    return new CacheRequest(
        policy,
        head,
        CacheKey.of(head, scheme, policy.key()),
        partition(headers, owner, isTold, policy.key(), wishes.key()),
        control,
        wishes.isBypassed() ? Bypass.REQUEST : bypass(head, control, isOpaque, policy),
        wishes);
  }

  private static String partition(
      HeaderMap headers, String owner, boolean isTold, CacheKeyRules rules, @Nullable String more) {
    if (more == null && !isTold && rules.headers().isEmpty() && rules.cookies().isEmpty())
      return owner;
    StringBuilder partition = new StringBuilder(owner);
    for (HeaderName name : TOLD) {
      if (isTold) partition.append('\n').append(headers.joined(name.text()));
    }
    for (String name : rules.headers()) partition.append('\n').append(headers.joined(name));
    for (String name : rules.cookies()) partition.append('\n').append(Cookies.find(headers, name));
    if (more != null) partition.append("\nkey ").append(more);
    return partition.toString();
  }

  private static @Nullable Bypass bypass(
      RequestHead head, CacheControl control, boolean isOpaque, CachePolicy policy) {
    if (!head.isMethod(Methods.GET) && !head.isMethod(Methods.HEAD)) return Bypass.METHOD;
    HeaderMap headers = head.headers();
    // If-Match and If-Unmodified-Since are for the server alone to judge (RFC 9110 §13.2.2).
    if (isOpaque
        || control.noStore()
        || headers.contains(HeaderName.IF_MATCH)
        || headers.contains(HeaderName.IF_UNMODIFIED_SINCE)) return Bypass.REQUEST;
    for (String name : policy.bypass().headers()) {
      if (headers.contains(name)) return Bypass.REQUEST;
    }
    for (String name : policy.bypass().cookies()) {
      if (Cookies.find(headers, name) != null) return Bypass.REQUEST;
    }
    return null;
  }

  /** The same question of a copy of the request. */
  public CacheRequest of(RequestHead copy) {
    return new CacheRequest(policy, copy, key, partition, CacheControl.NONE, null, wishes);
  }

  public CachePolicy policy() {
    return policy;
  }

  public String key() {
    return key;
  }

  String partition() {
    return partition;
  }

  /** What the client asks of caches; nothing where the route does not let it. */
  public CacheControl control() {
    return control;
  }

  CacheWishes wishes() {
    return wishes;
  }

  public @Nullable Bypass bypass() {
    return bypass;
  }

  public boolean isHead() {
    return head.isMethod(Methods.HEAD);
  }

  public HeaderMap headers() {
    return head.headers();
  }

  public boolean hasRange() {
    return head.headers().contains(HeaderName.RANGE);
  }

  boolean isAuthorized() {
    return head.headers().contains(HeaderName.AUTHORIZATION);
  }

  /** Whether a success makes what is stored for the address void (RFC 9111 §4.4). */
  public boolean isUnsafe() {
    return !Methods.isSafe(head.method());
  }
}
