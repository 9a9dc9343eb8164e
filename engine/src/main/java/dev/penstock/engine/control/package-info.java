/**
 * What the gateway is told: configuration records, their strict reader, schema, watching, and the
 * control plane that turns them into snapshots.
 */
@NullMarked
package dev.penstock.engine.control;

import org.jspecify.annotations.NullMarked;
