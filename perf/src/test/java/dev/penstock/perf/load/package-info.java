/**
 * Gatling suites, and what starts a gateway for them: {@code ./penstock bench}.
 *
 * <p>{@link dev.penstock.perf.load.Bench} is the way in.
 */
@NullMarked
package dev.penstock.perf.load;

import org.jspecify.annotations.NullMarked;
