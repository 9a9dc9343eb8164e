package dev.penstock.engine.cache;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.HttpDate;

/**
 * For how long a response is fresh from its birth (RFC 9111 §4.2.1), and how old it was when it
 * came (§4.2.3). Seconds throughout.
 *
 * @param lifetime 0 or less when it is stale from the beginning
 * @param isExplicit whether the response or a rule of the route says so; otherwise it was guessed,
 *     or is 0 because nothing allows a guess
 */
record Freshness(long lifetime, boolean isExplicit) {
  private static final Freshness NONE = new Freshness(0, false);

  /**
   * The lifetime of a response.
   *
   * @param control what counts of its directives
   * @param isTargeted whether they come from a targeted field, so that Expires does not count
   * @param receivedSeconds when it came; stands for a missing or senseless Date
   */
  static Freshness of(
      int status,
      HeaderMap headers,
      CacheControl control,
      boolean isTargeted,
      long receivedSeconds,
      CachePolicy policy) {
    long ruled = policy.ruledTtl(status);
    if (ruled != CacheControl.ABSENT) return new Freshness(ruled, true);
    if (control.sharedMaxAge() != CacheControl.ABSENT)
      return new Freshness(control.sharedMaxAge(), true);
    if (control.maxAge() != CacheControl.ABSENT) return new Freshness(control.maxAge(), true);
    long date = date(headers, receivedSeconds);
    if (!isTargeted) {
      String expires = headers.get(HeaderName.EXPIRES);
      if (expires != null) {
        long at = HttpDate.parse(expires, receivedSeconds);
        return new Freshness(at == HttpDate.INVALID ? 0 : at - date, true);
      }
    }
    if (!isGuessable(status, control)) return NONE;
    if (policy.defaultTtl() != CacheControl.ABSENT) return new Freshness(policy.defaultTtl(), true);
    return new Freshness(guess(headers, date, receivedSeconds, policy), false);
  }

  private static long guess(
      HeaderMap headers, long date, long receivedSeconds, CachePolicy policy) {
    String modified = headers.get(HeaderName.LAST_MODIFIED);
    long at = modified == null ? HttpDate.INVALID : HttpDate.parse(modified, receivedSeconds);
    if (at == HttpDate.INVALID || at >= date) return 0;
    return Math.min((long) ((date - at) * policy.heuristic()), policy.heuristicMax());
  }

  /**
   * Statuses that may be stored on a guess (RFC 9110 §15.1), and others if the response says that
   * it is public. Errors are not among them: an operator who wants them stored says for how long
   * (C13).
   */
  static boolean isGuessable(int status, CacheControl control) {
    return switch (status) {
      case 200, 203, 204, 300, 301, 308, 405, 414 -> true;
      default -> control.isPublic();
    };
  }

  private static long date(HeaderMap headers, long receivedSeconds) {
    String text = headers.get(HeaderName.DATE);
    long date = text == null ? HttpDate.INVALID : HttpDate.parse(text, receivedSeconds);
    return date == HttpDate.INVALID ? receivedSeconds : date;
  }

  /**
   * How old a response was when it came (§4.2.3): what it says itself and the time it was under
   * way, or what its date says, whichever is more. A clock of the other side that is ahead of ours
   * makes nothing younger.
   */
  static long ageAtReceipt(HeaderMap headers, long askedMillis, long receivedMillis) {
    long receivedSeconds = receivedMillis / 1000;
    long apparent = Math.max(0, receivedSeconds - date(headers, receivedSeconds));
    long told = ageField(headers);
    if (told == CacheControl.ABSENT) return apparent;
    long underWay = Math.max(0, (receivedMillis - askedMillis) / 1000);
    return Math.max(apparent, told + underWay);
  }

  /** The first member of Age; a value that is no number is ignored (RFC 9111 §5.1). */
  private static long ageField(HeaderMap headers) {
    String text = headers.get(HeaderName.AGE);
    if (text == null) return CacheControl.ABSENT;
    int comma = text.indexOf(',');
    return CacheControl.seconds((comma < 0 ? text : text.substring(0, comma)).strip());
  }
}
