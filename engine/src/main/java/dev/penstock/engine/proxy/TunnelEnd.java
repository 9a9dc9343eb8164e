package dev.penstock.engine.proxy;

import dev.penstock.engine.wire.Connection;
import java.nio.ByteBuffer;

/**
 * One side of a tunnel to be.
 *
 * @param connection bytes of the other protocol from now on
 * @param early bytes that came before the tunnel stood; to be delivered first
 */
record TunnelEnd(Connection connection, ByteBuffer early) {
  static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
}
