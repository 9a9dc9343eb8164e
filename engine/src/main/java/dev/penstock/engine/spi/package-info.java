/**
 * The door for user code: what filters, balancers, scripts and plugins see and implement. Part of
 * the plugin API.
 */
@NullMarked
package dev.penstock.engine.spi;

import org.jspecify.annotations.NullMarked;
