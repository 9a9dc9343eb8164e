package dev.penstock.engine.observe;

/** Counts of one listener on one worker. Written by that worker only. */
@SuppressWarnings("EnumOrdinal") // arrays of counts are indexed by it, within one process
public final class ListenerMetrics {
  /** Why a connection was not served. */
  public enum Refusal {
    /** The gateway has as many as it may have. */
    TOO_MANY,
    /** This client has as many as it may have. */
    TOO_MANY_OF_CLIENT,
    /** This client opens them faster than it may. */
    TOO_FAST,
    /** No file descriptor or memory was left. */
    RESOURCES,
    /** An access rule. */
    DENIED,
    /** The PROXY protocol header was missing, late or malformed. */
    PROXY_HEADER,
    /** TLS could not be agreed on. */
    TLS
  }

  static final int ACCEPTED = 0;
  static final int OPEN = 1;
  static final int REFUSED = 2;
  static final int CELLS = REFUSED + Refusal.values().length;

  private final long[] cells = new long[CELLS];

  ListenerMetrics() {}

  public void accepted() {
    Cells.add(cells, ACCEPTED, 1);
    Cells.add(cells, OPEN, 1);
  }

  /** A connection that was {@link #accepted} is gone. */
  public void closed() {
    Cells.add(cells, OPEN, -1);
  }

  /** A connection was turned away; not counted as accepted unless that was said as well. */
  public void refused(Refusal why) {
    Cells.add(cells, REFUSED + why.ordinal(), 1);
  }

  void addTo(long[] sums) {
    Metrics.add(cells, sums);
  }
}
