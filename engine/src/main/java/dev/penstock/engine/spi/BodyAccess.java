package dev.penstock.engine.spi;

/** What a filter wants of a body; said before the body arrives, because framing depends on it. */
public enum BodyAccess {
  /** Nothing; parts pass by without being shown. */
  NONE,
  /** Sees each part, changes nothing: the framing stays. */
  READ,
  /** Sees each part and may replace it: the length is no longer known beforehand. */
  TRANSFORM,
  /** Sees the body once, whole, up to a limit; beyond the limit 413 (request) or 502 (response). */
  WHOLE
}
