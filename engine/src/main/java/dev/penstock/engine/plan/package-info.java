/**
 * Compiled answers to "what should happen": the canonical path, the route table, rewrites, weighted
 * choices.
 */
@NullMarked
package dev.penstock.engine.plan;

import org.jspecify.annotations.NullMarked;
