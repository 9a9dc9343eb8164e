/**
 * Making it happen: exchanges are moved from step to step, bodies from connection to connection.
 */
@NullMarked
package dev.penstock.engine.proxy;

import org.jspecify.annotations.NullMarked;
