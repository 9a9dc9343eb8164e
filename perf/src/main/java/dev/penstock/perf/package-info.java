/** Benchmarks. */
@NullMarked
package dev.penstock.perf;

import org.jspecify.annotations.NullMarked;
