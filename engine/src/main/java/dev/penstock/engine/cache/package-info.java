/**
 * The shared HTTP cache: what may be stored, how long it is fresh, which stored response answers a
 * request (RFC 9111, 9211, 9213, 5861), and where the bytes are kept. Knows no upstream and no
 * exchange; {@code proxy} asks it.
 */
@NullMarked
package dev.penstock.engine.cache;

import org.jspecify.annotations.NullMarked;
