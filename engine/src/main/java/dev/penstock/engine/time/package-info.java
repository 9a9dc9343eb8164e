/** Clocks that are handed in, and the timer wheel of a worker. */
@NullMarked
package dev.penstock.engine.time;

import org.jspecify.annotations.NullMarked;
