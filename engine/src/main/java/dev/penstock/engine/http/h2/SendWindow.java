package dev.penstock.engine.http.h2;

/** How much may still be sent on a stream or a connection (RFC 9113 §6.9); may be negative. */
public final class SendWindow {
  private long left;

  /** Begins anew. */
  public void reset(int initial) {
    left = initial;
  }

  public int left() {
    return (int) Math.max(Integer.MIN_VALUE, left);
  }

  /** So much is sent now. */
  public void take(int bytes) {
    left -= bytes;
  }

  /**
   * Adds what the peer allows, or takes away what it takes back by its settings.
   *
   * @return false when the window would exceed 2^31-1
   */
  public boolean grow(int bytes) {
    left += bytes;
    return left <= Integer.MAX_VALUE;
  }
}
