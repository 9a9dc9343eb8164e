/**
 * Upstreams and their endpoints: which one serves an attempt, how many may be under way, when to
 * try again, and what is known of their health. Shared state is written by the control loop or in
 * slots of one worker each.
 */
@NullMarked
package dev.penstock.engine.upstream;

import org.jspecify.annotations.NullMarked;
