/**
 * What is done to traffic as a whole: faults, canaries, maintenance, limits on responses and
 * concurrency.
 */
@NullMarked
package dev.penstock.plugins.traffic;

import org.jspecify.annotations.NullMarked;
