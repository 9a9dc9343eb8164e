package dev.penstock.engine.io;

import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.util.ArrayDeque;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Descriptors held for the moment when no other is left (L10): what happens then, such as writing a
 * log line or loading a class, opens files itself. Worker-confined.
 */
final class DescriptorReserve {
  private static final Logger LOG = LogManager.getLogger(DescriptorReserve.class);
  private static final int SIZE = 4;

  private final ArrayDeque<DatagramChannel> held = new ArrayDeque<>(SIZE);

  /** Takes what is missing; as much as there is. */
  void fill() {
    try {
      while (held.size() < SIZE) held.addLast(DatagramChannel.open());
    } catch (IOException e) {
      // Still none to be had: what is held stays, and the next call tries again.
    }
  }

  /** Gives all back to the process. */
  void release() {
    for (DatagramChannel each; (each = held.pollLast()) != null; ) {
      try {
        each.close();
      } catch (IOException e) {
        LOG.debug("closing a spare descriptor failed", e);
      }
    }
  }
}
