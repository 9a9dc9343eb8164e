package dev.penstock.engine.plan;

/**
 * Whether and how a listener speaks HTTP/2.
 *
 * @param mode when
 * @param maxStreams how many requests of one connection are served at once
 * @param windowBytes how much of a request body may be under way before somebody has taken it;
 *     grows with bodies that are taken quickly
 */
public record Http2Policy(Mode mode, int maxStreams, int windowBytes) {
  /** When HTTP/2 is spoken. */
  public enum Mode {
    /** When it was agreed on in TLS. */
    AUTO,
    /** Also on plain connections that begin with its preface (P10). */
    ON,
    OFF
  }
}
