package dev.penstock.engine.http.h2;

/**
 * How much a peer may still send on a stream or a connection, and how much it is to be allowed
 * again (RFC 9113 §6.9).
 */
public final class ReceiveWindow {
  private int size;

  /** What the peer may still send. */
  private int left;

  /** Begins anew. */
  public void reset(int newSize) {
    size = newSize;
    left = newSize;
  }

  public int size() {
    return size;
  }

  /** What the peer may still send. */
  public int left() {
    return left;
  }

  /**
   * So much has come.
   *
   * @return false when it is more than was allowed
   */
  public boolean take(int bytes) {
    left -= bytes;
    return left >= 0;
  }

  /**
   * The peer may send this much at once from the next {@link #credit} on; never less than before.
   */
  public void grow(int newSize) {
    size = Math.max(size, newSize);
  }

  /**
   * What the peer is to be allowed, once that is worth a frame: half of the window; otherwise 0.
   *
   * @param pending bytes that came and have no place yet
   */
  public int credit(int pending) {
    int missing = size - pending - left;
    if (missing < size / 2) return 0;
    left += missing;
    return missing;
  }
}
