/**
 * Ports to the network: what the core asks of a socket and is told by it. Implemented in {@code io}
 * and by tests.
 */
@NullMarked
package dev.penstock.engine.wire;

import org.jspecify.annotations.NullMarked;
