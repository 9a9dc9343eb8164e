package dev.penstock.engine.spi;

import java.nio.ByteBuffer;

/**
 * One part of a body on its way through the filters, or the whole body if the filter asked for
 * that.
 */
public interface BodyPart {
  /**
   * The bytes, from position to limit; borrowed until the phase method returns, or until resumed
   * when suspended.
   */
  ByteBuffer bytes();

  /** Whether the body ends with this part. A last part may be empty. */
  boolean isLast();

  /**
   * Puts other bytes in the place of this part; empty drops it. Only for filters whose {@link
   * BodyAccess} is {@code TRANSFORM} or {@code WHOLE}. The buffer is taken over by the gateway.
   */
  void replace(ByteBuffer bytes);
}
