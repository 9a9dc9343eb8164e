/**
 * What operators see: access log, termination codes, metrics, the stall watchdog and the minimal
 * ops endpoint.
 */
@NullMarked
package dev.penstock.engine.observe;

import org.jspecify.annotations.NullMarked;
