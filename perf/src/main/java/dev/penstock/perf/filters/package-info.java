/** Benches of the built-in filters. */
@NullMarked
package dev.penstock.perf.filters;

import org.jspecify.annotations.NullMarked;
