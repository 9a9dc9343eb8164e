/**
 * JMH benches of what stands on the request path; {@code perf/micro/run} runs and compares them.
 */
@NullMarked
package dev.penstock.perf.micro;

import org.jspecify.annotations.NullMarked;
