package dev.penstock.engine.proxy;

import dev.penstock.engine.cache.CacheRequest;
import dev.penstock.engine.cache.CacheStatus;
import dev.penstock.engine.cache.Fill;
import dev.penstock.engine.cache.ResponseCache;
import dev.penstock.engine.cache.RouteCache;
import dev.penstock.engine.cache.StoredResponse;
import org.jspecify.annotations.Nullable;

/** What the cache has to do with one exchange. Worker-confined. */
final class CacheUse {
  final CacheRequest request;
  final ResponseCache store;
  final CacheStatus status = new CacheStatus();

  /** The response on its way: ours to write, or another's to wait for. */
  @Nullable Fill fill;

  /** Whether {@link #fill} is written by this exchange. */
  boolean isMine;

  /** Reads {@link #fill}, while waiting for it and for its body. */
  @Nullable FillReading reading;

  /** What is stored and may not be used as it is. */
  @Nullable StoredResponse stale;

  /** Whether the upstream is asked if {@link #stale} is still right. */
  boolean isAsking;

  /** The upstream has said that it is; the end of its answer is awaited. */
  boolean isConfirmed;

  /** Parts of the upstream's body go into {@link #fill}, and from there to the client. */
  boolean isRecording;

  /** Made to have a fresh response in store; nobody reads its answer. */
  boolean isBackground;

  /** The answer is stale and the client is told nothing else. */
  boolean isStale;

  boolean mayWait = true;

  /** What is kept outside of the heap has been looked at, or is being looked at. */
  boolean isWarmed;

  long askedMillis;

  CacheUse(RouteCache cache, CacheRequest request) {
    this.request = request;
    this.store = cache.store();
  }

  /** What the upstream is asked about, or null when it is asked for a response. */
  @Nullable StoredResponse asked() {
    return isAsking ? stale : null;
  }

  /** A turn to fetch. */
  void fetches(Fill mine) {
    fill = mine;
    isMine = true;
  }

  /** Whether the rest of the response is of use though its client has gone. */
  boolean wantsRest() {
    Fill mine = fill;
    return mine != null && isMine && !mine.isOver() && (isRecording || mine.hasReaders());
  }

  /** What the cache did, for the log. */
  @Nullable String token() {
    if (status.isHit()) return isStale ? "stale" : "hit";
    if (isStale) return "stale-if-error";
    CacheStatus.Forward why = status.forward();
    return why == null ? null : why.token();
  }

  /** The exchange is over, or goes on without what it waited for. */
  void letGo() {
    FillReading open = reading;
    reading = null;
    if (open != null) open.cancel();
  }
}
