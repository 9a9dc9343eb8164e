package dev.penstock.engine.spi;

/** On which thread a filter's phases run. */
public enum Execution {
  /** On the worker, between two reads: must never block. */
  INLINE,
  /** On a virtual thread while the exchange is suspended: may block, within its deadline. */
  BLOCKING
}
